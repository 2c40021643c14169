#include <doctest/doctest.h>

#include "paper/world.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using trade::order_type;
using trade::side;

namespace {

/// The worked example of api.md E.4.
trade::trade_request worked_example() {
    auto wish = limit_entry(side::buy, "60000");
    wish.take_profit = {target(order_type::limit, "63000", "50"), trailing_target("66000", "50", "1")};
    wish.stop_loss = stop_at("57000");
    wish.stop_loss->breakeven = true;
    return wish;
}

std::string text(const std::optional<money::price>& value) { return value ? value->to_string() : "null"; }

} // namespace

TEST_CASE("E.2: what was entered, with its fee, comes out to the last digit") {
    struct row {
        const char *step, *units, *fill, *total, *shown, *average;
        side type;
    };
    for (const row& r : {row{"0.00000001", "34", "0.00000442", "0.00015043028", "0.00015043", "0.00000442", side::buy},
                         row{"0.000001", "0.9981", "0.054312", "0.0542630160072", "0.05426302", "0.054366", side::buy},
                         row{"0.01", "0.01", "60000", "600.6", "600.6", "60060.0", side::buy},
                         row{"0.0001", "7.8", "0.25", "1.94805", "1.94805", "0.2497", side::sell}}) {
        CAPTURE(r.units);
        world exchange;
        auto& market = exchange.state.markets[usdt_btc];
        market.move_to(at(r.fill), at(r.fill), at(r.fill));
        market.limits.price_step = market.limits.min_price = at(r.step);
        market.limits.min_total = market.limits.min_market_total = money::money{};
        exchange.state.accounts[spot].balances["BTC"].total = dec("10");
        auto wish = simple(r.type, trade::entry_type::market, r.units);
        wish.instant = false;
        const auto id = exchange.create(wish);
        exchange.tick();
        const auto shown = exchange.see(id);
        CHECK(shown.entered_total.to_string() == r.total);
        CHECK(shown.position.total->to_string() == r.shown);
        CHECK(text(shown.average_enter_price) == r.average); // cut, not rounded
    }
}

TEST_CASE("E.2: the profit of an open position is what closing it now would leave") {
    struct row {
        const char *units, *entered, *now, *profit, *percent;
        side type;
    };
    for (const row& r : {row{"34", "0.00015043028", "0.00000283", "-0.00005430650", "-36.1", side::buy},
                         row{"43.736", "4.57371", "0.10244", "-0.09787447584", "-2.14", side::buy},
                         row{"7.8", "1.977066", "0.264", "-0.0841932", "-4.26", side::sell}}) {
        CAPTURE(r.units);
        world exchange;
        exchange.state.markets[usdt_btc].move_to(at(r.now), at(r.now), at(r.now));
        paper::trade_record held;
        held.id = {34110001};
        held.request = simple(r.type, trade::entry_type::market, r.units);
        held.status = trade::trade_status::waiting_targets;
        held.entered_amount = of(r.units);
        held.entered_total = held.entered_raw = money::money{dec(r.entered)};
        paper::restore(exchange.state, held);
        const auto shown = exchange.see(held.id);
        CHECK(shown.profit.volume->value().rounded(11, money::rounding::half_even) == dec(r.profit));
        CHECK(shown.profit.percent->to_short_string() == r.percent);
    }
}

