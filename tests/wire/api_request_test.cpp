#include "wire/api_request.hpp"

#include <doctest/doctest.h>

#include "trade/rules.hpp"
#include "wire/json.hpp"

using namespace smarttrade;

TEST_CASE("api_request: a list asks for one account, oldest page last, in an order that nothing but a create moves") {
    wire::list_query query{.account = {32455218}};
    auto asked = wire::list_trades(query);
    CHECK(asked.method == "GET");
    CHECK(asked.path == "/v2/smart_trades");
    CHECK(asked.query
          == "account_id=32455218&status=active&order_by=created_at&order_direction=desc&per_page=100&page=1");
    CHECK(asked.body.empty());

    query.status = "all";
    query.page = 12;
    query.pair = trade::pair::parse("ETH_ETHUSD_PERP");
    query.from = base::parse_utc("2025-08-04T17:07:14.999Z");
    asked = wire::list_trades(query);
    CHECK(asked.query
          == "account_id=32455218&status=all&order_by=created_at&order_direction=desc&per_page=100&page=12"
             "&pair=ETH_ETHUSD_PERP&from=2025-08-04T17%3A07%3A14Z");
}

TEST_CASE("api_request: every filter of a list is sent, its bounds rounded outwards (api.md D.1)") {
    wire::list_query query{.account = {1}};
    query.from = base::parse_utc("2025-08-04T17:07:14.999Z");
    query.to = base::parse_utc("2025-08-05T17:07:14.001Z");
    query.base = "BTC";
    query.quote = "USD T";
    query.type = trade::trade_type::smart_cover;
    CHECK(wire::list_trades(query).query
          == "account_id=1&status=active&order_by=created_at&order_direction=desc&per_page=100&page=1"
             "&from=2025-08-04T17%3A07%3A14Z&to=2025-08-05T17%3A07%3A15Z&base=BTC&quote=USD%20T&type=smart_cover");
}

TEST_CASE("api_request: every call of the API has its verb, path and signature (api.md D, D.5)") {
    const trade::smart_trade_id id{34110001};
    const trade::sub_trade_id step{1340000002};
    const trade::account_id account{32455218};
    const auto pair = *trade::pair::parse("USDT_BTC");
    const trade::funds_order funds{trade::order_type::market, *money::quantity::parse("0.01"), {}};
    struct row {
        wire::api_request made;
        const char* method;
        const char* path;
        const char* query = "";
        const char* body = "";
        bool is_signed = true;
    };
    const row rows[] = {
        {wire::get_trade(id), "GET", "/v2/smart_trades/34110001"},
        {wire::cancel_trade(id), "DELETE", "/v2/smart_trades/34110001"},
        {wire::reduce_funds_info(id), "GET", "/v2/smart_trades/34110001/reduce_funds_info"},
        {wire::reduce_funds_info_by_post(id), "POST", "/v2/smart_trades/34110001/reduce_funds_info"},
        {wire::reduce_funds(id, funds), "POST", "/v2/smart_trades/34110001/reduce_funds", "",
         R"({"order_type":"market","units":{"value":"0.01"}})"},
        {wire::add_funds(id, {trade::order_type::limit, funds.units, money::price::parse("59000")}), "POST",
         "/v2/smart_trades/34110001/add_funds", "",
         R"({"order_type":"limit","units":{"value":"0.01"},"price":{"value":"59000"}})"},
        {wire::close_by_market(id), "POST", "/v2/smart_trades/34110001/close_by_market"},
        {wire::force_start(id), "POST", "/v2/smart_trades/34110001/force_start"},
        {wire::force_process(id), "POST", "/v2/smart_trades/34110001/force_process"},
        {wire::set_note(id, "ST\"1"), "POST", "/v2/smart_trades/34110001/set_note", "", R"({"note":"ST\"1"})"},
        {wire::list_sub_trades(id), "GET", "/v2/smart_trades/34110001/trades"},
        {wire::close_sub_trade(id, step), "POST", "/v2/smart_trades/34110001/trades/1340000002/close_by_market"},
        {wire::cancel_sub_trade(id, step), "DELETE", "/v2/smart_trades/34110001/trades/1340000002"},
        {wire::ping(), "GET", "/ver1/ping", "", "", false},
        {wire::server_time(), "GET", "/ver1/time", "", "", false},
        {wire::validate(), "GET", "/ver1/validate"},
        {wire::current_mode(), "GET", "/ver1/users/current_mode"},
        {wire::change_mode(trade::account_mode::paper), "POST", "/ver1/users/change_mode", "", R"({"mode":"paper"})"},
        {wire::permissions_info(), "GET", "/ver1/users/permissions_info"},
        {wire::list_accounts(2), "GET", "/ver1/accounts", "per_page=100&page=2"},
        {wire::get_account(account), "GET", "/ver1/accounts/32455218"},
        {wire::load_balances(account), "POST", "/ver1/accounts/32455218/load_balances"},
        {wire::account_table_data(account), "POST", "/ver1/accounts/32455218/account_table_data"},
        {wire::active_trading_entities(account), "GET", "/ver1/accounts/32455218/active_trading_entities"},
        {wire::leverage_data(account, pair), "GET", "/ver1/accounts/32455218/leverage_data", "pair=USDT_BTC"},
        {wire::market_list(), "GET", "/ver1/accounts/market_list", "", "", false},
        {wire::market_pairs("binance"), "GET", "/ver1/accounts/market_pairs", "market_code=binance", "", false},
        {wire::currency_rates("binance", pair), "GET", "/ver1/accounts/currency_rates",
         "market_code=binance&pair=USDT_BTC&limit_type=smart_trade", "", false},
        {wire::currency_rates_with_leverage_data("binance", pair), "GET",
         "/ver1/accounts/currency_rates_with_leverage_data", "market_code=binance&pair=USDT_BTC", "", false},
    };
    for (const auto& r : rows) {
        CAPTURE(r.path);
        CHECK(r.made.method == r.method);
        CHECK(r.made.path == r.path);
        CHECK(r.made.query == r.query);
        CHECK(r.made.body == r.body);
        CHECK(r.made.is_signed == r.is_signed);
        CHECK((r.made.query.empty() || r.made.body.empty()));
    }
}

