#include <doctest/doctest.h>

#include "paper_server/client.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

namespace {

std::string account_path(std::int64_t id, const std::string& page = {}) {
    return fmt::format("/public/api/ver1/accounts/{}{}", id, page);
}

} // namespace

TEST_CASE("accounts: pages, and one account by its id in any mode") {
    auto how = manual_options();
    for (std::int64_t id = 3; id <= 5; ++id) how.accounts.push_back({{id}, "paper_trading", false, {}});
    client api{how};
    CHECK(api.get("/ver1/accounts").body.as_array().size() == 4);
    const auto second = api.get("/ver1/accounts?per_page=3&page=2");
    CHECK(second.body.as_array().size() == 1);
    CHECK(second.body.at(0).at("id") == 5);
    CHECK(api.get("/ver1/accounts?per_page=101").status == 400);
    CHECK(api.get("/ver1/accounts?page=0").status == 400);
    CHECK(api.get("/ver1/accounts/2").body.at("market_code") == "binance_futures");
    CHECK(api.get("/ver1/accounts/99").status == 404);
}

TEST_CASE("accounts: balances are told by currency, and what orders hold is not available") {
    client api;
    api.create(limit_buy());
    api.tick();
    CHECK(api.send("POST", account_path(1, "/load_balances")).status == 201);
    const auto table = api.send("POST", account_path(1, "/account_table_data"));
    CHECK(table.status == 201);
    const auto& usdt = table.body.at(1);
    CHECK(usdt.at("currency_code") == "USDT");
    CHECK(usdt.at("position").as_double() == doctest::Approx(100'000));
    CHECK(usdt.at("on_orders").as_double() == doctest::Approx(90.09));
    CHECK(usdt.at("position_available").as_double() == doctest::Approx(99'909.91));
    for (const char* page : {"/load_balances", "/account_table_data"})
        CHECK(api.send("POST", account_path(99, page)).status == 404);
}

TEST_CASE("accounts: what is alive is counted by account") {
    client api;
    const auto first = api.create(limit_buy());
    api.create(limit_buy("9500"));
    api.tick();
    const auto counts = [&](std::int64_t account) {
        return api.get(fmt::format("/ver1/accounts/{}/active_trading_entities", account)).body.at("data");
    };
    CHECK(counts(1).at("active_smart_trades_count") == 2);
    CHECK(counts(2).at("active_smart_trades_count") == 0);
    api.send("DELETE", fmt::format("/public/api/v2/smart_trades/{}", first));
    api.tick();
    CHECK(counts(1).at("active_smart_trades_count") == 1);
    CHECK(api.get("/ver1/accounts/99/active_trading_entities").status == 404);
}

TEST_CASE("accounts: leverage is offered where there are contracts, by either verb") {
    client api;
    for (const char* method : {"GET", "POST"}) {
        const auto futures = api.send(method, account_path(2, "/leverage_data?pair=USDT_BTC"));
        CHECK(futures.status == (std::string{method} == "GET" ? 200 : 201));
        REQUIRE(futures.body.as_array().size() == 3);
        CHECK(futures.body.at(2).at("code") == "isolated");
    }
    const auto spot = api.send("GET", account_path(1, "/leverage_data?pair=USDT_BTC"));
    CHECK(spot.body.as_array().size() == 1);
    CHECK(api.send("POST", account_path(1, "/leverage_data"), R"({"pair":"USDT_BTC"})").status == 201);
    CHECK(api.send("GET", account_path(1, "/leverage_data")).status == 400);
    CHECK(api.send("GET", account_path(1, "/leverage_data?pair=USDT_DOGE")).status == 400);
    CHECK(api.send("GET", account_path(99, "/leverage_data?pair=USDT_BTC")).status == 404);
}

TEST_CASE("markets: lists, pairs and rates need no signature") {
    client api;
    const auto open = [&](const std::string& page) { return api.raw("GET", "/public/api/ver1/accounts/" + page); };
    CHECK(open("market_list").body.at(0).at("market_code") == "binance");
    CHECK(open("market_pairs?market_code=binance").body.at(0) == "USDT_BTC");
    CHECK(open("market_pairs").status == 400);
    const std::string rates = "currency_rates?market_code=binance&pair=USDT_BTC";
    CHECK(open(rates + "&limit_type=smart_trade").body.at("instrumentKind") == "spot");
    CHECK(open(rates + "&limit_type=bot").status == 200);
    CHECK(open(rates + "&limit_type=x").status == 400);
    const auto leveraged = open("currency_rates_with_leverage_data?market_code=binance_futures&pair=USDT_BTC");
    CHECK(leveraged.body.at("instrumentKind") == "linear_futures");
    CHECK(leveraged.body.at("leverage_data").as_array().size() == 3);
    CHECK(open(rates).body.as_object().if_contains("leverage_data") == nullptr);
}

TEST_CASE("modes: a key without Forced-Mode works in the mode that was chosen last, and other keys do not follow") {
    auto how = manual_options();
    how.keys.push_back({"other", "secret"});
    client api{how};
    const std::string users = "/public/api/ver1/users/", accounts = "/public/api/ver1/accounts";
    CHECK(api.get("/ver1/users/current_mode").text("mode") == "paper");
    CHECK(api.send("GET", accounts, "", {}).body.at(0).at("id") == 1);
    const auto changed = api.send("POST", users + "change_mode", R"({"mode": "real"})");
    CHECK(changed.status == 201);
    CHECK(changed.text("mode") == "real");
    CHECK(api.get("/ver1/users/current_mode").text("mode") == "real");
    CHECK(api.send("GET", accounts, "", {}).body.at(0).at("id") == 2);
    CHECK(api.send("GET", accounts, "", {{"Forced-Mode", "paper"}}).body.at(0).at("id") == 1);
    CHECK(api.send("GET", accounts, "", {{"Forced-Mode", "Paper money"}}).body.at(0).at("id") == 2);

    const auto signature = wire::sign_hmac("secret", users + "current_mode");
    CHECK(api.raw("GET", users + "current_mode", "", {{"Apikey", "other"}, {"Signature", signature}}).text("mode")
          == "paper");

    CHECK(api.send("POST", users + "change_mode?mode=paper").status == 201);
    CHECK(api.send("POST", users + "change_mode", "mode=money").status == 400);
    const auto none = api.send("POST", users + "change_mode");
    CHECK(none.body.at("error_attributes").at("mode").at(0) == "is missing");
}

TEST_CASE("modes: paper mode does not keep a trade off a real account") {
    client api;
    auto body = json::parse(limit_buy());
    body.as_object()["account_id"] = 2;
    const auto made = api.post(json::serialize(body)); // Forced-Mode: paper
    CHECK(made.status == 201);
    CHECK(made.body.at("account").at("type") == "binance_futures");
}
