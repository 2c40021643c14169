#include "plans.hpp"

using namespace smarttrade;

TEST_CASE("plan: defaults lie under every trade, and a trade's own words win") {
    const auto trades = test::trades_of(R"(
defaults:
  pair: USDT_BTC
  price_type: bid
  position: {type: buy, order_type: limit, units: 0.01}
  stop_loss: {order_type: market, conditional: 58000, timeout: 30s, breakeven: false}
trades:
  a: {position: {price: 60000}}
  b: {pair: USDT_ETH, position: {price: 70000, units: 2}, stop_loss: 57000}
  c: {position: {price: 60000}, stop_loss: none}
  d: {position: {price: 60000}, stop_loss: {timeout: none}}
  e: {position: {price: 60000}, stop_loss: {enabled: false}}
)");
    REQUIRE(trades.size() == 5);
    const auto& a = trades[0].request;
    CHECK(a.position.units.to_short_string() == "0.01");
    CHECK(a.stop_loss->timeout->count() == 30);
    CHECK(a.stop_loss->follows == trade::price_type::bid);
    const auto& b = trades[1].request;
    CHECK(b.pair.base == "ETH");
    CHECK(b.position.units.to_short_string() == "2");
    CHECK(std::get<money::price>(b.stop_loss->trigger).to_short_string() == "57000");
    CHECK(b.stop_loss->timeout->count() == 30);
    CHECK_FALSE(trades[2].request.stop_loss);
    CHECK_FALSE(trades[3].request.stop_loss->timeout);
    CHECK_FALSE(trades[4].request.stop_loss);
}

TEST_CASE("plan: a stop written in a trade is on even where the default is off") {
    const auto trades = test::trades_of(R"(
defaults: {stop_loss: {enabled: false}}
trades: {a: {pair: USDT_BTC, position: {type: buy, order_type: market, units: 1}, stop_loss: 58000}}
)");
    CHECK(trades.at(0).request.stop_loss);
}

TEST_CASE("plan: lists and prices replace whole, so a default percent never joins a trade's price") {
    const auto trades = test::trades_of(R"(
defaults:
  pair: USDT_BTC
  position: {type: buy, order_type: market, units: 1}
  take_profit: [{order_type: limit, price: 61000, volume: 50}, {order_type: limit, price: 62000, volume: 50}]
  stop_loss: {order_type: market, conditional: {price: 5% bid}}
trades:
  a: {take_profit: [{order_type: market, price: 63000 ask}], stop_loss: 58000}
)");
    const auto& a = trades.at(0).request;
    REQUIRE(a.take_profit.size() == 1);
    CHECK(a.take_profit[0].follows == trade::price_type::ask);
    CHECK(a.stop_loss->follows == trade::price_type::last);
}

TEST_CASE("plan: what belongs to one trade is refused in defaults") {
    CHECK(test::told("defaults: {note: x, revision: 2, accout: main}\ntrades: {}\n")
          == "p.yaml:1:12: error: 'note' in defaults, expected it in a trade only\n"
             "p.yaml:1:21: error: 'revision' in defaults, expected it in a trade only\n"
             "p.yaml:1:34: error: unknown key 'accout', did you mean 'account'?\n");
}

TEST_CASE("plan: a wrong default is told at the default, once for all trades") {
    CHECK(test::told(R"(defaults:
  account: mian
  position: {type: buy, order_type: market, units: 0}
trades:
  a: {pair: USDT_BTC}
  b: {pair: USDT_ETH}
)")
          == "p.yaml:2:12: error: account mian, expected main, did you mean 'main'?\n"
             "p.yaml:3:52: error: units 0, expected a number above 0 [V2]\n");
}

TEST_CASE("plan: defaults that no plan needs, and that each trade would get, are refused") {
    std::string text = "trades: {}\ndefaults:\n  take_profit:\n";
    for (int step = 0; step < 100; ++step) text += "  - {price: 1, volume: 1}\n";
    CHECK(test::told(text) == "p.yaml:2:1: error: defaults with more than 250 values, expected fewer\n");
}

TEST_CASE("plan: a limit stop may have its price and its trigger half from the defaults") {
    for (const auto* text : {R"(defaults: {stop_loss: {order_type: limit, conditional: 58000}}
trades:
  a: {pair: USDT_BTC, position: {type: buy, order_type: limit, units: 1, price: 60000}, stop_loss: {price: 57000}}
)",
                             R"(defaults: {stop_loss: {price: 57000}}
trades:
  a: {pair: USDT_BTC, position: {type: buy, order_type: limit, units: 1, price: 60000}, stop_loss: {order_type: limit, conditional: 58000}}
)"}) {
        const auto trades = test::trades_of(text);
        REQUIRE(trades.size() == 1);
        CHECK(trades[0].request.stop_loss->limit_price->to_short_string() == "57000");
    }
}

TEST_CASE("plan: a default in quotes that every trade has is of use") {
    CHECK(test::told(R"(defaults: {stop_loss: {order_type: market, conditional: '58000 bid'}}
trades:
  a: {pair: USDT_BTC, position: {type: buy, order_type: limit, units: 1, price: 60000}}
)")
              .empty());
}

TEST_CASE("plan: submit_within of the defaults counts for what adopt is dropped from") {
    const auto trades = test::trades_of(R"(defaults: {submit_within: 5m}
trades:
  a: {pair: USDT_BTC, adopt: 7, revision: 2, position: {type: buy, order_type: market, units: 1}}
  b: {pair: USDT_BTC, adopt: 8, position: {type: buy, order_type: market, units: 1}}
)");
    REQUIRE(trades.size() == 2);
    CHECK(trades[0].life.submit_within == std::chrono::minutes{5});
    CHECK_FALSE(trades[1].life.submit_within);
}