TEST_CASE("api_request: an update sends both exits whole and says of everything whether it is on (api.md D.3)") {
    trade::trade_update update;
    CHECK(wire::update_trade({34110001}, update).method == "PATCH");
    CHECK(wire::update_trade({34110001}, update).path == "/v2/smart_trades/34110001");
    CHECK(wire::update_trade({34110001}, update).body
          == R"({"take_profit":{"enabled":"false"},"stop_loss":{"enabled":"false"}})");

    update.leverage = trade::leverage{trade::margin_type::cross, 5};
    update.position.emplace().price = money::price::parse("59000");
    trade::take_profit_step step;
    step.order = trade::order_type::limit;
    step.level = *money::price::parse("63000");
    step.volume = *money::percent::parse("50");
    update.take_profit.push_back({trade::sub_trade_id{1340000002}, step});
    step.order = trade::order_type::market;
    step.trailing = money::percent::parse("1");
    update.take_profit.push_back({{}, step});
    update.stop_loss.emplace().trigger = *money::price::parse("57000");
    CHECK(wire::update_trade({34110001}, update).body
          == R"({"leverage":{"enabled":"true","type":"cross","value":"5"},"position":{"price":{"value":"59000"}},)"
             R"("take_profit":{"enabled":"true","steps":[{"order_type":"limit","price":{"type":"bid","value":"63000"},)"
             R"("volume":"50","id":"1340000002","trailing":{"enabled":"false"}},{"order_type":"market",)"
             R"("price":{"type":"bid","value":"63000"},"volume":"50","trailing":{"enabled":"true","percent":"1"}}]},)"
             R"("stop_loss":{"enabled":"true","order_type":"market","conditional":{"price":{"type":"bid",)"
             R"("value":"57000"},"trailing":{"enabled":"false"}},"breakeven":"false","timeout":{"enabled":"false"}}})");
}

TEST_CASE("api_request: what could break out of a query is encoded") {
    CHECK(wire::currency_rates("binance&x=1 #", *trade::pair::parse("USDT_BTC")).query
          == "market_code=binance%26x%3D1%20%23&pair=USDT_BTC&limit_type=smart_trade");
}

TEST_CASE("api_request: one trade is read and cancelled by its id") {
    CHECK(wire::get_trade({34110001}).path == "/v2/smart_trades/34110001");
    CHECK(wire::get_trade({34110001}).method == "GET");
    const auto cancel = wire::cancel_trade({34110001});
    CHECK(cancel.method == "DELETE");
    CHECK(cancel.path == "/v2/smart_trades/34110001");
    CHECK(cancel.body.empty());
    CHECK(cancel.query.empty());
    CHECK(wire::get_account({7}).path == "/ver1/accounts/7");
}

TEST_CASE("api_request: a create carries every number as text, and its note") {
    trade::trade_request wanted;
    wanted.account = {1};
    wanted.pair = *trade::pair::parse("USDT_BTC");
    wanted.position.order = trade::entry_type::limit;
    wanted.position.units = *money::quantity::parse("0.01");
    wanted.position.price = money::price::parse("60000");
    wanted.note = "#st:main:btc.1:abcdefgh a \"note\"";
    const auto create = wire::create_trade(wanted);
    CHECK(create.method == "POST");
    CHECK(create.path == "/v2/smart_trades");
    CHECK(create.query.empty());
    CHECK(create.body.find(R"("value":"0.01")") != std::string::npos);
    CHECK(create.body.find(R"("note":"#st:main:btc.1:abcdefgh a \"note\"")") != std::string::npos);
    const auto body = wire::parse_json(create.body);
    REQUIRE(body.has_value());
    const auto read = trade::read_request(*body, trade::strictness::author);
    REQUIRE(read.request.has_value());
    CHECK(*read.request == wanted);
}

TEST_CASE("api_request: an endpoint is the call without the ids in its path") {
    const trade::smart_trade_id id{30404547};
    CHECK(wire::endpoint_of(wire::list_trades({.account = {1}})) == "GET /v2/smart_trades");
    CHECK(wire::endpoint_of(wire::get_trade(id)) == "GET /v2/smart_trades/{id}");
    CHECK(wire::endpoint_of(wire::cancel_trade(id)) == "DELETE /v2/smart_trades/{id}");
    CHECK(wire::endpoint_of(wire::cancel_sub_trade(id, trade::sub_trade_id{7}))
          == "DELETE /v2/smart_trades/{id}/trades/{id}");
    CHECK(wire::endpoint_of(wire::load_balances({32455218})) == "POST /ver1/accounts/{id}/load_balances");
    CHECK(wire::endpoint_of(wire::currency_rates("binance", {"USDT", "BTC"})) == "GET /ver1/accounts/currency_rates");
}
