#include <doctest/doctest.h>

#include "paper/invariants.hpp"
#include "paper/random_commands.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using trade::order_status;
using trade::order_type;
using trade::side;

namespace {

const paper::trade_record& record_of(const bought& of) { return of.state.trades.at(of.id).record; }

trade::trade_request trailing_buy() {
    auto wish = conditional_entry(side::buy, "10000");
    wish.position.conditional->trailing = pct("20");
    wish.take_profit = {target(order_type::limit, "1", "50"), target(order_type::market, "1", "50")};
    wish.take_profit[0].level = pct("10");
    wish.take_profit[1].level = pct("20");
    return wish;
}

template <class Command> bought after(bought of, const Command& what) {
    of.run(what);
    return of;
}
bought after_price(bought of, const char* bid) {
    of.tick(bid);
    return of;
}

bought untouched(const trade::trade_request& wish) {
    bought made{wish};
    made.id = made.create(wish);
    return made;
}

bought reducing() {
    return after_price(after(bought{with_exits(market_buy())},
                             paper::reduce_funds{{34'110'001}, {order_type::limit, of("0.004"), at("10800")}}),
                       "10000");
}

bought stopping() {
    auto wish = with_exits(market_buy());
    wish.stop_loss->order = order_type::limit;
    wish.stop_loss->limit_price = at("8950");
    return after_price(bought{wish}, "8900");
}

bought without_money() {
    auto wish = limit_entry(side::buy, "9000");
    wish.position.units = of("20");
    return bought{wish};
}

/// A trade in one of the statuses it can have, and the calls that are allowed then (api.md F.3).
struct situation {
    const char* name;
    bought trade;
    const char *status, *allowed;
};

std::vector<situation> situations() {
    const bought open{with_exits(market_buy())};
    const auto id = open.id;
    const bought limit{with_exits(limit_entry(side::buy, "9000"))};
    const paper::reduce_funds reduce{id, {order_type::market, of("0.004"), {}}};
    return {
        {"created", untouched(with_exits(market_buy())), "created", "process note"},
        {"created, simple", untouched(simple(side::buy, trade::entry_type::market)), "created", "start process note"},
        {"limit entry", limit, "waiting_position", "edit add start process cancel cancel_order note touch"},
        {"conditional entry", bought{with_exits(conditional_entry(side::buy, "10500"))}, "waiting_position",
         "edit add start process cancel cancel_order note touch"},
        {"trailing entry", bought{trailing_buy()}, "waiting_position",
         "edit start process cancel cancel_order note touch"},
        {"forced entry", after(limit, paper::force_start{id}), "waiting_position",
         "edit add process cancel cancel_order note touch"},
        {"open", open, "waiting_targets", "edit panic add reduce process cancel close_order cancel_order note"},
        {"reduction asked for", after(open, reduce), "pending_reduce_funds", "panic process cancel note"},
        {"reduction rests", reducing(), "reduce_funds_in_progress",
         "panic process cancel close_order cancel_order note"},
        {"stop's limit rests", stopping(), "stop_loss_in_progress", "panic process cancel note"},
        {"close asked for", after(open, paper::close_by_market{id}), "panic_sell_pending", "process note"},
        {"cancel asked for", after(open, paper::cancel{id}), "cancellation_pending", "process note"},
        {"stopped", after_price(open, "8900"), "stop_loss_finished", "note"},
        {"sold by command", after_price(after(open, paper::close_by_market{id}), "10000"), "panic_sold", "note"},
        {"cancelled", after_price(after(open, paper::cancel{id}), "10000"), "cancelled", "note"},
        {"finished", after_price(open, "12000"), "finished", "note"},
        {"failed", without_money(), "failed", "note"},
    };
}

struct call {
    const char* name;
    paper::event what;
};

std::vector<call> calls_to(const bought& of) {
    const auto& record = record_of(of);
    const auto step = record.steps.empty() ? record.entry.id : record.steps[0].order.id;
    trade::trade_update edit = unchanged(record);
    return {{"edit", paper::update{of.id, edit}},
            {"panic", paper::close_by_market{of.id}},
            {"add", paper::add_funds{of.id, {order_type::market, test::of("0.01"), {}}}},
            {"reduce", paper::reduce_funds{of.id, {order_type::market, test::of("0.004"), {}}}},
            {"start", paper::force_start{of.id}},
            {"process", paper::force_process{of.id}},
            {"cancel", paper::cancel{of.id}},
            {"close_order", paper::close_order{of.id, step}},
            {"cancel_order", paper::cancel_order{of.id, step}},
            {"the entry's close", paper::close_order{of.id, record.entry.id}},
            {"the entry's cancel", paper::cancel_order{of.id, record.entry.id}},
            {"note", paper::set_note{of.id, "another"}},
            {"touch", paper::touch_entry{of.id}}};
}

bool is_among(std::string_view word, std::string_view words) {
    return (' ' + std::string{words} + ' ').find(' ' + std::string{word} + ' ') != std::string::npos;
}

std::string why(const paper::answer& reply) {
    const auto* no = std::get_if<paper::refusal>(&reply);
    if (!no) return "accepted";
    using enum paper::refusal::reason;
    return no->why == wrong_status ? "wrong status" : no->why == unknown_order ? "unknown order" : "other";
}

} // namespace

