#include "wire/json.hpp"

#include <doctest/doctest.h>

#include <boost/json/parse.hpp>

using namespace smarttrade::wire;
using smarttrade::trade::field_tree;

TEST_CASE("json: a number keeps the text it came as") {
    for (const char* number : {"0.1", "1E-1", "8.6e-07", "123456789012345678901234567890.123456789", "-0", "1e400",
                               "18446744073709551615", "9223372036854775807", "10.0"}) {
        CAPTURE(number);
        const auto read = parse_json(std::string{R"({"a":)"} + number + "}");
        REQUIRE(read.has_value());
        REQUIRE(read->find("a"));
        CHECK(read->find("a")->text == number);
        const auto bare = parse_json(number);
        REQUIRE(bare.has_value());
        CHECK(bare->text == number);
    }
}

TEST_CASE("json: the author's nesting and order are kept") {
    const auto read = parse_json(R"( {"b":[1,"two",true,null,{"c":{}}],"a":"x\u00e9\n"} )");
    REQUIRE(read.has_value());
    REQUIRE(read->members.size() == 2);
    CHECK(read->members[0].first == "b");
    const auto& items = read->members[0].second.items;
    REQUIRE(items.size() == 5);
    CHECK(items[1].text == "two");
    CHECK(items[2].text == "true");
    CHECK(items[3].is_null());
    CHECK(items[4].find("c")->is_map());
    CHECK(read->find("a")->text == "x\xc3\xa9\n");
}

TEST_CASE("json: of two members with one name the last counts") {
    const auto read = parse_json(R"({"a":1,"a":2})");
    REQUIRE(read.has_value());
    CHECK(read->members.size() == 1);
    CHECK(read->find("a")->text == "2");
}

TEST_CASE("json: what is not JSON is refused with its place") {
    for (const char* text : {"", " ", "{", "{\"a\":}", "[1,]", "{} x", "NaN", "[Infinity]", "{'a':1}", "01", "\"\xff\"",
                             "\"unterminated", "// no\n{}"}) {
        CAPTURE(text);
        const auto read = parse_json(text);
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().reason.find("not JSON that we read") == 0);
    }
}

TEST_CASE("json: hostile sizes are refused quickly") {
    CHECK(parse_json(std::string(32, '[') + std::string(32, ']')).has_value());
    CHECK_FALSE(parse_json(std::string(33, '[') + std::string(33, ']')).has_value());
    CHECK_FALSE(parse_json(std::string(1'000'000, '[')).has_value());
    CHECK_FALSE(parse_json("\"" + std::string(5'000'000, 'a') + "\"").has_value());
    std::string many = "[0";
    for (int i = 0; i < 250'000; ++i) many += ",0";
    CHECK_FALSE(parse_json(many + "]").has_value());
    std::string wide = "{";
    for (int i = 0; i < 300; ++i) wide += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":0";
    CHECK_FALSE(parse_json(wide + "}").has_value());
}

TEST_CASE("json: written scalars are strings, and reading gives the same tree back") {
    auto tree = field_tree::map(
        {{"account_id", field_tree::scalar("1")},
         {"note", field_tree::scalar("a \"b\"\\\n\x01 \xc3\xa9")},
         {"steps", field_tree::list({field_tree::map({{"volume", field_tree::scalar("50.0")}}), field_tree::list()})},
         {"nothing", field_tree{}}});
    const auto text = write_json(tree);
    CHECK(text
          == R"({"account_id":"1","note":"a \"b\"\\\n\u0001 )"
             "\xc3\xa9"
             R"(","steps":[{"volume":"50.0"},[]],"nothing":null})");
    const auto again = parse_json(text);
    REQUIRE(again.has_value());
    CHECK(write_json(*again) == text);
}

TEST_CASE("json: the value of a failed reading throws its reason") {
    CHECK_THROWS_WITH_AS(parse_json("[").value(), doctest::Contains("not JSON"), std::runtime_error);
}
