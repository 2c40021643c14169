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
