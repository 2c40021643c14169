#include "plans.hpp"

#include <fmt/format.h>

using namespace smarttrade;

namespace {

trade::trade_request only(std::string_view text) {
    const auto trades = test::trades_of(text);
    REQUIRE(trades.size() == 1);
    return trades[0].request;
}

std::string in_trade(std::string_view rest) { return fmt::format("trades:\n  a:\n    pair: USDT_BTC\n{}", rest); }

} // namespace

TEST_CASE("plan: the documented swing trade means the same as its long form") {
    const auto brief = only(R"(
defaults: {account: main}
trades:
  btc-swing:
    pair: USDT_BTC
    note: swing from the weekly level
    position: {type: buy, order_type: limit, units: 0.01, price: 60000}
    take_profit:
      steps:
        - {order_type: limit, price: 61000 bid, volume: 50%}
        - {order_type: market, price: 62000, volume: 50%, trailing: 1.5%}
    stop_loss: {order_type: market, conditional: 58000, breakeven: true, timeout: 30s}
)");
    const auto full = only(R"(
trades:
  btc-swing:
    account_id: 7
    pair: USDT_BTC
    note: swing from the weekly level
    position:
      type: buy
      order_type: "limit"
      units: {value: "0.01"}
      price: {value: 60000}
    take_profit:
      enabled: "true"
      steps:
        - {order_type: limit, price: {value: 61000, type: bid}, volume: 50}
        - {order_type: market, price: {value: 62000, type: last}, volume: 50, trailing: {enabled: true, percent: 1.5}}
    stop_loss:
      enabled: true
      breakeven: "true"
      order_type: market
      conditional: {price: {value: 58000, type: last}}
      timeout: {enabled: true, value: 30}
)");
    CHECK(brief == full);
    CHECK(brief.note == "swing from the weekly level");
    CHECK(brief.account.value == 7);
    CHECK(brief.take_profit[1].follows == trade::price_type::last);
    CHECK(brief.stop_loss->timeout->count() == 30);
}

TEST_CASE("plan: exits that are not written are off") {
    const auto request = only(in_trade("    position: {type: buy, order_type: market, units: 1}\n"));
    CHECK(request.take_profit.empty());
    CHECK_FALSE(request.stop_loss);
}

TEST_CASE("plan: stop_loss: X is a market stop at trigger X") {
    const auto request =
        only(in_trade("    position: {type: buy, order_type: market, units: 1}\n    stop_loss: 58000 bid\n"));
    REQUIRE(request.stop_loss);
    CHECK(request.stop_loss->order == trade::order_type::market);
    CHECK(request.stop_loss->follows == trade::price_type::bid);
    CHECK(std::get<money::price>(request.stop_loss->trigger).to_short_string() == "58000");
}

TEST_CASE("plan: one step alone has the whole volume, and take_profit may be the list") {
    const auto request = only(in_trade("    position: {type: buy, order_type: market, units: 1}\n"
                                       "    take_profit: [{order_type: limit, price: 61000}]\n"));
    REQUIRE(request.take_profit.size() == 1);
    CHECK(request.take_profit[0].volume.to_short_string() == "100");
}

TEST_CASE("plan: price_type fills exits without a type and leaves the entry trigger to the API") {
    const auto request = only(in_trade("    price_type: ask\n"
                                       "    position: {type: buy, order_type: conditional, units: 1,\n"
                                       "               conditional: {price: 60000, order_type: market}}\n"
                                       "    take_profit: [{order_type: limit, price: 61000, volume: 40},\n"
                                       "                  {order_type: limit, price: 62000 bid, volume: 60}]\n"
                                       "    stop_loss: 58000\n"));
    CHECK(request.take_profit[0].follows == trade::price_type::ask);
    CHECK(request.take_profit[1].follows == trade::price_type::bid);
    CHECK(request.stop_loss->follows == trade::price_type::ask);
    CHECK_FALSE(request.position.conditional->follows);
}

TEST_CASE("plan: a stop trails with a percent, with true, and beside a trigger in short form") {
    for (const auto* stop : {"{order_type: market, conditional: {price: 58000, trailing: 2%}}",
                             "{order_type: market, conditional: 58000, trailing: 2%}"})
        CHECK(only(in_trade(fmt::format(
                       "    position: {{type: buy, order_type: market, units: 1}}\n    stop_loss: {}\n", stop)))
                  .stop_loss->trailing->distance->to_short_string()
              == "2");
    const auto request = only(in_trade("    position: {type: buy, order_type: market, units: 1}\n"
                                       "    stop_loss: {order_type: market, conditional: 58000, trailing: true}\n"));
    REQUIRE(request.stop_loss->trailing);
    CHECK_FALSE(request.stop_loss->trailing->distance);
}

TEST_CASE("plan: a trailing entry takes percents with a sign") {
    const auto request =
        only(in_trade("    position:\n      type: buy\n      order_type: conditional\n      units: 0.01\n"
                      "      conditional: {price: 10000, order_type: market, trailing: 9.95%}\n"
                      "    take_profit: [{order_type: limit, price: 11% bid}]\n"
                      "    stop_loss: 6%\n"));
    CHECK(std::get<money::percent>(request.take_profit[0].level).to_short_string() == "11");
    CHECK(std::get<money::percent>(request.stop_loss->trigger).to_short_string() == "6");
}

TEST_CASE("plan: leverage custom is sent as isolated") {
    const auto request = only(in_trade("    instant: true\n    leverage: {type: custom, value: 12}\n"
                                       "    position: {type: buy, order_type: market, units: 1}\n"));
    CHECK(request.leverage->type == trade::margin_type::isolated);
    CHECK(request.leverage->value == 12);
}
