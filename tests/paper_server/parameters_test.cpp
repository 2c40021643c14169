#include <filesystem>

#include <doctest/doctest.h>

#include "paper_server/client.hpp"
#include "paper_server/form_body.hpp"
#include "support/in_project.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

namespace {

const std::string trades = "/public/api/v2/smart_trades";

http::header_list typed(const std::string& type) {
    http::header_list headers{{"Forced-Mode", "paper"}};
    if (!type.empty()) headers.emplace_back("Content-Type", type);
    return headers;
}

} // namespace

TEST_CASE("parameters: every documented example is the same trade as JSON, as a form and in the query") {
    auto how = manual_options();
    how.accounts[0].leverage = true;
    client api{how};
    int examples = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator{in_project("tests/contract/seed_bodies")}) {
        const auto name = entry.path().filename().string();
        CAPTURE(name);
        const auto body = seed_body(name);
        const auto form = form_of(body);
        const reply replies[]{api.send("POST", trades, body, typed("application/json; charset=utf-8")),
                              api.send("POST", trades, form, typed(form_type)),
                              api.send("POST", trades + '?' + form, "", typed(""))};
        for (const auto& made : replies) {
            CAPTURE(json::serialize(made.body));
            REQUIRE(made.status == 201);
            CHECK(made.body.at("data").at("type") == replies[0].body.at("data").at("type"));
            CHECK(made.body.at("position").at("units") == replies[0].body.at("position").at("units"));
            CHECK(made.body.at("take_profit").at("enabled") == replies[0].body.at("take_profit").at("enabled"));
            const auto* steps = made.body.at("take_profit").as_object().if_contains("steps");
            const auto* expected = replies[0].body.at("take_profit").as_object().if_contains("steps");
            REQUIRE((steps == nullptr) == (expected == nullptr));
            if (steps) CHECK(steps->as_array().size() == expected->as_array().size());
        }
        const bool is_buy = name.find("simple-") == 0 && name.find("buy") != std::string::npos;
        if (is_buy) CHECK(replies[0].body.at("data").at("type") == "simple_buy");
        if (name.find("smart-trade-") == 0) {
            const auto type = replies[0].body.at("data").at("type").as_string();
            CHECK((type == "smart_trade" || type == "smart_cover"));
        }
        ++examples;
    }
    CHECK(examples == 24);
}

TEST_CASE("parameters: what query and body both name counts as in the query") {
    client api;
    const auto body = limit_buy("9000", "from the body");
    const auto made = api.send("POST", trades + "?note=from+the+query&position[price][value]=8000", body, typed(""));
    CHECK(made.status == 201);
    CHECK(made.body.at("note_raw") == "from the query");
    CHECK(made.body.at("position").at("price").at("value") == "8000.0");
    CHECK(made.body.at("position").at("units").at("value") == "0.01");
}

TEST_CASE("parameters: a body of no known type is JSON if it begins with a brace, else a form") {
    client api;
    CHECK(api.send("POST", trades, " " + limit_buy(), typed("")).status == 201);
    CHECK(api.send("POST", trades, form_of(limit_buy()), typed("text/plain")).status == 201);
    const auto mistyped = api.send("POST", trades, limit_buy(), typed(form_type));
    CHECK(mistyped.status == 400); // one strange name
    CHECK(mistyped.body.at("error_attributes").at("account_id").at(0) == "is missing");
}

TEST_CASE("parameters: a GET has those of its query alone") {
    client api;
    api.create(limit_buy());
    CHECK(api.send("GET", trades, R"({"account_id":2})", typed("application/json")).body.as_array().size() == 1);
    CHECK(api.send("GET", trades + "?account_id=2").body.as_array().empty());
}

TEST_CASE("parameters: broken JSON is answered as an unknown error, and nothing is made of it") {
    client api;
    for (const std::string body : {"{", "{\"a\":1", "nul", "{\"a\":\"\xff\"}"}) {
        CAPTURE(body);
        const auto refused = api.send("POST", trades, body, typed("application/json"));
        CHECK(refused.status == 500);
        CHECK(refused.text("error") == "unknown_error");
        CHECK(refused.text("error_description") == "Unknown error occurred#JSON::ParserError");
    }
    for (const std::string body : {"[]", "5", "null"}) {
        CAPTURE(body);
        CHECK(api.send("POST", trades, body, typed("application/json")).status == 400);
    }
    CHECK(api.send("POST", trades, "note=%ff", typed(form_type)).status == 400);
    CHECK(api.get("/v2/smart_trades").body.as_array().empty());
}

TEST_CASE("parameters: bracket names as JSON keys, and numbered steps in a form, are not understood") {
    client api;
    const auto keys = api.post(R"({"account_id":1,"pair":"USDT_BTC","position[type]":"buy"})");
    CHECK(keys.status == 400);
    CHECK(keys.body.at("error_attributes").at("position").at(0) == "is missing");
    CHECK(keys.body.at("error_attributes").at("position[type]").at(0) == "is missing");

    auto form = form_of(limit_buy());
    for (auto at = form.find("steps%5D%5B%5D"); at != std::string::npos; at = form.find("steps%5D%5B%5D"))
        form.replace(at, 14, "steps%5D%5B0%5D");
    const auto numbered = api.send("POST", trades, form, typed(form_type));
    CHECK(numbered.status == 400);
    CHECK(numbered.body.at("error_attributes").at("take_profit[steps]").at(0) == "is invalid");
}

TEST_CASE("parameters: strings for numbers and booleans, nulls and unknown names are taken as the API takes them") {
    client api;
    auto body = json::parse(limit_buy()).as_object();
    body["account_id"] = "1";
    body["instant"] = "false";
    body["leverage"] = nullptr;
    body["colour"] = json::array{1, 2};
    body["take_profit"].as_object()["enabled"] = "true";
    body["position"].as_object()["units"].as_object()["value"] = 2;
    CHECK(api.post(json::serialize(body)).status == 201);
    body["pair"] = nullptr;
    CHECK(api.post(json::serialize(body)).body.at("error_attributes").at("pair").at(0) == "is missing");
}
