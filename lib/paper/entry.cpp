// From acceptance to the open position.
#include "paper/desk.hpp"

namespace smarttrade::paper {

using money::rounding;
using trade::entry_type;
using trade::order_status;
using trade::side;
using trade::trade_status;

void desk::begin() {
    const auto& entry = trade_.request.position;
    trade_.status = trade_status::waiting_position;
    if (trade_.request.skip_enter_step) {
        // api.md H.9: the position is held already; the price given is its reference, without commission.
        trade_.entry.status = order_status::smart_sell;
        trade_.entered_amount = entry.units;
        trade_.entered_raw = trade_.entered_total = entry.units * *entry.price;
        tell(happened::entered, entry.price);
        open_targets();
    } else if (entry.order == entry_type::market || trade_.entry.status == order_status::panic_sell_pending) {
        enter(market_price(role::entry));
    } else if (entry.order == entry_type::limit) {
        place_entry_limit();
    } else {
        tell(happened::entry_placed, entry.conditional->trigger);
    }
}

/// api.md H.3 and M.1: an order that the market would take when it is placed gets the better price; later the price
/// only ever reaches the order's own limit.
void desk::place_entry_limit() {
    const auto& entry = trade_.request.position;
    const auto now = market_price(role::entry);
    if (!is_better(now, *entry.price)) return enter(now);
    if (!hold(trade_.entry, entry.units, *entry.price, role::entry)) return fail(no_money);
    trade_.entry.status = order_status::order_placed;
    tell(happened::entry_placed, entry.price);
}

void desk::look_at_entry() {
    const auto& entry = trade_.request.position;
    auto& order = trade_.entry;
    if (order.status == order_status::order_placed) {
        if (!is_better(market_price(role::entry), *entry.price)) enter(*entry.price);
    } else if (order.status == order_status::trailing_activated) {
        look_at_trailing_entry();
    } else if (order.status == order_status::to_process && (entry.order == entry_type::limit || trade_.is_triggered)) {
        place_entry_limit(); // withdrawn by an edit
    } else if (order.status == order_status::to_process) {
        const auto& condition = *entry.conditional;
        const auto now = prices_.of(entry_source(entry));
        const bool is_touched =
            trade_.entry_when == crossing::at_or_above ? now >= condition.trigger : now <= condition.trigger;
        if (!is_touched) return;
        if (!condition.trailing) {
            trade_.is_triggered = condition.order == trade::order_type::limit;
            return trade_.is_triggered ? place_entry_limit() : enter(market_price(role::entry));
        }
        order.status = order_status::trailing_activated;
        order.extreme = now;
        tell(happened::entry_trailing, now);
    }
}

/// api.md H.5. It fires at the turn: a buy that far above the lowest price, a sell that far below the highest.
void desk::look_at_trailing_entry() {
    const auto& entry = trade_.request.position;
    const auto way = trade_.is_long() ? turn::up : turn::down;
    const auto source = entry_source(entry);
    const auto extreme = extreme_of(trade_.entry, market_, source, way);
    const auto fires = turning_point(extreme, *entry.conditional->trailing, way);
    if (is_better(fires, prices_.of(source))) return;
    trade_.entry.extreme = extreme;
    enter(market_price(role::entry));
}

void desk::enter(const money::price& fill) {
    const bool by_trailing = trade_.entry.status == order_status::trailing_activated;
    withdraw(trade_.entry, role::entry);
    if (!pay_entry(trade_.request.position.units, fill)) return fail(no_money);
    trade_.entry.status = order_status::finished;
    trade_.entry.fill = fill;
    trade_.entry.closed_at = world_.now;
    tell(happened::entered, fill, 0, by_trailing);
    if (trade_.request.instant) return end(trade_status::finished); // api.md H.11
    open_targets();
}

/// Percents of a trailing entry become prices once it is filled.
void desk::resolve_levels() {
    const auto base = entry_base(trade_, market_.limits);
    const auto towards_profit = trade_.is_long() ? turn::up : turn::down;
    const auto towards_loss = trade_.is_long() ? turn::down : turn::up;
    for (std::size_t i = 0; i < trade_.steps.size(); ++i)
        if (const auto* by = std::get_if<money::percent>(&trade_.request.take_profit[i].level))
            trade_.steps[i].price = level_from(base, *by, towards_profit, market_.limits);
    if (!trade_.stop) return;
    if (const auto* by = std::get_if<money::percent>(&trade_.request.stop_loss->trigger))
        trade_.stop->trigger = level_from(base, *by, towards_loss, market_.limits);
}

void desk::open_targets() {
    trade_.status = trade_status::waiting_targets;
    resolve_levels();
    for (auto& step : trade_.steps)
        if (step.order.status == order_status::idle) step.order.status = order_status::to_process;
    for (auto& each : trade_.additions)
        if (each.order.status == order_status::idle) each.order.status = order_status::to_process;
    share_out();
    if (trade_.stop && trade_.stop->order.status == order_status::idle) open_stop();
}

/// api.md H.7 and M.3: a trailing stop follows from the moment the position is open. Without a percent it keeps its
/// first distance in money.
void desk::open_stop() {
    auto& stop = *trade_.stop;
    const auto& wish = *trade_.request.stop_loss;
    stop.units = trade_.remaining();
    stop.order.status = order_status::to_process;
    if (!wish.trailing) return;
    stop.order.status = order_status::trailing_activated;
    stop.order.since.reset();
    const auto now = prices_.of(wish.follows);
    stop.order.extreme = now;
    stop.base.reset();
    stop.behind.reset();
    if (wish.trailing->distance)
        stop.base = stop.trigger;
    else
        stop.behind = trade_.is_long() ? now - *stop.trigger : *stop.trigger - now;
}

} // namespace smarttrade::paper
