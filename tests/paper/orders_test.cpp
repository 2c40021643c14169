#include <doctest/doctest.h>

#include "paper/invariants.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using trade::order_status;
using trade::order_type;
using trade::side;

namespace {

trade::sub_trade_id step_of(const bought& of, std::size_t place) { return of.see().take_profit.at(place).id; }
const paper::trade_record& record_of(const bought& of) { return of.state.trades.at(of.id).record; }
trade::sub_trade_id stop_of(const bought& of) { return record_of(of).stop->order.id; }

} // namespace

TEST_CASE("close of a step: its units are sold at market, the others wait on, and the last one ends the trade") {
    bought trade{with_exits(market_buy())};
    const auto first = step_of(trade, 0), second = step_of(trade, 1);
    trade.run(paper::close_order{trade.id, first});
    CHECK(trade.status() == "waiting_targets");
    CHECK(trade.reserved("BTC") == "0");
    trade.tick("9900");
    CHECK(trade.status() == "waiting_targets");
    CHECK(trade.see().take_profit.at(0).status.text() == "panic_sold");
    CHECK(trade.see().closed_amount == of("0.005"));
    CHECK(trade.see().average_close_price_without_commission == at("9900"));
    CHECK(trade.see().stop_loss->units == of("0.005"));
    trade.run(paper::close_order{trade.id, second});
    trade.tick("9800");
    CHECK(trade.status() == "finished");
    CHECK(trade.total("BTC") == "1");
}

TEST_CASE("close of a step: one that trails can be closed too, and is no reason for breakeven") {
    auto wish = with_exits(market_buy());
    wish.take_profit = {target(order_type::limit, "11000", "50"), trailing_target("10100", "50", "5")};
    wish.stop_loss->breakeven = true;
    bought trade{wish};
    trade.tick("10200");
    CHECK(trade.see().take_profit.at(1).status.text() == "trailing_activated");
    trade.run(paper::close_order{trade.id, step_of(trade, 1)});
    trade.tick("10200");
    CHECK(trade.see().take_profit.at(1).status.text() == "panic_sold");
    CHECK(trade.see().stop_loss->trigger == at("9000"));
    trade.tick("11000");
    CHECK(trade.status() == "finished");
}

TEST_CASE("cancel of a step: it disappears, its coins are free, and its share stays unassigned (H.21)") {
    for (const std::size_t place : {0U, 1U}) { // one rests, one waits for its price
        CAPTURE(place);
        bought trade{with_exits(market_buy())};
        trade.run(paper::cancel_order{trade.id, step_of(trade, place)});
        CHECK(trade.reserved("BTC") == (place == 0 ? "0" : "0.005"));
        trade.tick("10000");
        const auto shown = trade.see();
        CHECK(shown.status.text() == "waiting_targets");
        REQUIRE(shown.take_profit.size() == 1);
        CHECK(shown.take_profit.at(0).units == of("0.005"));
        CHECK(shown.stop_loss->units == of("0.01"));
        trade.tick("12000");
        CHECK(trade.status() == "finished"); // every step is done or gone
        CHECK(trade.see().closed_amount == of("0.005"));
        CHECK(trade.total("BTC") == "1.005");
        CHECK(trade.reserved("BTC") == "0");
    }
}

TEST_CASE("cancel of a step: one that trails fires no more") {
    auto wish = with_exits(market_buy());
    wish.take_profit[1] = trailing_target("10100", "50", "1");
    bought trade{wish};
    trade.tick("10200");
    trade.run(paper::cancel_order{trade.id, step_of(trade, 1)});
    trade.tick("9900");
    trade.tick("10300");
    trade.tick("9500");
    CHECK(trade.status() == "waiting_targets");
    CHECK(trade.see().closed_amount.sign() == 0);
}

TEST_CASE("cancel of a step: before the entry it is left out of what follows the entry") {
    bought trade{with_exits(limit_entry(side::buy, "9500"))};
    trade.run(paper::cancel_order{trade.id, step_of(trade, 0)});
    trade.tick("10000");
    CHECK(trade.see().take_profit.size() == 1);
    trade.tick("9500");
    trade.tick("9499");
    CHECK(trade.status() == "waiting_targets");
    REQUIRE(trade.see().take_profit.size() == 1);
    CHECK(trade.see().take_profit.at(0).units == of("0.005"));
    trade.tick("11500");
    CHECK(trade.see().closed_amount.sign() == 0);
}

TEST_CASE("cancel of an order: without its last exit the whole trade is cancelled, before and after the entry") {
    struct row {
        const char* name;
        trade::trade_request wish;
        bool has_steps, has_stop;
    };
    for (const auto& r : {row{"one step", market_buy(), true, false}, row{"only a stop", market_buy(), false, true},
                          row{"one step, waiting", limit_entry(side::buy, "9000"), true, false},
                          row{"only a stop, waiting", limit_entry(side::buy, "9000"), false, true}}) {
        CAPTURE(r.name);
        auto wish = r.wish;
        if (r.has_steps) wish.take_profit = {target(order_type::limit, "11000", "100")};
        if (r.has_stop) wish.stop_loss = stop_at("8000");
        bought trade{wish};
        trade.run(paper::cancel_order{trade.id, r.has_steps ? step_of(trade, 0) : stop_of(trade)});
        CHECK(trade.status() == "cancellation_pending");
        trade.tick("10000");
        CHECK(trade.status() == "cancelled");
        CHECK(trade.total("BTC") == (trade.see().is_position_not_filled ? "1" : "1.01"));
        CHECK(trade.reserved("BTC") == "0");
        CHECK(trade.reserved("USDT") == "0");
    }
}

