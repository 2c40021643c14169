// V29..V31: the smallest plan that breaks a limit, and the nearest that does not.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "trade/digits.hpp"
#include "trade/far_prices.hpp"
#include "trade/rules_market.hpp"

using namespace smarttrade;

namespace {

money::decimal dec(std::string_view text) { return money::decimal::parse(text).value(); }
money::price price(std::string_view text) { return money::price{dec(text)}; }
money::quantity quantity(std::string_view text) { return money::quantity{dec(text)}; }
money::percent percent(std::string_view text) { return money::percent{dec(text)}; }

/// The figures of api.md D.5.
trade::market_rates binance() {
    trade::market_rates rates;
    rates.last = rates.bid = price("60000");
    rates.ask = price("60000.01");
    rates.min_price = rates.price_step = price("0.01");
    rates.max_price = price("1000000");
    rates.min_lot = rates.lot_step = quantity("0.00001");
    rates.max_lot = quantity("9000");
    rates.min_total = rates.min_market_total = money::money{dec("5")};
    rates.max_total = money::money{dec("9000000")};
    rates.bid_multiplier_down = rates.ask_multiplier_down = dec("0.2");
    rates.bid_multiplier_up = rates.ask_multiplier_up = dec("5");
    return rates;
}

struct changes {
    std::string_view units = "0.01", entry = "60000";
    trade::side side = trade::side::buy;
};

trade::trade_request limit_entry(changes with = {}) {
    trade::trade_request wish;
    wish.pair = {"USDT", "BTC"};
    wish.position.type = with.side;
    wish.position.order = trade::entry_type::limit;
    wish.position.units = quantity(with.units);
    wish.position.price = price(with.entry);
    return wish;
}

trade::trade_request market_entry(std::string_view units, trade::side side = trade::side::buy) {
    auto wish = limit_entry({.units = units, .side = side});
    wish.position.order = trade::entry_type::market;
    wish.position.price.reset();
    return wish;
}

trade::take_profit_step target(std::string_view at, std::string_view volume) {
    trade::take_profit_step step;
    step.level = price(at);
    step.volume = percent(volume);
    return step;
}

trade::trade_request with_targets(trade::trade_request wish, std::vector<trade::take_profit_step> steps) {
    wish.take_profit = std::move(steps);
    return wish;
}

trade::trade_request with_stop(std::string_view trigger, std::string_view limit = {}) {
    auto wish = limit_entry();
    wish.stop_loss.emplace();
    wish.stop_loss->trigger = price(trigger);
    if (!limit.empty()) wish.stop_loss->limit_price = price(limit);
    return wish;
}

std::string text_of(const std::vector<trade::violation>& all) {
    std::string text;
    for (const auto& each : all)
        text += fmt::format("{}{}: {} [{}]", text.empty() ? "" : "; ", trade::dotted_path(each.at), each.message,
                            each.rule);
    return text;
}

std::string told(const trade::trade_request& wish, const trade::market_rates& rates = binance()) {
    return text_of(trade::judge_by_market(wish, rates).breaches);
}

} // namespace

TEST_CASE("rules: V29 units lie within the lot limits and on the lot step, and the nearest ones are named") {
    CHECK(told(limit_entry({.units = "0.01234"})) == "");
    CHECK(told(limit_entry({.units = "0.0123456"}))
          == "position.units.value: units 0.0123456, expected a multiple of 0.00001: 0.01234 or 0.01235 [V29]");
    CHECK(told(limit_entry({.units = "9000", .entry = "900"}),
               [] {
                   auto rates = binance();
                   rates.bid_multiplier_down.reset();
                   return rates;
               }())
          == "");
    CHECK(told(limit_entry({.units = "9000.00001", .entry = "12000"}))
          == "position.units.value: units 9000.00001, expected at most 9000 [V29]; "
             "position.units.value: units 9000.00001 at 12000 are 108000000.12 USDT, expected at most 9000000 USDT "
             "[V31]");
    auto rates = binance();
    rates.min_lot = quantity("0.001");
    CHECK(told(limit_entry({.units = "0.001"}), rates) == "");
    CHECK(told(limit_entry({.units = "0.00099"}), rates)
          == "position.units.value: units 0.00099, expected at least 0.001 [V29]");
    rates.lot_step = quantity("0.0007"); // below 0.001 there is nothing to round to
    CHECK(told(limit_entry({.units = "0.0012"}), rates)
          == "position.units.value: units 0.0012, expected a multiple of 0.0007: 0.0014 [V29]");
}

TEST_CASE("rules: V29 what a market order may have is the tighter of its own limits and those of all orders") {
    auto rates = binance();
    rates.max_market_buy = quantity("1");
    rates.max_market_sell = quantity("2");
    rates.min_market_buy = quantity("0.5");
    CHECK(told(market_entry("1"), rates) == "");
    CHECK(told(market_entry("1.00001"), rates) == "position.units.value: units 1.00001, expected at most 1 [V29]");
    CHECK(told(market_entry("0.49999"), rates) == "position.units.value: units 0.49999, expected at least 0.5 [V29]");
    CHECK(told(market_entry("2", trade::side::sell), rates) == "");
    CHECK(told(market_entry("0.4", trade::side::sell), rates) == "");
    CHECK(told(limit_entry({.units = "1.00001"}), rates) == "");
}

