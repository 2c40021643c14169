// Take-profit steps.
#include <algorithm>

#include "paper/desk.hpp"
#include "paper/permissions.hpp"

namespace smarttrade::paper {

using trade::order_status;
using trade::order_type;
using trade::trade_status;

/// One round over what waits for a price; true if something happened that another may have to answer. The stop comes
/// first: when one price touches stop and target, the loss is taken (api.md H.8, I).
bool desk::look_at_exits() {
    if (look_at_stop()) return true;
    for (auto& each : trade_.additions)
        if (look_at_addition(each)) return true;
    for (auto& each : trade_.reductions)
        if (look_at_reduction(each)) return true;
    for (std::size_t i = 0; i < trade_.steps.size(); ++i)
        if (look_at_step(i)) return true;
    return false;
}

bool desk::look_at_step(std::size_t place) {
    auto& step = trade_.steps[place];
    const auto& wish = trade_.request.take_profit[place];
    if (step.order.status == order_status::order_placed) {
        if (is_better(*step.price, market_price(role::exit))) return false;
        fill_step(place, *step.price, false); // api.md M.1: at its own limit
        return true;
    }
    if (step.order.status == order_status::to_process && wish.order == order_type::limit)
        return place_step_limit(place);
    const auto now = prices_.of(wish.follows);
    if (step.order.status == order_status::to_process) {
        if (is_better(*step.price, now)) return false;
        if (!wish.trailing) {
            fill_step(place, market_price(role::exit), false);
            return true;
        }
        step.order.status = order_status::trailing_activated;
        step.order.extreme = now;
        tell(happened::step_trailing, now, static_cast<int>(place) + 1);
        return false;
    }
    if (step.order.status != order_status::trailing_activated) return false;
    const auto way = exit_turn(trade_);
    const auto fires = turning_point(extreme_of(step.order, market_, wish.follows, way), *wish.trailing, way);
    if (is_better(now, fires)) return false;
    fill_step(place, market_price(role::exit), true);
    return true;
}

/// True if the order was filled at once, or the trade ended.
bool desk::place_step_limit(std::size_t place) {
    auto& step = trade_.steps[place];
    const auto now = market_price(role::exit);
    if (!is_better(*step.price, now)) {
        fill_step(place, now, false);
        return true;
    }
    if (!hold(step.order, step.units, *step.price, role::exit)) {
        fail(no_money);
        return true;
    }
    step.order.status = order_status::order_placed;
    touch();
    return false;
}

void desk::fill_step(std::size_t place, const money::price& fill, bool by_trailing) {
    auto& step = trade_.steps[place];
    const bool is_forced = step.order.status == order_status::panic_sell_pending;
    withdraw(step.order, role::exit);
    if (!pay_exit(step.units, fill)) return fail(no_money);
    step.order.status = is_forced ? order_status::panic_sold : order_status::finished; // api.md H.20 (I)
    step.order.fill = fill;
    step.order.closed_at = world_.now;
    tell(happened::step_filled, fill, static_cast<int>(place) + 1, by_trailing);
    after_step();
}

/// api.md H.6: every step is out, one of them at least sold, and nothing else is about to be.
bool desk::are_targets_done() const {
    const auto is_out = [](const step_record& step) { return trade::is_final(step.order.status); };
    return std::ranges::any_of(trade_.steps, is_sold) && std::ranges::all_of(trade_.steps, is_out)
           && !has_open_reduction();
}

/// What a sold step means for the others.
void desk::after_step() {
    if (are_targets_done()) return end(trade_status::finished);
    if (!trade_.stop || !is_open(trade_.stop->order)) return;
    trade_.stop->units = trade_.remaining();
    const auto filled = std::ranges::count(trade_.steps, order_status::finished,
                                           [](const step_record& step) { return step.order.status; });
    if (trade_.request.stop_loss->breakeven && filled == 1) move_to_breakeven();
}

/// Splits what is free to sell among the steps that wait, whole lots each, and the first one gets what is left over
/// (api.md E.2). A step that was cancelled leaves its share unassigned (H.21); one that gets less than a lot ends (I).
void desk::share_out() {
    auto free = trade_.remaining();
    for (const auto& each : trade_.reductions)
        if (is_open(each.order)) free = free - each.wish.units;
    free = free.rounded_to_step(market_.limits.lot_step, money::rounding::down);
    money::percent waiting, open{money::decimal{100}};
    step_record* first = nullptr;
    for (std::size_t i = 0; i < trade_.steps.size(); ++i) {
        const auto& volume = trade_.request.take_profit[i].volume;
        if (is_sold(trade_.steps[i])) open = open - volume;
        if (!is_open(trade_.steps[i].order)) continue;
        waiting = waiting + volume;
        if (!first) first = &trade_.steps[i];
    }
    if (!first) return;
    auto rest = free;
    std::vector<money::quantity> shares;
    for (std::size_t i = 0; i < trade_.steps.size(); ++i) {
        const bool waits = is_open(trade_.steps[i].order);
        shares.push_back(waits ? step_share(free, trade_.request.take_profit[i].volume, open, market_.limits)
                               : money::quantity{});
        rest = rest - shares.back();
    }
    for (std::size_t i = 0; i < trade_.steps.size(); ++i) {
        auto& step = trade_.steps[i];
        if (!is_open(step.order)) continue;
        const auto share = &step == first && waiting == open ? shares[i] + rest : shares[i];
        if (share == step.units && share.sign() > 0) continue;
        step.units = share;
        if (step.order.status == order_status::order_placed) {
            release(step.order, role::exit); // placed anew with its new units
            step.order.status = order_status::to_process;
        }
        if (share.sign() > 0) continue;
        withdraw(step.order, role::exit);
        step.order.status = order_status::cancelled;
    }
}

} // namespace smarttrade::paper
