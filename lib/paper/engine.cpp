#include "paper/engine.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "paper/desk.hpp"
#include "paper/permissions.hpp"

namespace smarttrade::paper {

namespace {

/// What happens to a trade by itself. One that overflows ends; the others go on.
template <class Work> void work_on(state& world, trade::smart_trade_id id, effects& told, const Work& work) {
    desk at{world, world.trades.at(id), told};
    try {
        work(at);
    } catch (const money::decimal_overflow&) {
        at.give_up();
    }
    at.index();
}

void look_at(state& world, trade::smart_trade_id id, effects& told) {
    work_on(world, id, told, [](desk& at) { at.look(); });
}

/// Timeouts end at their own moment and at the prices that held then, not at those that end the wait.
void run_timers(state& world, base::utc_time until, effects& told) {
    while (!world.timers.empty() && world.timers.begin()->first <= until) {
        const auto [at, id] = *world.timers.begin();
        world.now = std::max(world.now, at);
        look_at(world, id, told);
    }
    world.now = std::max(world.now, until);
}

void finish_pending(state& world, effects& told) {
    for (const auto id : std::exchange(world.pending, {}))
        work_on(world, id, told, [](desk& at) {
            at.finish_pending();
            at.look();
        });
}

void wake(state& world, const market& at, effects& told) {
    std::vector<trade::smart_trade_id> woken;
    at.collect(woken);
    if (woken.empty()) return;
    std::ranges::sort(woken);
    woken.erase(std::unique(woken.begin(), woken.end()), woken.end());
    for (const auto id : woken) look_at(world, id, told);
}

void run(state& world, const tick& what, effects& told) {
    run_timers(world, what.now, told);
    auto* at = what.on && world.markets.contains(*what.on) ? &world.markets.at(*what.on) : nullptr;
    if (at) at->move_to(what.bid, what.ask, what.last);
    if (!world.pending.empty()) finish_pending(world, told);
    if (at) wake(world, *at, told);
}

void run(state& world, const clock& what, effects& told) { run_timers(world, what.now, told); }

trade_record make_record(state& world, const trade::trade_request& wish) {
    trade_record made;
    made.id = {world.next_trade_id++};
    made.request = wish;
    made.entry.id = {world.next_sub_trade_id++};
    made.entry.status = trade::order_status::to_process;
    if (wish.position.conditional) made.entry_when = entry_crossing(wish.position, world.markets.at(wish.pair).now());
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

void run(state& world, const create& what, effects& told) {
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
    told.touched.trades.push_back(id);
    told.reply = id;
    restore(world, std::move(record));
}

/// A command to a trade that exists.
template <class Command> void run(state& world, const Command& what, effects& told) {
    const auto found = world.trades.find(what.id);
    if (found == world.trades.end()) {
        told.reply = refusal{refusal::reason::unknown_trade, {}};
        return;
    }
    desk at{world, found->second, told};
    told.reply = at.accept(what);
    at.index();
}

} // namespace

void advance(state& world, const event& what, effects& told) {
    told.reply = std::monostate{};
    std::visit([&](const auto& known) { run(world, known, told); }, what);
}

void advance(state& world, const tick& what, effects& told) {
    told.reply = std::monostate{};
    run(world, what, told);
}

stepped step(state before, const event& what) {
    stepped told{{}, std::move(before)};
    advance(told.after, what, told);
    return told;
}

void restore(state& into, trade_record record) {
    const auto at = into.markets.id_of(record.request.pair);
    SMARTTRADE_ASSERT(into.accounts.contains(record.request.account) && at);
    auto& live = into.trades[record.id];
    live.at = *at;
    live.record = std::move(record);
    effects nothing_told;
    desk{into, live, nothing_told}.index();
}

std::optional<money::quantity> reduction_max(const state& in, trade::smart_trade_id id) {
    const auto& of = in.trades.at(id).record;
    if (!permissions(of).reduce_funds) return std::nullopt;
    return most_to_reduce(of);
}

} // namespace smarttrade::paper
