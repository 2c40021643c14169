// How orders and trades end.
#include <algorithm>

#include "paper/desk.hpp"
#include "paper/permissions.hpp"

namespace smarttrade::paper {

using trade::order_status;
using trade::trade_status;

void desk::withdraw(order_record& order, role what) {
    release(order, what);
    keep_extreme(order);
}

/// An order that stops trailing keeps its last extreme for those who look at it later.
void desk::keep_extreme(order_record& order) {
    if (!order.since) return;
    const auto keep = [&](trade::price_type follows, turn way) {
        order.extreme = extreme_of(order, market_, follows, way);
    };
    if (&order == &trade_.entry) keep(entry_source(trade_.request.position), trade_.is_long() ? turn::up : turn::down);
    if (trade_.stop && &order == &trade_.stop->order) keep(trade_.request.stop_loss->follows, exit_turn(trade_));
    for (std::size_t i = 0; i < trade_.steps.size(); ++i)
        if (&order == &trade_.steps[i].order) keep(trade_.request.take_profit[i].follows, exit_turn(trade_));
    order.since.reset();
}

/// Steps and orders of added and reduced funds; the stop stays.
void desk::withdraw_exits() {
    const auto drop = [this](order_record& order, role what) {
        withdraw(order, what);
        if (!trade::is_final(order.status)) order.status = order_status::cancelled;
    };
    for (auto& step : trade_.steps) drop(step.order, role::exit);
    for (auto& each : trade_.additions) drop(each.order, role::entry);
    for (auto& each : trade_.reductions) drop(each.order, role::exit);
}

/// True if the trade ended. The position is taken over at its level whatever the price is by now, and no fee is charged
/// (api.md M.5).
bool desk::look_at_liquidation() {
    if (trade::is_final(trade_.status)) return false;
    const auto leverage = contract_leverage();
    const auto level = leverage ? liquidation_price(trade_, *leverage, market_.limits) : std::nullopt;
    if (!level || is_better(market_price(role::exit), *level)) return false;
    withdraw_exits();
    const auto units = trade_.remaining();
    const auto raw = units * *level;
    settle_contracts(units, raw, {});
    trade_.closed_amount = trade_.closed_amount + units;
    trade_.closed_raw = trade_.closed_raw + raw;
    trade_.closed_total = trade_.closed_total + raw;
    trade_.error = liquidated_error;
    tell(happened::liquidated, level);
    end(trade_status::failed);
    return true;
}

void desk::end(trade_status how) {
    withdraw_exits();
    withdraw(trade_.entry, role::entry);
    if (trade_.stop) {
        withdraw(trade_.stop->order, role::exit);
        trade_.stop->fires_at.reset();
        if (!trade::is_final(trade_.stop->order.status)) trade_.stop->order.status = order_status::cancelled;
    }
    if (trade_.market_close && trade_.market_close->order.status != order_status::finished) trade_.market_close.reset();
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

/// The limits keep every amount in bounds; prices that nobody foresaw must not leave a trade half done (I).
void desk::give_up() { fail("Amounts are too large"); }

void desk::fail(std::string error) {
    trade_.error = std::move(error);
    end(trade_status::failed);
}

} // namespace smarttrade::paper
