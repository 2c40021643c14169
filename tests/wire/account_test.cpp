#include "wire/account.hpp"

#include <doctest/doctest.h>

#include "json_difference.hpp"

using namespace smarttrade;

TEST_CASE("account: a documented account is read and written back as the same JSON (api.md D.5)") {
    const std::string text =
        R"({"id":32455218,"name":"Paper Account 1","type":"paper_trading","market":"Binance Spot account simulator",)"
        R"("exchange_name":"Binance Spot","market_code":"binance","smart_trading_supported":true,)"
        R"("smart_selling_supported":true,"trading_supported":true,"market_buy_supported":true,)"
        R"("market_sell_supported":true,"conditional_buy_supported":false,"is_locked":false,"lock_reason":null,)"
        R"("api_key_invalid":false,"api_keys_state":"ok","hedge_mode_available":false,"hedge_mode_enabled":false,)"
        R"("supported_market_types":["spot","futures"],"btc_amount":"0.5","usd_amount":"30250.123456789012345678",)"
        R"("created_at":"2026-03-02T09:00:00.000Z","updated_at":"2026-03-02T10:12:31.000Z"})";
    const auto read = wire::read_account(text);
    REQUIRE(read.has_value());
    CHECK(tests::json_difference(text, wire::write_account(*read)) == "");
    CHECK(read->usd_amount->to_string() == "30250.123456789012345678");
    CHECK(read->type == "paper_trading");
    const auto list = wire::read_accounts("[" + text + "," + text + "]").value();
    CHECK(list.size() == 2);
    CHECK(wire::read_accounts(wire::write_accounts(list)).value() == list);
}

TEST_CASE("account: a flag that an old account lacks is unknown, not false") {
    const auto read = wire::read_account(R"({"id":"7","trading_supported":null,"is_locked":"true","odd":[1]})").value();
    CHECK(read.id.value == 7);
    CHECK_FALSE(read.smart_trading_supported.has_value());
    CHECK_FALSE(read.trading_supported.has_value());
    CHECK(read.is_locked == true);
    CHECK(wire::read_account(wire::write_account(read)).value() == read);
    CHECK_FALSE(wire::read_account("{}").has_value());
    CHECK_FALSE(wire::read_account(R"({"id":7,"usd_amount":"1000000000000000000"})").has_value());
    CHECK_FALSE(wire::read_accounts("{}").has_value());
}

TEST_CASE("account: balances are numbers on the wire and exact here") {
    const std::string text = R"([{"currency_code":"USDT","position":100000.25,"position_available":99000.0,)"
                             R"("on_orders":1000.25,"equity":100000.25},{"currency_code":"BTC","position":1e-8}])";
    const auto read = wire::read_balances(text).value();
    REQUIRE(read.size() == 2);
    CHECK(read[0].available->to_string() == "99000.0");
    CHECK(read[1].total->to_string() == "0.00000001");
    CHECK_FALSE(read[1].equity);
    CHECK(tests::json_difference(text, wire::write_balances(read)) == "");
    CHECK(wire::read_balances(R"([{"currency_code":"BTC","position":"0.1"}])").value()[0].total->to_string() == "0.1");
    CHECK_FALSE(wire::read_balances(R"([{"position":1}])").has_value());
    CHECK_FALSE(wire::read_balances(R"([{"currency_code":"BTC","position":1e30}])").has_value());
}

TEST_CASE("account: how many trades are alive is read for a check of the list") {
    const std::string text = R"({"data":{"active_bots_count":0,"active_deals_count":0,"active_smart_trades_count":3,)"
                             R"("active_orders_count":2,"active_grid_bots_count":0}})";
    const auto read = wire::read_active_counts(text).value();
    CHECK(read.smart_trades == 3);
    CHECK(read.orders == 2);
    CHECK(tests::json_difference(text, wire::write_active_counts(read)) == "");
    CHECK_FALSE(wire::read_active_counts(R"({"data":{}})").value().smart_trades);
    CHECK_FALSE(wire::read_active_counts("[]").has_value());
}
