#include <doctest/doctest.h>

#include "paper/world.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using trade::order_type;
using trade::side;

namespace {

trade::trade_request with_stop(trade::stop_loss_order stop) {
    auto wish = market_buy();
    wish.stop_loss = std::move(stop);
    return wish;
}

} // namespace

TEST_CASE("take profit: a market step sells at the bid that touched it, a limit step at its own price") {
    bought market{with_targets({target(order_type::market, "11000", "100")})};
    CHECK(market.see().take_profit.at(0).status.text() == "to_process");
    CHECK(market.reserved("BTC") == "0");
    market.tick("11500");
    CHECK(market.see().average_close_price_without_commission->to_string() == "11500.0");

    bought limit{with_targets({target(order_type::limit, "11000", "100")})};
    CHECK(limit.see().take_profit.at(0).status.text() == "order_placed");
    CHECK(limit.reserved("BTC") == "0.01");
    limit.tick("11500");
    CHECK(limit.see().average_close_price_without_commission->to_string() == "11000.0");
    CHECK(limit.status() == "finished");
    CHECK(limit.reserved("BTC") == "0");
}

TEST_CASE("take profit: a target that the price has passed when the position opens is taken at once") {
    bought trade{with_targets({target(order_type::limit, "9000", "50"), target(order_type::market, "9500", "50")})};
    CHECK(trade.status() == "finished");
    CHECK(trade.see().average_close_price_without_commission->to_string() == "10000.0");
}

TEST_CASE("take profit: a trailing step sells after the turn, never below the distance from the top") {
    bought trade{with_targets({trailing_target("11000", "100", "10")})};
    trade.tick("11000");
    CHECK(trade.see().take_profit.at(0).status.text() == "trailing_activated");
    CHECK_FALSE(trade.see().take_profit.at(0).editable);
    trade.tick("12000");
    trade.tick("10800.01");
    CHECK(trade.status() == "waiting_targets");
    const auto told = trade.tick("10800");
    CHECK(trade.status() == "finished");
    CHECK(told.events.front().what == paper::happened::step_filled);
    CHECK(told.events.front().by_trailing);
}

TEST_CASE("take profit: four steps fill one after the other, the last one trailing") {
    bought trade{with_targets({target(order_type::limit, "10100", "10"), target(order_type::limit, "10500", "20"),
                               target(order_type::limit, "11000", "30"), trailing_target("11500", "40", "10.5")})};
    CHECK(trade.reserved("BTC") == "0.006");
    trade.tick("11000");
    CHECK(trade.see().closed_amount.to_short_string() == "0.006");
    CHECK(trade.status() == "waiting_targets");
    trade.tick("11500");
    trade.tick("10292.5");
    CHECK(trade.status() == "finished");
    CHECK(trade.total("BTC") == "1");
}

TEST_CASE("take profit: a short is closed by buying lower, at the ask") {
    auto wish = market_buy();
    wish.position.type = side::sell;
    wish.take_profit = {target(order_type::limit, "9000", "100")};
    wish.take_profit[0].follows = trade::price_type::ask;
    bought trade{wish};
    CHECK(trade.total("BTC") == "0.99");
    CHECK(trade.reserved("USDT") == "90.09");
    trade.tick("8999.99");
    CHECK(trade.status() == "finished");
    CHECK(trade.see().profit.volume->to_string() == "9.81");
    CHECK(trade.total("USDT") == "100009.81");
    CHECK(trade.total("BTC") == "1");
}

TEST_CASE("stop: a market stop sells the rest at the bid when the price touches it") {
    bought trade{with_stop(stop_at("9000"))};
    trade.tick("9000.01");
    CHECK(trade.status() == "waiting_targets");
    trade.tick("8990");
    CHECK(trade.status() == "stop_loss_finished");
    CHECK(trade.see().average_close_price_without_commission->to_string() == "8990.0");
}

TEST_CASE("stop: a limit stop never sells below its limit, and waits in progress until it can") {
    auto stop = stop_at("9000");
    stop.order = order_type::limit;
    stop.limit_price = at("8950");
    bought through{with_stop(stop)};
    through.tick("8900");
    CHECK(through.status() == "stop_loss_in_progress");
    CHECK(through.see().stop_loss->status.text() == "order_placed");
    CHECK(through.see().may.cancel);
    CHECK(through.reserved("BTC") == "0.01");
    through.tick("8960");
    CHECK(through.status() == "stop_loss_finished");
    CHECK(through.see().average_close_price_without_commission->to_string() == "8950.0");

    bought touched{with_stop(stop)};
    touched.tick("8990");
    CHECK(touched.status() == "stop_loss_finished");
    CHECK(touched.see().average_close_price_without_commission->to_string() == "8990.0");
}

TEST_CASE("stop: one price that touches stop and target takes the stop") {
    auto wish = with_targets({target(order_type::market, "9900", "100")});
    wish.take_profit[0].follows = trade::price_type::last;
    wish.stop_loss = stop_at("9000");
    wish.take_profit[0].level = at("10500");
    bought trade{wish};
    trade.run(paper::tick{trade.state.now, btc_market, at("8000"), at("8000"), at("11000")});
    CHECK(trade.status() == "stop_loss_finished");
}

TEST_CASE("stop: it withdraws the resting targets first, so that their coins can be sold") {
    auto wish = with_targets({target(order_type::limit, "11000", "100")});
    wish.stop_loss = stop_at("9000");
    bought trade{wish};
    trade.state.accounts[spot].balances["BTC"].total = dec("0.01"); // nothing but the position
    trade.tick("8900");
    CHECK(trade.status() == "stop_loss_finished");
    CHECK(trade.reserved("BTC") == "0");
    CHECK(trade.total("BTC") == "0");
}

