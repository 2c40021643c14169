#include <doctest/doctest.h>

#include "paper_server/client.hpp"
#include "wire/account.hpp"
#include "wire/answers.hpp"
#include "wire/api_request.hpp"
#include "wire/entity.hpp"
#include "wire/market_rates.hpp"
#include "wire/sub_trade.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

namespace {

const trade::pair bitcoin{"USDT", "BTC"};

/// What the exchange answers to a call of the daemon's own client, as bytes.
std::string answer(client& api, const wire::api_request& call) {
    const auto path = "/public/api" + call.path;
    const auto target = call.query.empty() ? path : path + '?' + call.query;
    http::header_list headers{{"Content-Type", "application/json"}};
    if (call.is_signed) {
        headers.emplace_back("Apikey", "key");
        headers.emplace_back("Signature", wire::sign_hmac("secret", wire::hmac_payload(path, call.query, call.body)));
    }
    auto reply = api.exchange.answer({call.method, target, call.body, std::move(headers)});
    CAPTURE(target);
    CAPTURE(reply.body);
    CHECK((reply.status == 200 || reply.status == 201));
    return reply.body;
}

} // namespace

TEST_CASE("client: reads what the exchange answers about users, accounts and markets") {
    client api;
    CHECK(wire::read_pong(answer(api, wire::ping())).has_value());
    CHECK(wire::read_server_time(answer(api, wire::server_time())).has_value());
    CHECK(wire::read_valid(answer(api, wire::validate())).value());
    CHECK(wire::read_mode(answer(api, wire::current_mode())).value() == trade::account_mode::paper);
    CHECK(wire::read_mode(answer(api, wire::change_mode(trade::account_mode::real))).value()
          == trade::account_mode::real);
    CHECK(wire::read_permissions(answer(api, wire::permissions_info())).value().size() == 6);
    CHECK(wire::read_accounts(answer(api, wire::list_accounts())).value().at(0).id == trade::account_id{2});
    CHECK(wire::read_account(answer(api, wire::get_account({1}))).value().type == "paper_trading");
    CHECK(wire::read_account(answer(api, wire::load_balances({1}))).value().id == trade::account_id{1});
    const auto balances = wire::read_balances(answer(api, wire::account_table_data({1}))).value();
    CHECK(balances.at(1).total == money::quantity{money::decimal{100'000}});
    CHECK(wire::read_active_counts(answer(api, wire::active_trading_entities({1}))).value().smart_trades == 0);
    CHECK(wire::read_leverage_options(answer(api, wire::leverage_data({2}, bitcoin))).value().size() == 3);
    CHECK(wire::read_market_list(answer(api, wire::market_list())).value().size() == 3);
    CHECK(wire::read_market_pairs(answer(api, wire::market_pairs("binance"))).value().at(0) == bitcoin);
    CHECK(wire::read_market_rates(answer(api, wire::currency_rates("binance", bitcoin))).value().min_total
          == money::money{money::decimal{5}});
    const auto rates = answer(api, wire::currency_rates_with_leverage_data("binance_futures", bitcoin));
    CHECK(wire::read_market_rates(rates).value().leverage->size() == 3);
}

TEST_CASE("client: reads the trades that it lists, opens and cancels") {
    client api;
    const trade::smart_trade_id id{api.create(limit_buy())};
    api.tick();
    wire::list_query query;
    query.account = {1};
    query.from = base::parse_utc("2026-03-02T08:59:59.500Z");
    query.to = base::parse_utc("2026-03-02T09:00:00.500Z");
    query.pair = bitcoin;
    query.base = "BTC";
    query.quote = "USDT";
    query.type = trade::trade_type::smart_trade;
    CHECK(wire::read_smart_trades(answer(api, wire::list_trades(query))).value().at(0).id == id);
    CHECK(wire::read_smart_trade(answer(api, wire::get_trade(id))).value().id == id);
    CHECK(wire::read_sub_trades(answer(api, wire::list_sub_trades(id))).has_value());
    CHECK(wire::read_smart_trade(answer(api, wire::cancel_trade(id))).value().status.type
          == trade::trade_status::cancellation_pending);
}