TEST_CASE("rules: V30 every price lies on the price step within its limits") {
    CHECK(told(limit_entry({.entry = "60000.01"})) == "");
    CHECK(told(limit_entry({.entry = "60000.005"}))
          == "position.price.value: price 60000.005, expected a multiple of 0.01: 60000.00 or 60000.01 [V30]");
    CHECK(told(with_targets(limit_entry(), {target("61000", "50"), target("61000.001", "50")}))
          == "take_profit.steps[1].price.value: take_profit 61000.001, expected a multiple of 0.01: 61000.00 or "
             "61000.01 [V30]");
    CHECK(told(with_targets(limit_entry(), {target("1000000.01", "100")}))
          == "take_profit.steps[0].price.value: take_profit 1000000.01, expected at most 1000000 [V30]");
    CHECK(told(with_stop("58000.5", "57990.001"))
          == "stop_loss.price.value: stop_loss limit 57990.001, expected a multiple of 0.01: 57990.00 or 57990.01 "
             "[V30]");
    CHECK(told(with_stop("0.001"))
          == "stop_loss.conditional.price.value: stop_loss 0.001, expected at least 0.01 [V30]");
    auto trigger = market_entry("0.01");
    trigger.position.order = trade::entry_type::conditional;
    trigger.position.conditional = trade::conditional_entry{price("61000.005"), {}, {}, {}};
    CHECK(told(trigger)
          == "position.conditional.price.value: trigger 61000.005, expected a multiple of 0.01: 61000.00 or 61000.01 "
             "[V30]");
}

TEST_CASE("rules: V30 a limit entry stands within the multipliers of bid or ask, and that hangs on the moment") {
    CHECK(told(limit_entry({.entry = "12000"})) == "");
    CHECK(told(limit_entry({.entry = "300000"})) == "");
    const auto low = trade::judge_by_market(limit_entry({.entry = "11999.99"}), binance());
    CHECK(text_of(low.breaches)
          == "position.price.value: price 11999.99, expected at least 12000: 0.2 times the bid of 60000 [V30]");
    CHECK(low.of_the_moment);
    CHECK(told(limit_entry({.entry = "300000.05", .side = trade::side::sell})) == "");
    CHECK(told(limit_entry({.entry = "300000.06", .side = trade::side::sell}))
          == "position.price.value: price 300000.06, expected at most 300000.05: 5 times the ask of 60000.01 [V30]");
    CHECK_FALSE(trade::judge_by_market(limit_entry({.entry = "60000.005"}), binance()).of_the_moment);
}

TEST_CASE("rules: V31 an entry is worth what the exchange asks for, at its own price or at that of the market") {
    auto rates = binance();
    rates.min_total = money::money{dec("10")};
    CHECK(told(limit_entry({.units = "0.00017"}), rates) == "");
    CHECK(told(limit_entry({.units = "0.0001"}), rates)
          == "position.units.value: units 0.0001 at 60000 are 6 USDT, expected at least 10 USDT [V31]");
    CHECK(told(market_entry("0.0001"), rates) == ""); // 5 USDT are enough at market
    const auto small = trade::judge_by_market(market_entry("0.00008"), rates);
    CHECK(text_of(small.breaches)
          == "position.units.value: units 0.00008 at 60000.01 are 4.8000008 USDT, expected at least 5 USDT [V31]");
    CHECK(small.of_the_moment);
    CHECK(told(limit_entry({.units = "150"})) == "");
    CHECK(told(limit_entry({.units = "150.00001"}))
          == "position.units.value: units 150.00001 at 60000 are 9000000.6 USDT, expected at most 9000000 USDT [V31]");
}

TEST_CASE("rules: V31 the share of each take-profit step is large enough for an order of its own") {
    const auto two = [](std::string_view units, std::string_view first, std::string_view second) {
        return with_targets(limit_entry({.units = units}), {target("61000", first), target("62500", second)});
    };
    CHECK(told(two("0.01", "99.2", "0.8")) == "");
    CHECK(told(two("0.01", "99.21", "0.79"))
          == "take_profit.steps[1].volume: volume 0.79% of 0.01 BTC at 62500 is 4.9375 USDT, expected at least 5 USDT "
             "[V31]");
    auto rates = binance();
    rates.min_lot = quantity("0.005");
    CHECK(told(two("0.01", "50", "50"), rates) == "");
    CHECK(told(two("0.01", "49.9", "50.1"), rates)
          == "take_profit.steps[0].volume: volume 49.9% of 0.01 BTC is 0.00499, expected at least 0.005 [V31]");
}

