// api.md D.5: the calls around smart trades.
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "contract/desk.hpp"

using namespace smarttrade::contract;

namespace {

using words = std::pair<std::string, std::string>;

bool lists_account(const answer& told, std::int64_t id) {
    if (!told.body.is_array()) return false;
    for (const auto& each : told.body.as_array())
        if (at(each, "/id") == std::to_string(id)) return true;
    return false;
}

std::string account_path(std::int64_t id, const std::string& below = {}) {
    return "/ver1/accounts/" + std::to_string(id) + below;
}

} // namespace

TEST_SUITE_BEGIN("any exchange");

TEST_CASE("D.5 ping, time: no signature is needed") {
    auto& api = the_venue();
    const auto ping = api.unsigned_call("GET", "/ver1/ping");
    CHECK(ping.status == 200);
    CHECK(ping["/pong"] == "pong");
    const auto time = api.unsigned_call("GET", "/ver1/time");
    CHECK(time.status == 200);
    CHECK(time["/server_time"].size() == 10);
    CHECK(time["/server_time"].find_first_not_of("0123456789") == std::string::npos);
}

TEST_CASE("D.5 validate: true for a good signature, 401 without one") {
    CHECK(the_venue().get("/ver1/validate").body == json::value{{"valid", true}});
    CHECK(the_venue().unsigned_call("GET", "/ver1/validate").status == 401);
}

TEST_CASE("D.5 users: the current mode and the key's permissions are told") {
    CHECK(the_venue().get("/ver1/users/current_mode").status == 200);
    CHECK(the_venue().get("/ver1/users/permissions_info").status == 200);
}

TEST_CASE("D.5 accounts: a list by mode, an account by id, with what the API says of each") {
    auto& api = the_venue();
    const auto all = api.get("/ver1/accounts");
    CHECK(all.status == 200);
    CHECK(lists_account(all, chosen().on.spot));
    CHECK_FALSE(lists_account(all, chosen().on.contracts));
    CHECK(lists_account(api.call("GET", "/ver1/accounts", "", "real"), chosen().on.contracts));
    const auto one = api.get(account_path(chosen().on.spot));
    CAPTURE(one.brief());
    CHECK(one.status == 200);
    CHECK(one["/id"] == std::to_string(chosen().on.spot));
    for (const auto* name : {"/name", "/exchange_name", "/market_code", "/smart_trading_supported", "/is_locked"}) {
        CAPTURE(name);
        CHECK(one[name] != "absent");
    }
    CHECK(one["/smart_trading_supported"] == "true");
}

TEST_CASE("D.5 accounts: page and per_page") {
    auto& api = the_venue();
    const auto first = api.get("/ver1/accounts?per_page=1");
    REQUIRE(first.body.is_array());
    CHECK(first.body.as_array().size() <= 1);
    CHECK(api.get("/ver1/accounts?per_page=1&page=99").text == "[]");
}

TEST_CASE("D.5 load_balances, account_table_data: an account refreshed, its balances as numbers") {
    auto& api = the_venue();
    const auto loaded = api.post(account_path(chosen().on.spot, "/load_balances"));
    CAPTURE(loaded.brief());
    CHECK(loaded.status == 201);
    CHECK(loaded["/id"] == std::to_string(chosen().on.spot));
    const auto table = api.post(account_path(chosen().on.spot, "/account_table_data"));
    CAPTURE(table.brief());
    CHECK((table.status == 200 || table.status == 201));
    REQUIRE(table.body.is_array());
    REQUIRE_FALSE(table.body.as_array().empty());
    CHECK(table["/0/currency_code"] != "absent");
    CHECK(table.body.at(0).as_object().contains("position"));
    CHECK(table.body.at(0).at("position").is_number());
}

TEST_CASE("D.5 leverage_data: by GET and POST, with its bounds") {
    for (const auto* verb : {"GET", "POST"}) {
        const auto told =
            the_venue().call(verb, account_path(chosen().on.contracts, "/leverage_data?pair=USDT_BTC"), "", "real");
        CAPTURE(told.brief());
        CHECK((told.status == 200 || told.status == 201));
        REQUIRE(told.body.is_array());
        bool isolated = false;
        for (const auto& each : told.body.as_array()) {
            if (at(each, "/code") != "isolated") continue;
            isolated = true;
            CHECK(at(each, "/max_leverage") != "absent");
            CHECK(at(each, "/valid/min") != "absent");
            CHECK(at(each, "/valid/max") != "absent");
        }
        CHECK(isolated);
    }
}

