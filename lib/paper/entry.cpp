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
    } else if (entry.order == entry_type::market) {
        enter(market_price(entry.type));
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
    const auto now = market_price(entry.type);
    if (entry.type == side::buy ? now <= *entry.price : now >= *entry.price) return enter(now);
    if (!hold(trade_.entry, entry.units, *entry.price, entry.type)) return fail("Insufficient balance");
    trade_.entry.status = order_status::order_placed;
    tell(happened::entry_placed, entry.price);
}

void desk::look_at_entry() {
    const auto& entry = trade_.request.position;
    auto& order = trade_.entry;
    if (order.status == order_status::order_placed) {
        const auto now = market_price(entry.type);
        if (entry.type == side::buy ? now > *entry.price : now < *entry.price) return;
        return enter(*entry.price);
    }
    const auto& condition = *entry.conditional;
    const bool buy = entry.type == side::buy;
    const auto now = prices_.of(condition.follows.value_or(buy ? trade::price_type::ask : trade::price_type::bid));
    if (order.status == order_status::to_process) {
        const bool touched =
            trade_.entry_when == crossing::at_or_above ? now >= condition.trigger : now <= condition.trigger;
        if (!touched) return;
        if (!condition.trailing)
            return condition.order == trade::order_type::limit ? place_entry_limit() : enter(market_price(entry.type));
        order.status = order_status::trailing_activated;
        order.extreme = now;
        return tell(happened::entry_trailing, now);
    }
    const auto before = order.extreme;
    const bool fires = has_turned(*order.extreme, now, *condition.trailing, buy ? turn::up : turn::down);
    if (order.extreme != before) told_.touched.trades.insert(trade_.id);
    if (fires) enter(market_price(entry.type));
}

void desk::enter(const money::price& fill) {
    const bool by_trailing = trade_.entry.status == order_status::trailing_activated;
    release(trade_.entry);
    if (!pay_entry(fill)) return fail("Insufficient balance");
    trade_.entry.status = order_status::finished;
    trade_.entry.fill = fill;
    trade_.entry.closed_at = world_.now;
    tell(happened::entered, fill, 0, by_trailing);
    if (trade_.request.instant) return end(trade_status::finished); // api.md H.11
    open_targets();
}

/// Percents of a trailing entry become prices once it is filled. api.md M.2: their base is the average entry price as
/// shown, with commission and cut to the price step; the result is cut to the price step too.
void desk::resolve_levels() {
    const auto& step = market_.limits.price_step;
    const auto base = money::average_price(trade_.entered_total, trade_.entered_amount, 12, rounding::down)
                          .rounded_to_step(step, rounding::down);
    const auto away = [&](const money::percent& by, bool up) {
        return turning_point(base, by, up ? turn::up : turn::down).rounded_to_step(step, rounding::down);
    };
    for (std::size_t i = 0; i < trade_.steps.size(); ++i)
        if (const auto* by = std::get_if<money::percent>(&trade_.request.take_profit[i].level))
            trade_.steps[i].price = away(*by, trade_.is_long());
    if (!trade_.stop) return;
    if (const auto* by = std::get_if<money::percent>(&trade_.request.stop_loss->trigger))
        trade_.stop->trigger = away(*by, !trade_.is_long());
}

void desk::open_targets() {
    trade_.status = trade_status::waiting_targets;
    resolve_levels();

    // api.md E.2: whole lots; each step its share cut to a lot, and the first one what is left over.
    const auto& lot = market_.limits.lot_step;
    const auto whole = trade_.entered_amount.rounded_to_step(lot, rounding::down);
    auto rest = whole;
    for (std::size_t i = 0; i < trade_.steps.size(); ++i) {
        const auto share = whole * money::as_fraction(trade_.request.take_profit[i].volume);
        trade_.steps[i].units = share.rounded_to_step(lot, rounding::down);
        rest = rest - trade_.steps[i].units;
    }
    if (!trade_.steps.empty()) trade_.steps.front().units = trade_.steps.front().units + rest;

    if (trade_.stop) {
        auto& stop = *trade_.stop;
        stop.units = trade_.entered_amount;
        stop.order.status = order_status::to_process;
        if (trade_.request.stop_loss->trailing) {
            // api.md H.7 and M.3: a trailing stop follows from the moment the position is open.
            stop.order.status = order_status::trailing_activated;
            stop.order.extreme = prices_.of(trade_.request.stop_loss->follows);
            stop.moving = stop.trigger;
            follow_stop(*stop.order.extreme);
        }
    }
    for (auto& step : trade_.steps) step.order.status = order_status::to_process;
}

} // namespace smarttrade::paper
