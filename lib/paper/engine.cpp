#include "paper/engine.hpp"

#include "base/assert.hpp"
#include "paper/desk.hpp"

namespace smarttrade::paper {

namespace {

void look_at(stepped& told, trade::smart_trade_id id) {
    desk at{told.after, told.after.trades.at(id), told};
    at.look();
    at.index();
}

/// Timeouts end at their own moment and at the prices that held then, not at those that end the wait.
void run_timers(stepped& told, base::utc_time until) {
    auto& world = told.after;
    while (!world.timers.empty() && world.timers.begin()->first <= until) {
        const auto [at, id] = *world.timers.begin();
        world.now = std::max(world.now, at);
        look_at(told, id);
    }
    world.now = std::max(world.now, until);
}

void set_prices(stepped& told, const tick& what) {
    const auto found = told.after.markets.find(*what.on);
    if (found == told.after.markets.end()) return;
    auto& prices = found->second.now;
    if (what.bid) prices.bid = *what.bid;
    if (what.ask) prices.ask = *what.ask;
    if (what.last) prices.last = *what.last;
    told.touched.markets.insert(*what.on);
}

void finish_pending(stepped& told) {
    for (const auto id : std::exchange(told.after.pending, {})) {
        desk at{told.after, told.after.trades.at(id), told};
        at.finish_pending();
        at.look();
        at.index();
    }
}

void run(stepped& told, const tick& what) {
    run_timers(told, what.now);
    if (what.on) set_prices(told, what);
    finish_pending(told);
    if (!what.on) return;
    const auto found = told.after.markets.find(*what.on);
    if (found == told.after.markets.end()) return;
    std::set<trade::smart_trade_id> woken;
    found->second.book.collect(found->second.now, woken);
    for (const auto id : woken) look_at(told, id);
}

void run(stepped& told, const clock& what) { run_timers(told, what.now); }

/// api.md H.4: the request does not say on which side of the trigger the price has to come from, so the price at
/// creation decides it. Trailing entries always wait for the good side (H.5).
crossing entry_crossing(const trade::entry_order& entry, const quote& prices) {
    const bool buy = entry.type == trade::side::buy;
    if (entry.is_trailing()) return buy ? crossing::at_or_below : crossing::at_or_above;
    const auto source = entry.conditional->follows.value_or(buy ? trade::price_type::ask : trade::price_type::bid);
    return entry.conditional->trigger > prices.of(source) ? crossing::at_or_above : crossing::at_or_below;
}

trade_record make_record(state& world, const trade::trade_request& wish) {
    trade_record made;
    made.id = {world.next_trade_id++};
    made.request = wish;
    made.entry.id = {world.next_sub_trade_id++};
    made.entry.status = trade::order_status::to_process;
    if (wish.position.conditional) made.entry_when = entry_crossing(wish.position, world.markets.at(wish.pair).now);
    for (const auto& step : wish.take_profit) {
        auto& record = made.steps.emplace_back();
        record.order.id = {world.next_sub_trade_id++};
        if (const auto* price = std::get_if<money::price>(&step.level)) record.price = *price;
    }
    if (wish.stop_loss) {
        made.stop.emplace().order.id = {world.next_sub_trade_id++};
        if (const auto* price = std::get_if<money::price>(&wish.stop_loss->trigger)) made.stop->trigger = *price;
    }
    made.created_at = made.updated_at = world.now;
    return made;
}

void run(stepped& told, const create& what) {
    auto& world = told.after;
    if (!world.accounts.contains(what.wish.account)) {
        told.reply = refusal{refusal::reason::unknown_account, {}};
        return;
    }
    if (auto errors = market_errors(world, what.wish); !errors.empty()) {
        told.reply = refusal{refusal::reason::invalid, std::move(errors)};
        return;
    }
    auto record = make_record(world, what.wish);
    const auto id = record.id;
    told.events.push_back({.at = world.now, .id = id, .what = happened::created, .price = {}, .error = {}});
    told.touched.trades.insert(id);
    told.reply = id;
    restore(world, std::move(record));
}

/// api.md F.3, column cancel.
bool may_cancel(trade::trade_status status) {
    return status == trade::trade_status::waiting_position || status == trade::trade_status::waiting_targets
           || status == trade::trade_status::stop_loss_in_progress;
}

void run(stepped& told, const cancel& what) {
    auto& world = told.after;
    const auto found = world.trades.find(what.id);
    if (found == world.trades.end()) {
        told.reply = refusal{refusal::reason::unknown_trade, {}};
        return;
    }
    auto& record = found->second.record;
    if (!may_cancel(record.status)) {
        told.reply = refusal{refusal::reason::wrong_status, {}};
        return;
    }
    record.status = trade::trade_status::cancellation_pending;
    record.updated_at = world.now;
    desk{world, found->second, told}.index();
    told.events.push_back(
        {.at = world.now, .id = what.id, .what = happened::cancel_accepted, .price = {}, .error = {}});
    told.touched.trades.insert(what.id);
    told.reply = what.id;
}

} // namespace

stepped step(state before, const event& what) {
    stepped told{.after = std::move(before), .reply = {}, .events = {}, .touched = {}};
    std::visit([&](const auto& known) { run(told, known); }, what);
    return told;
}

void restore(state& into, trade_record record) {
    SMARTTRADE_ASSERT(into.accounts.contains(record.request.account) && into.markets.contains(record.request.pair));
    const auto id = record.id;
    auto& live = into.trades[id];
    live.record = std::move(record);
    stepped nothing_told;
    desk{into, live, nothing_told}.index();
}

} // namespace smarttrade::paper