TEST_CASE("rules: funds that are added or taken out are orders like any other") {
    trade::funds_order order;
    order.order = trade::order_type::limit;
    order.units = quantity("0.0001");
    order.price = price("60000.005");
    const trade::pair pair{"USDT", "BTC"};
    const trade::field_path at{"adjustments", std::size_t{0}, "add_funds"};
    const auto judged = [&] {
        return text_of(trade::judge_funds_by_market(order, trade::side::buy, pair, binance(), at).breaches);
    };
    CHECK(judged()
          == "adjustments[0].add_funds.price.value: price 60000.005, expected a multiple of 0.01: 60000.00 or "
             "60000.01 [V30]");
    order.price = price("50000");
    CHECK(judged() == "");
    order.price = price("49999.99");
    CHECK(judged()
          == "adjustments[0].add_funds.units.value: units 0.0001 at 49999.99 are 4.999999 USDT, expected at least 5 "
             "USDT [V31]");
}

TEST_CASE("rules: a market that tells no limit has none, nor one with more digits than can be computed with") {
    const auto odd = with_targets(limit_entry({.units = "0.0000001234567", .entry = "0.0000001234567"}),
                                  {target("123456789.123456789", "100")});
    CHECK(told(odd, {}) == "");
    trade::market_rates absurd;
    const std::string nines(38, '9');
    absurd.price_step = absurd.min_price = absurd.bid = absurd.ask = price("0." + nines);
    absurd.lot_step = absurd.min_lot = quantity(nines);
    absurd.min_total = money::money{dec(nines)};
    absurd.bid_multiplier_down = dec(nines);
    CHECK(told(odd, absurd) == "");
    trade::market_rates zero;
    zero.price_step = price("0");
    zero.lot_step = quantity("0");
    CHECK(told(odd, zero) == "");
    // The largest numbers that an author may write, against a market of as many digits.
    const std::string large(19, '9');
    auto rates = binance();
    rates.price_step = price("0.0000000000000000001");
    rates.bid = price(large);
    rates.max_price.reset();
    rates.max_lot.reset();
    rates.max_total.reset();
    auto huge = with_targets(limit_entry({.units = large, .entry = large}), {target(large, "0.1234567890123456789")});
    CHECK(told(huge, rates).find("V30") == std::string::npos);
}

TEST_CASE("rules: a number of 19 digits can be computed with, one of 20 is too much, wherever its point stands") {
    for (const char* number : {"9999999999999999999", "999999999.9999999999", "0.9999999999999999999", "-1", "0"})
        CHECK_FALSE(trade::has_too_many_digits(dec(number)));
    for (const char* number : {"10000000000000000000", "-1000000000.0000000001", "1.0000000000000000001"})
        CHECK(trade::has_too_many_digits(dec(number)));
    CHECK(trade::has_too_many_digits(dec("0.00000000000000000001")));
}

TEST_CASE("rules: a price far from the market is warned of, as 6000 for 60000 is") {
    const auto warned = [](const trade::trade_request& wish, trade::entry_is entry = trade::entry_is::open) {
        return text_of(trade::far_from_market(wish, binance(), entry));
    };
    CHECK(warned(limit_entry({.entry = "6000"}))
          == "position.price.value: price 6000 is 90% below the market at 60000.01, expected within 20%: is a digit "
             "wrong? []");
    CHECK(warned(limit_entry({.entry = "6000"}), trade::entry_is::filled) == "");
    CHECK(warned(limit_entry({.entry = "48001"})) == "");
    CHECK(warned(limit_entry({.entry = "72001"})) != "");
    CHECK(warned(with_targets(limit_entry(), {target("90000", "50"), target("610000", "50")}))
          == "take_profit.steps[1].price.value: take_profit 610000 is 916% above the market at 60000, expected within "
             "50%: is a digit wrong? []");
    CHECK(warned(with_stop("5800")).starts_with("stop_loss.conditional.price.value: stop_loss 5800 is 90% below"));
    auto held = limit_entry({.entry = "6000"}); // bought long ago
    held.skip_enter_step = true;
    CHECK(warned(held) == "");
    auto open_end = with_targets(limit_entry(), {target("61000", "100")});
    open_end.take_profit[0].level = percent("80"); // nobody slips into a percent
    CHECK(warned(open_end) == "");
    CHECK(text_of(trade::far_from_market(limit_entry({.entry = "6000"}), {}, trade::entry_is::open)) == "");
}

TEST_CASE("rules: V30 V31 own coins are no order: what was paid for them may stand on any digit") {
    auto held = market_entry("0.01");
    held.skip_enter_step = true;
    held.position.price = price("55000.1234567");
    CHECK(trade::judge_by_market(held, binance()).breaches.empty());
}

TEST_CASE("rules: V29 a conditional entry that buys at market meets the bounds of market orders") {
    auto rates = binance();
    rates.max_market_buy = quantity("0.005");
    auto asked = market_entry("0.01");
    asked.position.order = trade::entry_type::conditional;
    asked.position.conditional = trade::conditional_entry{price("61000"), {}, trade::order_type::market, {}};
    const auto found = trade::judge_by_market(asked, rates).breaches;
    REQUIRE(found.size() == 1);
    CHECK(found[0].message == "units 0.01, expected at most 0.005");
    asked.position.conditional->order = trade::order_type::limit;
    asked.position.price = price("61000");
    CHECK(trade::judge_by_market(asked, rates).breaches.empty());
}