TEST_CASE("stop timeout: it fires at its own moment, at the price of that moment") {
    auto stop = stop_at("9000");
    stop.timeout = std::chrono::seconds{8};
    bought trade{with_stop(stop)};
    trade.tick("8900");
    trade.tick("8950", 7);
    CHECK(trade.status() == "waiting_targets");
    const auto began = trade.state.now;
    trade.tick("9500", 60); // the price recovers only after the end
    CHECK(trade.status() == "stop_loss_finished");
    CHECK(trade.see().average_close_price_without_commission->to_string() == "8950.0");
    CHECK(trade.see().stop_loss->closed_at == began + std::chrono::seconds{1});
}

TEST_CASE("stop timeout: a recovery before the end starts the count anew") {
    auto stop = stop_at("9000");
    stop.timeout = std::chrono::seconds{8};
    bought trade{with_stop(stop)};
    trade.tick("8900");
    trade.tick("9100", 7);
    trade.tick("8900", 7);
    trade.tick("8900", 7);
    CHECK(trade.status() == "waiting_targets");
    trade.tick("8900", 1);
    CHECK(trade.status() == "stop_loss_finished");
}

TEST_CASE("trailing stop: without a percent it keeps its distance in money, and never loosens") {
    auto stop = stop_at("9000");
    stop.trailing = trade::stop_trailing{};
    bought trade{with_stop(stop)};
    CHECK(trade.see().stop_loss->status.text() == "trailing_activated");
    trade.tick("10500");
    trade.tick("10000");
    trade.tick("10200");
    trade.tick("9500.01");
    CHECK(trade.status() == "waiting_targets");
    trade.tick("9500");
    CHECK(trade.status() == "stop_loss_finished");
    CHECK(trade.see().stop_loss->trigger->to_string() == "9000.0"); // shown as configured
}

TEST_CASE("trailing stop: with a percent the tighter of trigger and distance from the top counts from the start") {
    auto stop = stop_at("8500");
    stop.trailing = trade::stop_trailing{pct("8.5")};
    bought tight{with_stop(stop)};
    tight.tick("9150");
    CHECK(tight.status() == "stop_loss_finished");

    stop.trigger = at("9500");
    bought configured{with_stop(stop)};
    configured.tick("9500");
    CHECK(configured.status() == "stop_loss_finished");
}

TEST_CASE("breakeven: after the first step the stop stands at the entry price with commission") {
    auto wish = with_targets({target(order_type::limit, "11000", "50"), target(order_type::limit, "12000", "50")});
    wish.stop_loss = stop_at("9000");
    wish.stop_loss->breakeven = true;
    bought trade{wish};
    const auto told = trade.tick("11000");
    CHECK(told.events.back().what == paper::happened::stop_moved);
    CHECK(trade.see().stop_loss->trigger->to_string() == "10010.0");
    trade.tick("10010");
    CHECK(trade.status() == "stop_loss_finished");
    CHECK(trade.total("BTC") == "1");
}

TEST_CASE("breakeven: a stop that stands above the entry price by then stays where it is") {
    auto wish = with_targets({target(order_type::limit, "11000", "50"), target(order_type::limit, "12000", "50")});
    wish.stop_loss = stop_at("10500"); // as edited after the entry
    wish.stop_loss->breakeven = true;
    for (const bool trails : {false, true}) {
        CAPTURE(trails);
        if (trails) wish.stop_loss->trailing = trade::stop_trailing{}; // 300 behind the top
        auto begun = wish;
        begun.stop_loss = stop_at("9000");
        bought trade{begun};
        trade.tick("10800");
        trade::trade_update edit;
        for (std::size_t i = 0; i < 2; ++i)
            edit.take_profit.push_back({trade.see().take_profit.at(i).id, wish.take_profit[i]});
        edit.stop_loss = wish.stop_loss;
        trade.run(paper::update{trade.id, edit});
        trade.tick("11000");
        CHECK(trade.see().closed_amount == of("0.005"));
        trade.tick(trails ? "10700.01" : "10500.01");
        CHECK(trade.status() == "waiting_targets");
        trade.tick(trails ? "10700" : "10500");
        CHECK(trade.status() == "stop_loss_finished");
    }
}

TEST_CASE("cancel: bought coins stay, exits end, and nothing is sold") {
    auto wish = with_targets({target(order_type::limit, "11000", "100")});
    wish.stop_loss = stop_at("9000");
    bought trade{wish};
    trade.run(paper::cancel{trade.id});
    CHECK(trade.status() == "cancellation_pending");
    CHECK_FALSE(trade.see().may.cancel);
    trade.tick("8000");
    CHECK(trade.status() == "cancelled");
    CHECK(trade.see().take_profit.empty());
    CHECK(trade.total("BTC") == "1.01");
    CHECK(trade.reserved("BTC") == "0");
    CHECK(trade.see().entered_amount.to_short_string() == "0.01");
}

TEST_CASE("cancel: refused for trades that do not exist, are not begun or have ended") {
    world exchange;
    const auto why = [&](trade::smart_trade_id id) {
        return std::get<paper::refusal>(exchange.run(paper::cancel{id}).reply).why;
    };
    CHECK(why({1}) == paper::refusal::reason::unknown_trade);
    const auto id = exchange.create(simple(side::buy, trade::entry_type::market));
    CHECK(why(id) == paper::refusal::reason::wrong_status);
    exchange.tick();
    CHECK(why(id) == paper::refusal::reason::wrong_status);
}

TEST_CASE("a position without exits stays open") {
    bought trade{market_buy()};
    trade.tick("1");
    trade.tick("999999");
    CHECK(trade.status() == "waiting_targets");
    CHECK(trade.see().may.panic_sell);
}