TEST_CASE("E.4: the worked example looks as documented in each phase") {
    world exchange{"60950", "60950.01"};
    const auto id = exchange.create(worked_example());
    CHECK(exchange.status(id) == "created");
    CHECK(exchange.see(id).may.cancel == false);

    exchange.tick(); // E1
    auto shown = exchange.see(id);
    CHECK(shown.status.text() == "waiting_position");
    CHECK(shown.position.status.text() == "order_placed");
    CHECK(text(shown.position.price) == "60000.0");
    CHECK(shown.position.total->to_string() == "600.0");
    CHECK(shown.take_profit.at(0).status.text() == "idle");
    CHECK_FALSE(shown.take_profit.at(0).units);
    CHECK(shown.is_position_not_filled);
    CHECK(exchange.reserved("USDT") == "600.6");

    exchange.tick("59999"); // the entry fills at its own limit
    exchange.tick("60500"); // E2
    shown = exchange.see(id);
    CHECK(shown.status.text() == "waiting_targets");
    CHECK(text(shown.position.price) == "60060.0");
    CHECK(text(shown.position.price_without_commission) == "60000.0");
    CHECK(shown.position.total->to_string() == "600.6");
    CHECK(shown.take_profit.at(0).status.text() == "order_placed");
    CHECK(shown.take_profit.at(0).total->to_string() == "315.0");
    CHECK(shown.take_profit.at(1).status.text() == "to_process");
    CHECK(shown.stop_loss->units->to_string() == "0.01");
    CHECK(shown.stop_loss->total->to_string() == "570.0");
    CHECK(shown.profit.volume->to_string() == "3.795");
    CHECK(shown.profit.percent->to_string() == "0.63");
    CHECK(exchange.reserved("BTC") == "0.005");

    exchange.tick("63500"); // E3
    shown = exchange.see(id);
    CHECK(shown.status.text() == "waiting_targets");
    CHECK(shown.take_profit.at(0).status.text() == "finished");
    CHECK(shown.closed_total.to_string() == "314.685");
    CHECK(text(shown.average_close_price) == "62937.0");
    CHECK(text(shown.stop_loss->trigger) == "60060.0");
    CHECK(shown.stop_loss->total->to_string() == "300.3");
    CHECK(shown.profit.volume->to_string() == "31.2675");
    CHECK(shown.profit.percent->to_string() == "5.21");
    CHECK(shown.closed_at);

    exchange.tick("66900"); // E4
    shown = exchange.see(id);
    CHECK(shown.take_profit.at(1).status.text() == "trailing_activated");
    CHECK(shown.profit.volume->to_string() == "48.2505");

    exchange.tick("67000");
    exchange.tick("66330"); // E5
    shown = exchange.see(id);
    CHECK(shown.status.text() == "finished");
    CHECK(shown.take_profit.at(1).total->to_string() == "331.65");
    CHECK(shown.stop_loss->status.text() == "cancelled");
    CHECK(shown.stop_loss->units->to_string() == "0.005");
    CHECK(text(shown.average_close_price) == "64600.33");
    CHECK(text(shown.average_close_price_without_commission) == "64665.0");
    CHECK(shown.closed_total.to_string() == "646.00335");
    CHECK(shown.profit.volume->to_string() == "45.40335");
    CHECK(shown.profit.percent->to_string() == "7.56");
    CHECK(shown.finished_flag);
    CHECK(exchange.total("USDT") == "100045.40335");
    CHECK(exchange.total("BTC") == "1");
    CHECK(exchange.reserved("USDT") == "0");
    CHECK(exchange.reserved("BTC") == "0");
}

TEST_CASE("E.4: a stop takes the rest and withdraws the targets (E6)") {
    world exchange{"60950", "60950.01"};
    const auto id = exchange.create(worked_example());
    exchange.tick();
    exchange.tick("59999");
    exchange.tick("56990");
    const auto shown = exchange.see(id);
    CHECK(shown.status.text() == "stop_loss_finished");
    CHECK(shown.take_profit.empty());
    CHECK(shown.take_profit_enabled);
    CHECK(shown.stop_loss->status.text() == "finished");
    CHECK(shown.stop_loss->total->to_string() == "569.9");
    CHECK(shown.closed_total.to_string() == "569.3301");
    CHECK(text(shown.average_close_price) == "56933.01");
    CHECK(shown.profit.volume->to_string() == "-31.2699");
    CHECK(shown.profit.percent->to_string() == "-5.21");
}

TEST_CASE("E.4: a cancelled entry gives its money back and leaves no exits (E7)") {
    world exchange{"61010", "61010.01"};
    const auto id = exchange.create(worked_example());
    exchange.tick();
    const auto told = exchange.run(paper::cancel{id});
    CHECK(std::holds_alternative<trade::smart_trade_id>(told.reply));
    CHECK(exchange.status(id) == "cancellation_pending");
    exchange.tick();
    const auto shown = exchange.see(id);
    CHECK(shown.status.text() == "cancelled");
    CHECK(shown.position.status.text() == "cancelled");
    CHECK(shown.take_profit.empty());
    CHECK_FALSE(shown.stop_loss);
    CHECK_FALSE(shown.finished_flag);
    CHECK_FALSE(shown.profit.volume);
    CHECK(exchange.reserved("USDT") == "0");
}

TEST_CASE("E.2: steps are whole lots, and the first takes what is left over") {
    world exchange{"100", "100.01"};
    auto& limits = exchange.state.markets[usdt_btc].limits;
    auto wish = simple(side::buy, trade::entry_type::market, "14.91");
    wish.instant = false;
    wish.take_profit = {target(order_type::market, "110", "50"), target(order_type::market, "120", "25"),
                        target(order_type::market, "130", "25")};
    const auto id = exchange.create(wish);
    limits.lot_step = of("1"); // the lot of the documented example
    exchange.tick();
    const auto shown = exchange.see(id);
    CHECK(shown.take_profit.at(0).units->to_short_string() == "8");
    CHECK(shown.take_profit.at(1).units->to_short_string() == "3");
    CHECK(shown.take_profit.at(2).units->to_short_string() == "3");
}
