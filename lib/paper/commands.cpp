// What the calls of the API change at once, and how the next tick carries them out. Who may call what and when is in
// permissions.
#include <algorithm>

#include "paper/desk.hpp"
#include "paper/limits.hpp"
#include "paper/permissions.hpp"

namespace smarttrade::paper {

using trade::order_status;
using trade::trade_status;

namespace {

constexpr std::size_t funds_max = 100; ///< orders of each kind that a trade may see in its life (I)

} // namespace

answer desk::accepted() {
    tell(happened::command_accepted);
    return trade_.id;
}

answer desk::accept(const cancel&) {
    if (!permissions(trade_).cancel) return wrong_status();
    trade_.status = trade_status::cancellation_pending;
    return accepted();
}

answer desk::accept(const close_by_market&) {
    if (!permissions(trade_).panic_sell) return wrong_status();
    trade_.status = trade_status::panic_sell_pending;
    auto& close = trade_.market_close.emplace();
    close.wish.units = trade_.remaining();
    close.order.id = {world_.next_sub_trade_id++};
    close.order.status = order_status::panic_sell_pending;
    return accepted();
}

/// api.md H.17: it is the entry that panics, not the position.
answer desk::accept(const force_start&) {
    if (!permissions(trade_).force_start) return wrong_status();
    withdraw(trade_.entry, role::entry);
    trade_.entry.status = order_status::panic_sell_pending;
    return accepted();
}

/// api.md H.18 (I): one look at the present prices, which takes added funds too. A status that the next tick ends
/// stays.
answer desk::accept(const force_process&) {
    if (!permissions(trade_).force_process) return wrong_status();
    look();
    return trade_.id;
}

answer desk::accept(const set_note& what) {
    trade_.request.note = what.note;
    return accepted();
}

std::optional<answer> desk::refuse_funds(const trade::funds_order& wish, role what) const {
    const auto price = wish.order == trade::order_type::limit ? *wish.price : market_price(what);
    auto errors = funds_errors(market_, wish, price, side_of(what));
    if (errors.empty()) return std::nullopt;
    return refusal{refusal::reason::invalid, std::move(errors)};
}

answer desk::accept(const add_funds& what) {
    if (!permissions(trade_).add_funds || trade_.additions.size() >= funds_max) return wrong_status();
    if (auto refused = refuse_funds(what.wish, role::entry)) return *refused;
    auto& made = trade_.additions.emplace_back();
    made.wish = what.wish;
    made.order.id = {world_.next_sub_trade_id++};
    made.order.status = trade_.is_entered() ? order_status::to_process : order_status::idle;
    return accepted();
}

/// api.md V35: neither the part that goes nor the one that stays may be too small for an order.
answer desk::accept(const reduce_funds& what) {
    if (!permissions(trade_).reduce_funds || trade_.reductions.size() >= funds_max) return wrong_status();
    const auto most = most_to_reduce(trade_);
    if (what.wish.units > most)
        return refusal{refusal::reason::invalid, {{"units", "must be less than or equal to " + most.to_string()}}};
    if (auto refused = refuse_funds(what.wish, role::exit)) return *refused;
    const auto rest = most - what.wish.units;
    if (rest.sign() > 0 && is_too_small(market_, rest, market_price(role::exit)))
        return refusal{refusal::reason::invalid, {{"entered_amount", "Too small"}}};
    auto& made = trade_.reductions.emplace_back();
    made.wish = what.wish;
    made.order.id = {world_.next_sub_trade_id++};
    trade_.status = trade_status::pending_reduce_funds;
    return accepted();
}

/// Any order but the entry; null: none of that id.
order_record* desk::find_order(trade::sub_trade_id id) {
    for (auto& step : trade_.steps)
        if (step.order.id == id) return &step.order;
    if (trade_.stop && trade_.stop->order.id == id) return &trade_.stop->order;
    for (auto* list : {&trade_.additions, &trade_.reductions})
        for (auto& each : *list)
            if (each.order.id == id) return &each.order;
    return nullptr;
}

bool desk::is_addition(const order_record& order) const {
    return std::ranges::any_of(trade_.additions, [&](const funds_record& each) { return &each.order == &order; });
}

answer desk::accept(const close_order& what) {
    const auto step =
        std::ranges::find(trade_.steps, what.order, [](const step_record& each) { return each.order.id; });
    if (step == trade_.steps.end()) {
        const bool is_known = what.order == trade_.entry.id || find_order(what.order);
        return is_known ? wrong_status() : answer{refusal{refusal::reason::unknown_order, {}}};
    }
    if (!may_close_order(trade_, step->order)) return wrong_status();
    withdraw(step->order, role::exit);
    step->order.status = order_status::panic_sell_pending;
    return accepted();
}

/// api.md H.21: without its last exit the whole trade is cancelled.
answer desk::accept(const cancel_order& what) {
    auto* order = find_order(what.order);
    if (!order)
        return what.order == trade_.entry.id ? wrong_status() : answer{refusal{refusal::reason::unknown_order, {}}};
    if (!may_cancel_order(trade_, *order)) return wrong_status();
    const auto is_exit_left = [&](const order_record& each) { // one that is about to be sold is an exit still
        return &each != order && (is_open(each) || each.status == order_status::panic_sell_pending);
    };
    const bool is_stop = trade_.stop && order == &trade_.stop->order;
    const bool is_step =
        std::ranges::any_of(trade_.steps, [&](const step_record& each) { return &each.order == order; });
    withdraw(*order, is_addition(*order) ? role::entry : role::exit);
    order->status = order_status::pending_cancellation;
    const bool leaves_none = !std::ranges::any_of(trade_.steps, is_exit_left, &step_record::order)
                             && !(trade_.stop && is_exit_left(trade_.stop->order));
    if ((is_stop || is_step) && leaves_none) trade_.status = trade_status::cancellation_pending;
    return accepted();
}

answer desk::accept(const touch_entry&) {
    if (trade_.status != trade_status::waiting_position) return wrong_status();
    const auto& entry = trade_.request.position;
    auto touched_at = market_price(role::entry);
    if (trade_.entry.status != order_status::trailing_activated && !entry.is_trailing()) {
        if (entry.conditional) touched_at = entry.conditional->trigger;
        if (entry.price) touched_at = *entry.price;
    }
    enter(touched_at);
    look();
    return trade_.id;
}

void desk::finish_pending() {
    if (trade_.is_edited) touch();
    trade_.is_edited = false;
    switch (trade_.status) {
    case trade_status::created: return begin();
    case trade_status::cancellation_pending: return end(trade_status::cancelled);
    case trade_status::panic_sell_pending: return sell_out();
    case trade_status::pending_reduce_funds:
        trade_.status = trade_status::reduce_funds_in_progress;
        trade_.reductions.back().order.status = order_status::to_process;
        break;
    case trade_status::waiting_position:
        if (trade_.entry.status == order_status::panic_sell_pending) enter(market_price(role::entry));
        break;
    default: break;
    }
    if (!trade::is_final(trade_.status)) finish_orders();
}

/// Carries out what was asked of single orders.
void desk::finish_orders() {
    const auto is_withdrawn = [](const order_record& order) {
        return order.status == order_status::pending_cancellation;
    };
    const auto drop = [this](order_record& order, role what) {
        withdraw(order, what);
        order.status = order_status::cancelled;
        tell(happened::order_cancelled);
    };
    for (auto& each : trade_.additions)
        if (is_withdrawn(each.order)) drop(each.order, role::entry);
    for (auto& each : trade_.reductions)
        if (is_withdrawn(each.order)) {
            drop(each.order, role::exit);
            end_reduction();
        }
    for (auto& step : trade_.steps)
        if (is_withdrawn(step.order)) drop(step.order, role::exit);
    if (trade_.stop && is_withdrawn(trade_.stop->order)) {
        drop(trade_.stop->order, role::exit);
        trade_.stop.reset();
        trade_.request.stop_loss.reset();
    }
    for (std::size_t i = 0; i < trade_.steps.size() && has_open_exits(trade_); ++i)
        if (trade_.steps[i].order.status == order_status::panic_sell_pending)
            fill_step(i, market_price(role::exit), false);
}

} // namespace smarttrade::paper