TEST_CASE("cancel of the stop: targets stay, and the price may fall as far as it likes") {
    for (const bool trails : {false, true}) {
        CAPTURE(trails);
        auto wish = with_exits(market_buy());
        if (trails) wish.stop_loss->trailing = trade::stop_trailing{};
        bought trade{wish};
        trade.run(paper::cancel_order{trade.id, stop_of(trade)});
        CHECK_FALSE(trade.see().stop_loss);
        trade.tick("8000");
        CHECK(trade.status() == "waiting_targets");
        CHECK_FALSE(record_of(trade).stop);
        trade.tick("12000");
        CHECK(trade.status() == "finished");
    }
}

TEST_CASE("cancel of the stop: a running timeout ends with it, and the exchange goes on") {
    auto wish = with_exits(market_buy());
    wish.stop_loss->timeout = std::chrono::seconds{10};
    bought trade{wish};
    trade.tick("8900");
    CHECK(trade.state.timers.size() == 1);
    trade.run(paper::cancel_order{trade.id, stop_of(trade)});
    CHECK(trade.state.timers.empty());
    trade.run(paper::clock{trade.state.now + std::chrono::seconds{60}});
    trade.tick("8900", 60);
    CHECK(trade.status() == "waiting_targets");
}

TEST_CASE("cancel of added funds: its money is free, and the trade waits on") {
    bought trade{with_exits(market_buy())};
    trade.run(paper::add_funds{trade.id, {order_type::limit, of("0.02"), at("9400")}});
    trade.tick("10000");
    CHECK(trade.reserved("USDT") == "188.188");
    trade.run(paper::cancel_order{trade.id, record_of(trade).additions.at(0).order.id});
    CHECK(trade.reserved("USDT") == "0");
    CHECK(trade.status() == "waiting_targets");
    trade.tick("9300");
    CHECK(trade.see().entered_amount == of("0.01"));
    CHECK(record_of(trade).additions.at(0).order.status == order_status::cancelled);
}

TEST_CASE("cancel of added funds: also before the entry, and the entry goes on alone") {
    bought trade{with_exits(limit_entry(side::buy, "9500"))};
    trade.run(paper::add_funds{trade.id, {order_type::market, of("0.02"), {}}});
    trade.run(paper::cancel_order{trade.id, record_of(trade).additions.at(0).order.id});
    CHECK(trade.status() == "waiting_position");
    trade.tick("9400");
    CHECK(trade.see().entered_amount == of("0.01"));
}

TEST_CASE("cancel of a reduction: the steps get their units back") {
    bought trade{with_exits(market_buy())};
    trade.run(paper::reduce_funds{trade.id, {order_type::limit, of("0.004"), at("10800")}});
    trade.tick("10000");
    CHECK(trade.see().take_profit.at(0).units == of("0.003"));
    trade.run(paper::cancel_order{trade.id, record_of(trade).reductions.at(0).order.id});
    trade.tick("10000");
    CHECK(trade.status() == "waiting_targets");
    CHECK(trade.see().take_profit.at(0).units == of("0.005"));
    CHECK(trade.see().take_profit.at(1).units == of("0.005"));
    CHECK(trade.reserved("BTC") == "0.005");
    trade.tick("10900");
    CHECK(trade.see().closed_amount.sign() == 0);
}

TEST_CASE("cancel of an order: nothing of it is left for a second command") {
    bought trade{with_exits(market_buy())};
    const auto step = step_of(trade, 0);
    trade.run(paper::cancel_order{trade.id, step});
    for (const paper::event& again :
         {paper::event{paper::cancel_order{trade.id, step}}, paper::event{paper::close_order{trade.id, step}}}) {
        const auto told = trade.run(again);
        CHECK(std::get<paper::refusal>(told.reply).why == paper::refusal::reason::wrong_status);
    }
}

TEST_CASE("cancel of an order: a step that is about to be sold is still an exit, and is sold") {
    bought trade{with_targets({target(order_type::limit, "11000", "50"), target(order_type::limit, "12000", "50")})};
    const auto steps = trade.see().take_profit;
    trade.run(paper::close_order{trade.id, steps.at(0).id});
    trade.run(paper::cancel_order{trade.id, steps.at(1).id});
    trade.tick();
    CHECK(trade.see().closed_amount == of("0.005"));
    CHECK(trade.status() == "finished");
}

TEST_CASE("cancel of a reduction: a trade whose targets are done meanwhile is done") {
    bought trade{with_targets({target(order_type::limit, "11000", "100")})};
    trade.run(paper::reduce_funds{trade.id, {order_type::limit, of("0.004"), at("20000")}});
    trade.tick();
    trade.tick("11000");
    CHECK(trade.status() == "reduce_funds_in_progress");
    trade.run(paper::cancel_order{trade.id, trade.see().reductions.at(0).id});
    trade.tick();
    CHECK(trade.status() == "finished");
    CHECK(trade.see().closed_amount == of("0.006"));
}
