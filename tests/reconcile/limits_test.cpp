// What the limits of a market keep from being sent (V29..V31), and how often they are asked for.
#include <doctest/doctest.h>

#include "reconcile/led_scene.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

namespace {

/// Plans without trades, on a market in lots of 0.001 and prices of 0.01, of at least 10 USDT.
struct limits_scene : led_scene {
    limits_scene() {
        wishes.clear();
        seen.trades.clear();
        seen.markets.clear();
        past = {};
        prove_canary();
        tell(fact_kind::history_read, "");
    }
    void want_units(const std::string& name, const char* units, const char* base = "BTC") {
        auto asked = usual_request();
        asked.pair.base = base;
        asked.position.units = units_of(units);
        asked.take_profit = {target_at("61000", "100")};
        plan(name, asked);
    }
    void read_rates(const char* base = "BTC", const char* price = "60000") {
        market_sighting market;
        market.rates.bid = market.rates.ask = market.rates.last = price_at(price);
        market.rates.price_step = price_at("0.01");
        market.rates.lot_step = market.rates.min_lot = units_of("0.001");
        market.rates.min_total = market.rates.min_market_total = money::money{money::decimal{10}};
        market.read_begun = now;
        seen.markets[{main_account, trade::pair{"USDT", base}}] = market;
    }
};

} // namespace

TEST_CASE("limits: a hundred creates on two pairs cost two looks, and then none for an hour") {
    limits_scene s;
    for (int i = 0; i < 50; ++i) {
        s.want_units("a" + std::to_string(i), "0.01");
        s.want_units("b" + std::to_string(i), "0.01", "ETH");
    }
    s.rules.create_max = 200;
    auto d = s.decide();
    CHECK(words(d) == "read_market a0, read_market b0");
    CHECK(d.standings[5].verdict == verdict::pending);
    CHECK(d.standings[5].why == "the limits of its market are being read");
    s.read_rates();
    s.read_rates("ETH");
    CHECK(s.decide().actions.size() == 100);
    s.now += 1h;
    CHECK(words(s.decide()).find("read_market") == std::string::npos);
    s.now += 1s;
    CHECK(words(s.decide()) == "read_market a0, read_market b0");
}

TEST_CASE("limits: what its market does not allow is blocked in the words of the rule, and nothing is sent") {
    limits_scene s;
    s.want_units("a", "0.0104");
    s.want_units("b", "0.01");
    s.wishes[0].trade.at = {"btc.yaml", 3, 3};
    s.read_rates();
    auto d = s.decide();
    CHECK(words(d) == "create b");
    CHECK(d.standings[0].verdict == verdict::blocked);
    CHECK(d.standings[0].phase == phase::planned);
    CHECK(d.standings[0].why
          == "units 0.0104, expected a multiple of 0.001: 0.010 or 0.011 [V29] (btc.yaml:3:3); edit it, then: "
             "smarttraded reload");
    REQUIRE(d.breaches.size() == 1);
    CHECK(d.breaches[0].identity == s.wishes[0].trade.identity);
    CHECK(trade::dotted_path(d.breaches[0].violations.at(0).at) == "position.units.value");
    s.wishes[0].trade.request.position.units = units_of("0.011");
    CHECK(words(s.decide()) == "create a, create b");
    CHECK(s.decide().breaches.empty());
}

TEST_CASE("limits: a plan that its market refuses is told before anybody is asked to confirm it") {
    limits_scene s;
    s.want_units("a", "0.0104");
    s.want_units("b", "0.01");
    s.rules.create_max = 1;
    s.rules.creates_asked = 2;
    s.read_rates();
    const auto d = s.decide();
    CHECK(d.standings[0].verdict == verdict::blocked);
    CHECK(d.standings[1].verdict == verdict::held);
}

TEST_CASE("limits: once the exchange refuses a create its limits are read anew before the next try") {
    limits_scene s;
    s.want_units("a", "0.01");
    s.read_rates();
    s.now += 1min;
    s.tell(fact_kind::intent, "a", "aaaaaaaa");
    s.tell(fact_kind::outcome, "a", "aaaaaaaa", outcome::refused);
    s.now += 6min;
    CHECK(words(s.decide()) == "read_market a");
    s.read_rates();
    CHECK(words(s.decide()) == "create a");
}

