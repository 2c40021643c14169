// From the open position to the end.
#include <algorithm>

#include "paper/desk.hpp"

namespace smarttrade::paper {

using trade::order_status;
using trade::order_type;
using trade::side;
using trade::trade_status;

/// One round over the exits; true if something happened that another exit may have to answer. The stop comes first:
/// when one price touches both, the loss is taken (api.md H.8).
bool desk::look_at_exits() {
    if (look_at_stop()) return true;
    for (std::size_t i = 0; i < trade_.steps.size(); ++i)
        if (look_at_step(i)) return true;
    return false;
}

bool desk::look_at_stop() {
    if (!trade_.stop || trade::is_final(trade_.stop->order.status)) return false;
    auto& stop = *trade_.stop;
    const auto& wish = *trade_.request.stop_loss;
    const auto now = prices_.of(wish.follows);
    if (wish.trailing) follow_stop(now);
    if (is_better(now, stop.level())) {
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

/// Only ever tightens. With a percent the trigger keeps that distance from the best price since the position opened;
/// without one it keeps its first distance in money (api.md H.7, M.3).
void desk::follow_stop(const money::price& now) {
    auto& stop = *trade_.stop;
    const auto before = std::pair{stop.order.extreme, stop.moving};
    const auto& distance = trade_.request.stop_loss->trailing->distance;
    if (is_better(now, *stop.order.extreme)) {
        if (!distance) stop.moving = *stop.moving + (now - *stop.order.extreme);
        stop.order.extreme = now;
    }
    if (distance) {
        const auto wanted = turning_point(*stop.order.extreme, *distance, trade_.is_long() ? turn::down : turn::up);
        if (is_better(wanted, *stop.moving)) stop.moving = wanted;
    }
    if (before != std::pair{stop.order.extreme, stop.moving}) told_.touched.trades.insert(trade_.id);
}

void desk::fire_stop() {
    auto& stop = *trade_.stop;
    const auto& wish = *trade_.request.stop_loss;
    const bool by_trailing = wish.trailing.has_value();
    withdraw_steps(); // frees what the stop has to sell
    stop.fires_at.reset();
    stop.units = trade_.remaining();
    trade_.status = trade_status::stop_loss_in_progress;
    tell(happened::stop_triggered, stop.level(), 0, by_trailing);

    auto fill = market_price(exit_side());
    if (wish.order == order_type::limit && is_better(*wish.limit_price, fill)) {
        if (!hold(stop.order, stop.units, *wish.limit_price, exit_side())) return fail("Insufficient balance");
        stop.order.status = order_status::order_placed;
        return;
    }
    if (!pay_exit(stop.units, fill)) return fail("Insufficient balance");
    stop.order.status = order_status::finished;
    stop.order.fill = fill;
    stop.order.closed_at = world_.now;
    tell(happened::stop_filled, fill, 0, by_trailing);
    end(trade_status::stop_loss_finished);
}

/// The limit order of a stop, which may rest for long (api.md H.7).
void desk::look_at_stop_order() {
    auto& stop = *trade_.stop;
    const auto limit = *trade_.request.stop_loss->limit_price;
    if (stop.order.status != order_status::order_placed || is_better(limit, market_price(exit_side()))) return;
    release(stop.order);
    if (!pay_exit(stop.units, limit)) return fail("Insufficient balance");
    stop.order.status = order_status::finished;
    stop.order.fill = limit;
    stop.order.closed_at = world_.now;
    tell(happened::stop_filled, limit);
    end(trade_status::stop_loss_finished);
}

bool desk::look_at_step(std::size_t place) {
    auto& step = trade_.steps[place];
    const auto& wish = trade_.request.take_profit[place];
    if (step.order.status == order_status::order_placed) {
        if (is_better(*step.price, market_price(exit_side()))) return false;
        fill_step(place, *step.price, false); // api.md M.1: at its own limit
        return true;
    }
    if (step.order.status == order_status::to_process && wish.order == order_type::limit)
        return place_step_limit(place);
    const auto now = prices_.of(wish.follows);
    if (step.order.status == order_status::to_process) {
        if (is_better(*step.price, now)) return false;
        if (!wish.trailing) {
            fill_step(place, market_price(exit_side()), false);
            return true;
        }
        step.order.status = order_status::trailing_activated;
        step.order.extreme = now;
        tell(happened::step_trailing, now, static_cast<int>(place) + 1);
        return false;
    }
    if (step.order.status != order_status::trailing_activated) return false;
    const auto before = step.order.extreme;
    const bool fires = has_turned(*step.order.extreme, now, *wish.trailing, trade_.is_long() ? turn::down : turn::up);
    if (step.order.extreme != before) told_.touched.trades.insert(trade_.id);
    if (fires) fill_step(place, market_price(exit_side()), true);
    return fires;
}

/// True if the order was filled at once, or the trade ended.
bool desk::place_step_limit(std::size_t place) {
    auto& step = trade_.steps[place];
    const auto now = market_price(exit_side());
    if (!is_better(*step.price, now)) {
        fill_step(place, now, false);
        return true;
    }
    if (!hold(step.order, step.units, *step.price, exit_side())) {
        fail("Insufficient balance");
        return true;
    }
    step.order.status = order_status::order_placed;
    told_.touched.trades.insert(trade_.id);
    return false;
}

void desk::fill_step(std::size_t place, const money::price& fill, bool by_trailing) {
    auto& order = trade_.steps[place].order;
    release(order);
    if (!pay_exit(trade_.steps[place].units, fill)) return fail("Insufficient balance");
    order.status = order_status::finished;
    order.fill = fill;
    order.closed_at = world_.now;
    tell(happened::step_filled, fill, static_cast<int>(place) + 1, by_trailing);
    const auto is_done = [](const step_record& step) { return step.order.status == order_status::finished; };
    if (std::ranges::all_of(trade_.steps, is_done)) return end(trade_status::finished);
    if (!trade_.stop) return;
    trade_.stop->units = trade_.remaining();
    if (trade_.request.stop_loss->breakeven && std::ranges::count_if(trade_.steps, is_done) == 1) move_to_breakeven();
}

/// api.md H.7: once, after the first filled step, to the average entry price with commission; never to a worse level.
/// A smart sell has no average, so its reference price serves.
void desk::move_to_breakeven() {
    auto& stop = *trade_.stop;
    const auto entry = money::average_price(trade_.entered_total, trade_.entered_amount, 12, money::rounding::down)
                           .rounded_to_step(market_.limits.price_step, money::rounding::down);
    if (!is_better(entry, stop.level())) return;
    (stop.moving ? stop.moving : stop.trigger) = entry;
    tell(happened::stop_moved, entry);
}

void desk::withdraw_steps() {
    for (auto& step : trade_.steps) {
        release(step.order);
        if (!trade::is_final(step.order.status)) step.order.status = order_status::cancelled;
    }
}

void desk::end(trade_status how) {
    withdraw_steps();
    release(trade_.entry);
    if (trade_.stop) {
        release(trade_.stop->order);
        trade_.stop->fires_at.reset();
        if (!trade::is_final(trade_.stop->order.status)) trade_.stop->order.status = order_status::cancelled;
    }
    if (!trade_.is_entered())
        trade_.entry.status = how == trade_status::failed ? order_status::failed : order_status::cancelled;
    // Contracts that are still open belong to the account from now on, which this exchange does not follow further.
    free_margin(trade_.margin);
    trade_.status = how;
    trade_.closed_at = world_.now;
    if (how == trade_status::finished) tell(happened::finished);
    if (how == trade_status::cancelled) tell(happened::cancelled);
    if (how == trade_status::failed) tell(happened::failed);
}

void desk::fail(std::string error) {
    trade_.error = std::move(error);
    end(trade_status::failed);
}

} // namespace smarttrade::paper