TEST_CASE("D.5 market_list, market_pairs: no signature, market_code required for the pairs") {
    auto& api = the_venue();
    const auto markets = api.unsigned_call("GET", "/ver1/accounts/market_list");
    CHECK(markets.status == 200);
    REQUIRE(markets.body.is_array());
    CHECK(markets["/0/market_code"] != "absent");
    CHECK(markets["/0/market_name"] != "absent");
    const auto pairs = api.unsigned_call("GET", "/ver1/accounts/market_pairs?market_code=binance");
    CHECK(pairs.status == 200);
    REQUIRE(pairs.body.is_array());
    CHECK(pairs.text.find("\"USDT_BTC\"") != std::string::npos);
    CHECK(api.unsigned_call("GET", "/ver1/accounts/market_pairs").status == 400);
}

TEST_CASE("D.5 currency_rates: every field of the documented answer, as strings, both parameters required") {
    auto& api = the_venue();
    const std::string path = "/ver1/accounts/currency_rates";
    const auto told = api.unsigned_call("GET", path + "?market_code=binance&pair=USDT_BTC&limit_type=smart_trade");
    CAPTURE(told.brief());
    CHECK(told.status == 200);
    for (const auto& [field, value] : {words{"minPrice", "0.01"},
                                       {"maxPrice", "1000000.0"},
                                       {"priceStep", "0.01"},
                                       {"minLotSize", "0.00001"},
                                       {"maxLotSize", "9000.0"},
                                       {"lotStep", "0.00001"},
                                       {"minTotal", "5.0"},
                                       {"minMarketTotal", "5.0"},
                                       {"maxTotal", "9000000.0"},
                                       {"bidMultiplierDown", "0.2"},
                                       {"bidMultiplierUp", "5.0"},
                                       {"askMultiplierUp", "5.0"},
                                       {"askMultiplierDown", "0.2"},
                                       {"strategy_name", "orderbook_price"},
                                       {"instrumentKind", "spot"}}) {
        const auto name = '/' + field; // clang 14 captures no structured binding
        CAPTURE(name);
        CHECK(told[name] == value);
    }
    for (const auto* name : {"/last", "/bid", "/ask", "/orderbook_ask", "/orderbook_bid", "/orderbook_last",
                             "/orderbook_price_currency"}) {
        CAPTURE(std::string{name});
        CHECK(told[name] != "absent");
    }
    CHECK(api.unsigned_call("GET", path + "?pair=USDT_BTC").status == 400);
    CHECK(api.unsigned_call("GET", path + "?market_code=binance").status == 400);
    const auto more = api.unsigned_call("GET", path + "_with_leverage_data?market_code=binance&pair=USDT_BTC");
    CHECK(more.status == 200);
    CHECK(more["/priceStep"] == "0.01");
    CHECK(more["/leverage_data"] != "absent");
}

TEST_SUITE_END();
TEST_SUITE_BEGIN("with ticks");

TEST_CASE("D.5 active_trading_entities: counts the trades that are not over") {
    desk on{market::real};
    const auto count = [&] {
        const auto told = on.at().call("GET", account_path(on.account(), "/active_trading_entities"), "", "real");
        CAPTURE(told.brief());
        CHECK(told.status == 200);
        const auto text = told["/data/active_smart_trades_count"];
        return text.find_first_not_of("0123456789") == std::string::npos ? std::stoi(text) : -1;
    };
    const auto before = count();
    const auto trade = on.created_and_settled();
    CHECK(count() == before + 1);
    on.act("DELETE", trade);
    on.settle();
    CHECK(count() == before);
}

TEST_SUITE_END();
TEST_SUITE_BEGIN("own exchange");

TEST_CASE("D.5 change_mode: the mode of a key without Forced-Mode") {
    own_exchange other{common_flags()};
    auto& api = other.at();
    const auto sees = [&](std::int64_t id) { return lists_account(api.call("GET", "/ver1/accounts", "", ""), id); };
    CHECK(api.call("POST", "/ver1/users/change_mode?mode=real", "", "").status < 300);
    CHECK(sees(2));
    CHECK_FALSE(sees(1));
    CHECK(api.call("POST", "/ver1/users/change_mode", R"({"mode": "paper"})", "").status < 300);
    CHECK(sees(1));
    CHECK_FALSE(sees(2));
    CHECK(api.call("POST", "/ver1/users/change_mode?mode=other", "", "").status == 400);
}

TEST_SUITE_END();