TEST_CASE("limits: a market that cannot be read keeps no create back: the exchange judges, and it is asked again") {
    limits_scene s;
    s.want_units("a", "0.0104");
    CHECK(words(s.decide()) == "read_market a");
    s.seen.unpriced[{main_account, trade::pair{"USDT", "BTC"}}] = {"404: no such market", s.now};
    CHECK(words(s.decide()) == "create a");
    s.now += 61s;
    CHECK(words(s.decide()) == "read_market a");
}

TEST_CASE("limits: a market order too small at the price of the moment stays blocked while that is read again") {
    limits_scene s;
    auto asked = usual_request();
    asked.position.order = trade::entry_type::market;
    asked.position.price.reset();
    asked.position.units = units_of("0.001");
    asked.take_profit.clear();
    asked.stop_loss.reset();
    s.plan("a", asked);
    s.read_rates("BTC", "9000");
    CHECK(s.decide().standings[0].why.starts_with("units 0.001 at 9000 are 9 USDT, expected at least 10 USDT [V31]"));
    s.now += 10min;
    CHECK(words(s.decide()) == "");
    s.now += 1s;
    CHECK(words(s.decide()) == "read_market a");
    CHECK(s.decide().standings[0].verdict == verdict::blocked);
    s.read_rates("BTC", "10000");
    CHECK(words(s.decide()) == "create a");
}

TEST_CASE("limits: percents are judged as the prices they become, and never for their digits") {
    limits_scene s;
    auto asked = usual_request();
    asked.take_profit = {target_at("1", "100")};
    asked.take_profit[0].level = share_of("1.23456");
    asked.stop_loss->trigger = share_of("2.34567");
    s.plan("a", asked);
    s.read_rates();
    CHECK(words(s.decide()) == "create a");
}

TEST_CASE("limits: an edit that its market refuses is blocked and does not wait for limits that are not at hand") {
    led_scene s;
    s.price(price_at("60500")); // in steps of 0.01
    s.edit([](auto& r) { r.take_profit[0].level = price_at("61500.005"); });
    auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].verdict == verdict::blocked);
    CHECK(d.standings[0].why.starts_with("take_profit 61500.005, expected a multiple of 0.01: 61500.00 or 61500.01"));
    REQUIRE(d.breaches.size() == 1);
    s.now += 2h; // the step may be another by now: the exchange judges
    s.look();
    CHECK(words(s.decide()) == "update a");
}

TEST_CASE("limits: a stop goes out whatever its market has against the rest of the plan") {
    led_scene waiting;
    waiting.price(price_at("60500"));
    waiting.edit([](auto& r) { r.take_profit[0].level = price_at("61500.005"); });
    CHECK(words(waiting.decide()) == "");
    waiting.edit([](auto& r) { r.stop_loss->trigger = price_at("58800"); });
    CHECK(words(waiting.decide()) == "update a");
    led_scene entered;
    entered.enter();
    entered.price(price_at("60500"));
    entered.edit([](auto& r) { r.take_profit[0].level = price_at("61500.005"); });
    CHECK(words(entered.decide()) == "update a");
}

TEST_CASE("limits: funds that its market refuses are blocked, at the adjustment that asks for them") {
    led_scene s;
    s.enter();
    s.price(price_at("60500"));
    auto& market = s.seen.markets.begin()->second;
    market.rates.lot_step = units_of("0.001");
    trade::adjustment add{"avg-1", trade::adjustment_kind::add_funds, {}, {}};
    add.order = {trade::order_type::limit, units_of("0.0015"), price_at("59000")};
    s.life().adjustments = {add};
    auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].verdict == verdict::blocked);
    REQUIRE(d.breaches.size() == 1);
    CHECK(trade::dotted_path(d.breaches[0].violations.at(0).at) == "adjustments[0].add_funds.units.value");
    s.life().adjustments[0].order.units = units_of("0.002");
    CHECK(words(s.decide()).find("add_funds a") != std::string::npos);
    s.seen.markets.clear();
    s.life().adjustments[0].order.units = units_of("0.0015");
    CHECK(words(s.decide()).find("add_funds a") != std::string::npos);
}
