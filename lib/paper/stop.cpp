// The stop: its trigger, its timeout, its order.
#include <algorithm>

#include "paper/desk.hpp"
#include "paper/permissions.hpp"

namespace smarttrade::paper {

using trade::order_status;
using trade::order_type;
using trade::trade_status;

/// True if it fired.
bool desk::look_at_stop() {
    if (!trade_.stop || !is_open(trade_.stop->order)) return false;
    auto& stop = *trade_.stop;
    const auto& wish = *trade_.request.stop_loss;
    const auto now = prices_.of(wish.follows);
    if (is_better(now, *stop_level(trade_, market_))) {
        // api.md H.7: a recovery at any moment ends the timeout, and the next touch starts it anew.
        if (stop.fires_at) {
            stop.fires_at.reset();
            tell(happened::stop_recovered, now);
        }
        return false;
    }
    if (wish.timeout && !stop.fires_at) {
        stop.fires_at = world_.now + *wish.timeout;
        tell(happened::stop_waiting, now);
    }
    if (stop.fires_at && world_.now < *stop.fires_at) return false;
    fire_stop();
    return true;
}

void desk::fire_stop() {
    auto& stop = *trade_.stop;
    const auto& wish = *trade_.request.stop_loss;
    const bool by_trailing = wish.trailing.has_value();
    const auto level = *stop_level(trade_, market_);
    withdraw_exits(); // frees what the stop has to sell
    withdraw(stop.order, role::exit);
    stop.fires_at.reset();
    stop.units = trade_.remaining();
    trade_.status = trade_status::stop_loss_in_progress;
    tell(happened::stop_triggered, level, 0, by_trailing);

    const auto fill = market_price(role::exit);
    if (wish.order == order_type::market || !is_better(*wish.limit_price, fill)) return fill_stop(fill, by_trailing);
    if (!hold(stop.order, stop.units, *wish.limit_price, role::exit)) return fail(no_money);
    stop.order.status = order_status::order_placed;
}

/// The limit order of a stop, which may rest for long (api.md H.7).
void desk::look_at_stop_order() {
    auto& stop = *trade_.stop;
    const auto limit = *trade_.request.stop_loss->limit_price;
    if (stop.order.status != order_status::order_placed || is_better(limit, market_price(role::exit))) return;
    withdraw(stop.order, role::exit);
    fill_stop(limit, false);
}

void desk::fill_stop(const money::price& fill, bool by_trailing) {
    auto& stop = *trade_.stop;
    if (!pay_exit(stop.units, fill)) return fail(no_money);
    stop.order.status = order_status::finished;
    stop.order.fill = fill;
    stop.order.closed_at = world_.now;
    tell(happened::stop_filled, fill, 0, by_trailing);
    end(trade_status::stop_loss_finished);
}

/// api.md H.7: once, after the first filled step, and never to a worse level.
void desk::move_to_breakeven() {
    auto& stop = *trade_.stop;
    const auto entry = entry_base(trade_, market_.limits);
    if (!is_better(entry, *stop_level(trade_, market_))) return;
    if (stop.behind) {
        const auto follows = trade_.request.stop_loss->follows;
        const auto extreme = extreme_of(stop.order, market_, follows, exit_turn(trade_));
        stop.behind = trade_.is_long() ? extreme - entry : entry - extreme;
    } else {
        (stop.base ? stop.base : stop.trigger) = entry;
    }
    tell(happened::stop_moved, entry);
}

} // namespace smarttrade::paper
