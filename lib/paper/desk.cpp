#include "paper/desk.hpp"

#include <algorithm>

#include "paper/permissions.hpp"

namespace smarttrade::paper {

using trade::order_status;
using trade::trade_status;

desk::desk(state& world, live_trade& on, effects& told)
    : world_{world}, live_{on}, trade_{on.record}, market_{world.markets.at(on.at)}, prices_{market_.now()},
      told_{told}, purse_{world.accounts.at(trade_.request.account), told.touched} {}

void desk::tell(happened what, const std::optional<money::price>& price, int step, bool by_trailing) {
    trade_.updated_at = world_.now;
    touch();
    told_.events.push_back({world_.now, trade_.id, what, step, price, by_trailing, trade_.error});
}

void desk::look() {
    if (look_at_liquidation()) return;
    if (trade_.status == trade_status::waiting_position) look_at_entry();
    while (has_open_exits(trade_) && look_at_exits()) {}
    if (trade_.status == trade_status::stop_loss_in_progress) look_at_stop_order();
}

namespace {

/// A level to wake at, cut so that it is met by the same prices as the exact one.
watch watch_at(trade::price_type follows, crossing when, const money::price& level) {
    return {follows, when, when == crossing::at_or_above ? units_above(level) : units_below(level)};
}

/// The first price that is better than the level.
watch watch_beyond(trade::price_type follows, crossing when, const money::price& level) {
    return {follows, when, when == crossing::at_or_above ? units_below(level) + 1 : units_above(level) - 1};
}

} // namespace

std::vector<watch> desk::wanted_watches() const {
    std::vector<watch> wanted;
    if (trade_.status == trade_status::waiting_position) {
        const auto& entry = trade_.request.position;
        if (trade_.entry.status == order_status::order_placed)
            wanted.push_back(watch_at(source_of(role::entry), worse_way(), *entry.price));
        if (trade_.entry.status == order_status::to_process && entry.conditional) // else an edit asked for a new look
            wanted.push_back(watch_at(entry_source(entry), trade_.entry_when, entry.conditional->trigger));
    }
    if (has_open_exits(trade_)) {
        watch_steps(wanted);
        if (trade_.stop) watch_stop(wanted);
        watch_funds(wanted);
    }
    if (trade_.status == trade_status::stop_loss_in_progress)
        wanted.push_back(watch_at(source_of(role::exit), better_way(), *trade_.request.stop_loss->limit_price));
    const auto leverage = trade::is_final(trade_.status) ? std::nullopt : contract_leverage();
    if (const auto level = leverage ? liquidation_price(trade_, *leverage, market_.limits) : std::nullopt)
        wanted.push_back(watch_at(source_of(role::exit), worse_way(), *level));
    return wanted;
}

void desk::watch_steps(std::vector<watch>& wanted) const {
    for (std::size_t i = 0; i < trade_.steps.size(); ++i) {
        const auto& [order, price, units] = trade_.steps[i];
        if (order.status == order_status::order_placed)
            wanted.push_back(watch_at(source_of(role::exit), better_way(), *price));
        if (order.status == order_status::to_process)
            wanted.push_back(watch_at(trade_.request.take_profit[i].follows, better_way(), *price));
    }
}

void desk::watch_stop(std::vector<watch>& wanted) const {
    const auto& stop = *trade_.stop;
    if (!is_open(stop.order)) return;
    const auto follows = trade_.request.stop_loss->follows;
    if (stop.fires_at)
        wanted.push_back(watch_beyond(follows, better_way(), *stop_level(trade_, market_)));
    else if (stop.order.status == order_status::to_process)
        wanted.push_back(watch_at(follows, worse_way(), *stop.trigger));
    else if (stop.base) // the trail book has the rest
        wanted.push_back(watch_at(follows, worse_way(), *stop.base));
}

void desk::watch_funds(std::vector<watch>& wanted) const {
    for (const auto& each : trade_.additions)
        if (each.order.status == order_status::order_placed)
            wanted.push_back(watch_at(source_of(role::entry), worse_way(), *each.wish.price));
    for (const auto& each : trade_.reductions)
        if (each.order.status == order_status::order_placed)
            wanted.push_back(watch_at(source_of(role::exit), better_way(), *each.wish.price));
}

std::vector<desk::trailing_order> desk::wanted_trails() {
    std::vector<trailing_order> wanted;
    const auto share = [](const money::percent& by) {
        return trail_distance{true, by.value().scaled(8, money::rounding::down)};
    };
    const auto trails = [](const order_record& order) { return order.status == order_status::trailing_activated; };
    const auto want = [&](order_record& order, trade::price_type follows, turn way, trail_distance by, bool is_armed) {
        wanted.push_back({&order, {follows, way, {by, order.since.value_or(0), trade_.id, is_armed}}});
    };
    const auto& entry = trade_.request.position;
    if (trade_.status == trade_status::waiting_position && trails(trade_.entry))
        want(trade_.entry, entry_source(entry), trade_.is_long() ? turn::up : turn::down,
             share(*entry.conditional->trailing), true);
    if (!has_open_exits(trade_) && trade_.status != trade_status::pending_reduce_funds) return wanted;
    for (std::size_t i = 0; i < trade_.steps.size(); ++i)
        if (trails(trade_.steps[i].order))
            want(trade_.steps[i].order, trade_.request.take_profit[i].follows, exit_turn(trade_),
                 share(*trade_.request.take_profit[i].trailing), true);
    if (!trade_.stop || !trails(trade_.stop->order)) return wanted;
    auto& stop = *trade_.stop;
    const auto by = stop.behind ? trail_distance{false, stop.behind->value().scaled(8, money::rounding::down)}
                                : share(*trade_.request.stop_loss->trailing->distance);
    want(stop.order, trade_.request.stop_loss->follows, exit_turn(trade_), by, !stop.fires_at);
    return wanted;
}

void desk::keep_extremes_but(const std::vector<trailing_order>& wanted) {
    const auto keep = [&](order_record& order) {
        if (std::ranges::find(wanted, &order, &trailing_order::order) == wanted.end()) keep_extreme(order);
    };
    keep(trade_.entry);
    for (auto& step : trade_.steps) keep(step.order);
    if (trade_.stop) keep(trade_.stop->order);
}

/// Orders join before others leave, so that a peak which both need is never empty between.
void desk::index_trails() {
    auto wanted = wanted_trails();
    if (wanted.empty() && live_.trails.empty()) return;
    keep_extremes_but(wanted);
    std::vector<trail> now;
    for (auto& [order, wish] : wanted) {
        auto& book = market_.book.trails(wish.follows, wish.way);
        if (!order->since) {
            order->since = wish.order.since = book.begin(seen_from(
                wish.way, wish.way == turn::down ? units_below(*order->extreme) : units_above(*order->extreme)));
            touch();
        }
        if (std::ranges::find(live_.trails, wish) == live_.trails.end()) {
            book.join(wish.order);
            told_.touched.markets.push_back(live_.at);
        }
        now.push_back(wish);
    }
    for (const auto& old : live_.trails)
        if (std::ranges::find(now, old) == now.end()) {
            market_.book.trails(old.follows, old.way).leave(old.order);
            told_.touched.markets.push_back(live_.at);
        }
    live_.trails = std::move(now);
}

bool desk::is_pending() const {
    const auto waits = [](const order_record& order) {
        return order.status == order_status::panic_sell_pending || order.status == order_status::pending_cancellation;
    };
    const auto is_new = [](const funds_record& of) { return of.order.status == order_status::to_process; };
    if (trade::is_final(trade_.status)) return false;
    return trade_.is_edited || trade_.status == trade_status::created
           || trade_.status == trade_status::cancellation_pending || trade_.status == trade_status::panic_sell_pending
           || trade_.status == trade_status::pending_reduce_funds || waits(trade_.entry)
           || std::ranges::any_of(trade_.steps, waits, &step_record::order)
           || (trade_.stop && waits(trade_.stop->order)) || std::ranges::any_of(trade_.additions, is_new)
           || std::ranges::any_of(trade_.additions, waits, &funds_record::order)
           || std::ranges::any_of(trade_.reductions, waits, &funds_record::order);
}

void desk::index() {
    index_trails();
    auto watches = wanted_watches();
    if (watches != live_.watches) {
        for (const auto& old : live_.watches) market_.book.erase(old, trade_.id);
        for (const auto& wanted : watches) market_.book.insert(wanted, trade_.id);
        live_.watches = std::move(watches);
    }
    const bool waits = has_open_exits(trade_) && trade_.stop && is_open(trade_.stop->order);
    const auto timer = waits ? trade_.stop->fires_at : std::nullopt;
    if (timer != live_.timer) {
        if (live_.timer) world_.timers.erase({*live_.timer, trade_.id});
        if (timer) world_.timers.emplace(*timer, trade_.id);
        live_.timer = timer;
    }
    if (is_pending())
        world_.pending.insert(trade_.id);
    else
        world_.pending.erase(trade_.id);
}

} // namespace smarttrade::paper
