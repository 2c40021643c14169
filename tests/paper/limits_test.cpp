#include <doctest/doctest.h>

#include "paper/world.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using trade::order_type;
using trade::side;

namespace {

std::string refused(const trade::trade_request& wish) {
    world exchange{"10000", "10000.01"};
    const auto told = exchange.run(paper::create{wish});
    const auto* no = std::get_if<paper::refusal>(&told.reply);
    if (!no) return "accepted";
    std::string text;
    for (const auto& error : no->fields) text += error.field + " " + error.message + "; ";
    return text;
}

trade::trade_request units(std::string_view value) {
    auto wish = market_buy();
    wish.position.units = of(value);
    return wish;
}

} // namespace

TEST_CASE("limits: what the market does not allow is refused in the API's words") {
    CHECK(refused(units("0.01")) == "accepted");
    CHECK(refused(units("10000"))
          == "position is invalid; units_to_buy must be less than or equal to 9000.0; "
             "position.total must be less than or equal to 9000000.0; ");
    CHECK(refused(units("0.000001"))
          == "position is invalid; units_to_buy must be greater than or equal to 0.00001; "
             "position.total must be greater than or equal to 5.0; ");
    CHECK(refused(units("0.010001")) == "position is invalid; units_to_buy Should change with step 0.00001; ");
    CHECK(refused(units("0.0004")) == "position is invalid; position.total must be greater than or equal to 5.0; ");
    CHECK(refused(units("8999")) == "position is invalid; position.total must be less than or equal to 9000000.0; ");
    CHECK(refused(limit_entry(side::buy, "9000.001")) == "position.price Should change with step 0.01; ");

    auto elsewhere = market_buy();
    elsewhere.pair = {"USDT", "ETH"};
    CHECK(refused(elsewhere) == "pair is invalid; ");

    auto small = market_buy();
    small.take_profit = {target(order_type::limit, "11000", "99"), target(order_type::limit, "12000", "1")};
    CHECK(refused(small) == "take_profit.steps.total must be greater than or equal to 5.0; ");
}

TEST_CASE("limits: numbers of absurd size are refused, not computed with") {
    const std::string nines(38, '9');
    CHECK(refused(units(nines)) != "accepted");
    CHECK(refused(units("0." + nines)) != "accepted");
    CHECK(refused(limit_entry(side::buy, nines)) != "accepted");
    CHECK(refused(limit_entry(side::buy, "0." + nines)) != "accepted");
    auto wish = market_buy();
    wish.take_profit = {trailing_target("11000", "100", "0." + nines)};
    CHECK(refused(wish) != "accepted");
    wish.take_profit = {target(order_type::market, nines, "100")};
    CHECK(refused(wish) != "accepted");
}

TEST_CASE("limits: leverage needs an account that accepts it, and 1 to 125 times") {
    auto wish = market_buy();
    wish.leverage = trade::leverage{trade::margin_type::cross, 5};
    CHECK(refused(wish) == "leverage is invalid; ");
    wish.account = contracts;
    CHECK(refused(wish) == "accepted");
    wish.leverage->value = 126;
    CHECK(refused(wish) == "leverage.value must be less than or equal to 125.0; ");
}

TEST_CASE("limits: an account that is not here is told apart") {
    world exchange;
    auto wish = market_buy();
    wish.account = {77};
    const auto told = exchange.run(paper::create{wish});
    CHECK(std::get<paper::refusal>(told.reply).why == paper::refusal::reason::unknown_account);
}

TEST_CASE("limits: prices that nobody foresaw end the trade they reach, and no other") {
    world exchange{"10000", "10000.01"};
    exchange.state.accounts[spot].balances["BTC"].total = dec("9000000000000000");
    exchange.state.markets[usdt_btc].limits.max_lot = of("1000000000000");
    exchange.state.markets[usdt_btc].limits.max_total = money::money{dec("1000000000000000000")};
    exchange.state.commission = dec("0.00012345");
    auto huge = limit_entry(side::sell, "20000");
    huge.position.units = of("100000000000.12345");
    const auto lost = exchange.create(huge);
    const auto kept = exchange.create(limit_entry(side::sell, "20000"));
    exchange.tick();
    const auto high = at("999999999.12345678");
    exchange.state.markets[usdt_btc].move_to(high, high, high); // as if the order had been placed there
    exchange.run(paper::force_start{lost});
    exchange.run(paper::force_start{kept});
    exchange.tick();
    CHECK(exchange.status(lost) == "failed");
    CHECK(exchange.see(lost).status.error() == "Amounts are too large");
    CHECK(exchange.status(kept) == "waiting_targets");
}
