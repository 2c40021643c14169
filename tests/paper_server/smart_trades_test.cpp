#include <filesystem>

#include <doctest/doctest.h>

#include "paper_server/client.hpp"
#include "support/in_project.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

TEST_CASE("smart trades: a create is answered 201 as created, and the trade is found by id and in the list") {
    client api;
    const auto made = api.post(limit_buy("9000", "#st:main:a.1:abcdefgh"));
    CHECK(made.status == 201);
    CHECK(made.body.at("status").at("type") == "created");
    CHECK(made.body.at("note_raw") == "#st:main:a.1:abcdefgh");
    const auto id = made.body.at("id").as_int64();
    CHECK(id >= 10'000'000);
    CHECK(api.see(id).at("data").at("type") == "smart_trade");
    CHECK(api.get("/v2/smart_trades?account_id=1").body.as_array().at(0).at("id") == id);
}

TEST_CASE("smart trades: ticks drive an entry and its target") {
    client api;
    const auto id = api.create(limit_buy());
    api.tick();
    CHECK(api.status(id) == "waiting_position");
    api.price("8999");
    CHECK(api.status(id) == "waiting_targets");
    api.price("11000");
    const auto shown = api.see(id);
    CHECK(shown.at("status").at("type") == "finished");
    CHECK(shown.at("profit").at("volume") == "19.8");
    CHECK(api.raw("GET", "/paper/balances").body.at("1").at("USDT").at("total") == "100019.8");
}

TEST_CASE("smart trades: a cancel is answered as pending and done by the next tick") {
    client api;
    const auto id = api.create(limit_buy());
    const auto path = fmt::format("/public/api/v2/smart_trades/{}", id);
    const auto early = api.send("DELETE", path);
    CHECK(early.status == 400);
    CHECK(early.text("error") == "Wrong param(s)");
    api.tick();
    CHECK(api.raw("GET", "/paper/balances").body.at("1").at("USDT").at("reserved") == "90.09");
    CHECK(api.send("DELETE", path).body.at("status").at("type") == "cancellation_pending");
    api.tick();
    CHECK(api.status(id) == "cancelled");
    CHECK(api.raw("GET", "/paper/balances").body.at("1").at("USDT").at("reserved") == "0.0");
    const auto unknown = api.send("DELETE", "/public/api/v2/smart_trades/5");
    CHECK(unknown.status == 400);
    CHECK(unknown.text("error_description") == "Smart Trade not found");
}

TEST_CASE("smart trades: what is wrong with a body is told by field") {
    client api;
    const auto empty = api.post("{}");
    CHECK(empty.status == 400);
    CHECK(empty.text("error") == "record_invalid");
    CHECK(empty.text("error_description") == "Invalid parameters");
    CHECK(empty.body.at("error_attributes").at("pair").at(0) == "is missing");
    CHECK(api.post("[").status == 400);
    CHECK(api.post("[]").status == 400);
    CHECK(api.post("").status == 400);

    auto body = json::parse(limit_buy());
    body.as_object()["take_profit"].as_object()["steps"].as_array()[0].as_object()["price"].as_object().erase("type");
    const auto nested = api.post(json::serialize(body));
    CHECK(nested.status == 400);
    const auto& fields = nested.body.at("error_attributes");
    CHECK(fields.at("take_profit[steps][0][price][type]").at(0) == "is missing");
    CHECK(fields.at("take_profit[steps]").at(0) == "is invalid");
}

TEST_CASE("smart trades: foreign accounts are forbidden, market limits are 422") {
    client api;
    auto body = json::parse(limit_buy());
    body.as_object()["account_id"] = 7;
    const auto foreign = api.post(json::serialize(body));
    CHECK(foreign.status == 403);
    CHECK(foreign.text("error_description") == "Account not owned by current user.");

    body = json::parse(limit_buy());
    body.at("position").at("units").as_object()["value"] = "10000";
    const auto large = api.post(json::serialize(body));
    CHECK(large.status == 422);
    CHECK(large.body.at("error_attributes").at("position").at(0) == "is invalid");
    CHECK(large.body.at("error_attributes").at("units_to_buy").at(0) == "must be less than or equal to 9000.0");
    CHECK(api.raw("GET", "/paper/balances").body.at("1").at("USDT").at("total") == "100000.0");
}

TEST_CASE("smart trades: without the money a create is accepted and then fails") {
    client api;
    auto body = json::parse(limit_buy());
    body.at("position").at("units").as_object()["value"] = "500";
    const auto id = api.create(json::serialize(body));
    api.tick();
    const auto shown = api.see(id);
    CHECK(shown.at("status").at("type") == "failed");
    CHECK(shown.at("status").at("error") == "Insufficient balance");
}

TEST_CASE("smart trades: no documented example fails afterwards, on an account that knows leverage") {
    auto how = manual_options();
    how.accounts[0].leverage = true;
    client api{how};
    int accepted = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator{in_project("tests/contract/seed_bodies")}) {
        CAPTURE(entry.path().filename().string());
        const auto made = api.post(seed_body(entry.path().filename().string()));
        CAPTURE(json::serialize(made.body));
        CHECK(made.status == 201);
        ++accepted;
    }
    CHECK(accepted == 24);
    api.tick();
    const auto all = api.get("/v2/smart_trades?account_id=1&per_page=100");
    for (const auto& each : all.body.as_array()) CHECK(each.at("status").at("type") != "failed");
}
