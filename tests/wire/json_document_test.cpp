#include "wire/json_document.hpp"

#include <doctest/doctest.h>

#include <string>

using smarttrade::wire::json_document;
using smarttrade::wire::json_members;
using smarttrade::wire::json_value;

TEST_CASE("json_document: members are found in any order, again and again") {
    const std::string text = R"({"a":1,"b":{"x":[1,2,{"a":9}]},"c":null,"d":"four"})";
    const auto document = json_document::parse(text).value();
    json_members in{document.root()};
    for (int round = 0; round < 3; ++round) {
        CHECK(in["a"].text() == "1");
        CHECK(in["b"]["x"].count() == 3);
        CHECK(in["d"].text() == "four");
        CHECK(in["a"].text() == "1");
        CHECK(in["d"].text() == "four");
        CHECK(in["x"].is_null()); // only one level down
        CHECK(in["c"].is_null());
        CHECK(in["none"].is_null());
    }
}

TEST_CASE("json_document: texts with escapes are read whole, beside texts that stand in the source") {
    const std::string text = R"(["plain","a\u00e9b","\"","\\\\",{"k\u0065y":"v\n"},true,false,null,-1.50e+3])";
    const auto document = json_document::parse(text).value();
    std::string told;
    for (const auto item : document.root()) told += std::string{item.text()} + "|";
    CHECK(told
          == "plain|a\xc3\xa9"
             "b|\"|\\\\||true|false||-1.50e+3|");
    for (const auto item : document.root())
        if (item.is_map()) {
            CHECK(item["key"].text() == "v\n");
            for (const auto member : item) CHECK(member.key() == "key");
        }
}

TEST_CASE("json_document: asking a value for what it is not gives nothing") {
    const json_value none;
    CHECK(none.is_null());
    CHECK(none.text().empty());
    CHECK(none.key().empty());
    CHECK(none["a"].is_null());
    CHECK(none.count() == 0);
    for (const std::string text : {"7", "\"x\"", "[]", "[[],{}]", "{}", "null", "true"}) {
        CAPTURE(text);
        const auto document = json_document::parse(text).value();
        CHECK(document.root()["a"]["b"]["c"].is_null());
        json_members in{document.root()};
        CHECK(in["a"].is_null());
        if (document.root().is_scalar()) CHECK(document.root().begin() == document.root().end());
    }
}

TEST_CASE("json_document: a long text with escapes is gathered from its parts") {
    std::string text = "[\"";
    std::string expected;
    for (int i = 0; i < 5'000; ++i) {
        text += "x\\u0041\\n";
        expected += "xA\n";
    }
    const auto source = text + R"(","next"])";
    const auto document = json_document::parse(source).value();
    auto item = document.root().begin();
    CHECK((*item).text() == expected);
    ++item;
    CHECK((*item).text() == "next");
}