TEST_CASE("commands: each is accepted in just the statuses of F.3, and elsewhere changes nothing, now or later") {
    for (const auto& each : situations()) {
        CAPTURE(each.name);
        CHECK(each.trade.status() == each.status);
        for (const auto& call : calls_to(each.trade)) {
            CAPTURE(call.name);
            const bool is_allowed = is_among(call.name, each.allowed);
            auto asked = each.trade;
            auto left = each.trade;
            const auto told = asked.run(call.what);
            CHECK(why(told.reply) == (is_allowed ? "accepted" : "wrong status"));
            if (is_allowed) continue;
            CHECK(told.events.empty());
            CHECK(told.touched.trades.empty());
            CHECK(told.touched.balances.empty());
            CHECK(bytes_of(asked.state) == bytes_of(left.state));
            CHECK(asked.state.pending == left.state.pending);
            asked.tick("10500");
            left.tick("10500");
            CHECK(bytes_of(asked.state) == bytes_of(left.state));
        }
    }
}

TEST_CASE("commands: an order or a trade that is not there is told apart from one that may not be touched now") {
    for (auto each : situations()) {
        CAPTURE(each.name);
        const auto before = bytes_of(each.trade.state);
        CHECK(why(each.trade.run(paper::close_order{each.trade.id, {7}}).reply) == "unknown order");
        CHECK(why(each.trade.run(paper::cancel_order{each.trade.id, {7}}).reply) == "unknown order");
        const auto told = each.trade.run(paper::cancel_order{{7}, {7}});
        CHECK(std::get<paper::refusal>(told.reply).why == paper::refusal::reason::unknown_trade);
        CHECK(bytes_of(each.trade.state) == before);
    }
}

TEST_CASE("note: it is replaced in every status, also after the end, and nothing else changes") {
    for (auto each : situations()) {
        CAPTURE(each.name);
        auto before = record_of(each.trade);
        each.trade.run(paper::set_note{each.trade.id, "another"});
        CHECK(each.trade.see().note == "another");
        CHECK(each.trade.see().note_raw == "another");
        before.request.note = "another";
        before.updated_at = record_of(each.trade).updated_at;
        CHECK(record_of(each.trade) == before);
    }
}

TEST_CASE(
    "refresh: a trade that has seen the present price is left as it is, and what waits for a tick goes on waiting") {
    for (auto each : situations()) {
        CAPTURE(each.name);
        const auto before = bytes_of(each.trade.state);
        each.trade.run(paper::force_process{each.trade.id});
        CHECK(bytes_of(each.trade.state) == before);
        CHECK(each.trade.status() == each.status);
    }
}

TEST_CASE("refresh: funds that were added a moment ago are bought at the present price, once") {
    bought trade{with_exits(market_buy())};
    trade.run(paper::add_funds{trade.id, {order_type::market, of("0.01"), {}}});
    trade.run(paper::force_process{trade.id});
    CHECK(trade.see().entered_amount == of("0.02"));
    check_indexes(trade.state);
    trade.tick("9900");
    CHECK(trade.see().entered_amount == of("0.02"));
}

TEST_CASE("close by market: from every open status all of it is sold with the next tick and nothing stays reserved") {
    for (const auto& each : situations()) {
        if (!is_among("panic", each.allowed)) continue;
        CAPTURE(each.name);
        auto trade = each.trade;
        trade.state.accounts[spot].balances["BTC"].total = trade.see().entered_amount.value();
        trade.run(paper::close_by_market{trade.id});
        CHECK(trade.status() == "panic_sell_pending");
        CHECK_FALSE(trade.see().may.cancel);
        trade.tick("9999");
        CHECK(trade.status() == "panic_sold");
        CHECK(trade.see().closed_amount == trade.see().entered_amount);
        CHECK(trade.see().average_close_price_without_commission == at("9999"));
        CHECK(trade.see().market_close->units == of("0.01"));
        CHECK(trade.total("BTC") == "0");
        CHECK(trade.reserved("BTC") == "0");
    }
}

TEST_CASE("force start: whatever the entry waits for, it is taken at market with the next tick") {
    auto simple_limit = simple(side::buy, trade::entry_type::limit);
    simple_limit.position.price = at("9000");
    struct row {
        const char* name;
        bought trade;
        const char* end;
    };
    for (auto& r : {row{"limit", bought{limit_entry(side::buy, "9000")}, "waiting_targets"},
                    row{"conditional", bought{conditional_entry(side::buy, "10500")}, "waiting_targets"},
                    row{"trailing", bought{trailing_buy()}, "waiting_targets"},
                    row{"simple, accepted just now", untouched(simple_limit), "finished"}}) {
        CAPTURE(r.name);
        auto trade = r.trade;
        const auto before = trade.status();
        trade.run(paper::force_start{trade.id});
        CHECK(trade.status() == before);
        CHECK(trade.see().position.status.text() == "panic_sell_pending"); // of the entry: api.md H.17
        CHECK_FALSE(trade.see().may.force_start);
        trade.tick("10050");
        CHECK(trade.status() == r.end);
        CHECK(trade.see().average_enter_price_without_commission == at("10050.01"));
    }
}

TEST_CASE("touch: an entry that the market touches for a moment fills at its limit or trigger, else at the market") {
    struct row {
        const char* name;
        trade::trade_request wish;
        const char* fill;
    };
    for (const auto& r : {row{"limit", limit_entry(side::buy, "9000"), "9000"},
                          row{"conditional", conditional_entry(side::buy, "10500"), "10500"},
                          row{"trailing", trailing_buy(), "10000"}}) {
        CAPTURE(r.name);
        bought trade{r.wish};
        trade.run(paper::touch_entry{trade.id});
        CHECK(trade.status() == "waiting_targets");
        CHECK(trade.see().average_enter_price_without_commission == at(r.fill));
        CHECK(trade.reserved("USDT") == "0");
    }
}
