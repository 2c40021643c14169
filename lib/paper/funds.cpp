// add_funds, reduce_funds and close_by_market once they are carried out.
#include <algorithm>

#include "paper/desk.hpp"
#include "paper/permissions.hpp"

namespace smarttrade::paper {

using trade::order_status;
using trade::order_type;
using trade::trade_status;

/// api.md H.13: an entry order of its own. One that was added before the entry waits for it (I). True if something
/// happened.
bool desk::look_at_addition(funds_record& of) {
    const auto now = market_price(role::entry);
    const bool is_limit = of.wish.order == order_type::limit;
    if (of.order.status == order_status::to_process) {
        if (!is_limit || !is_better(now, *of.wish.price)) {
            fill_addition(of, now);
        } else if (hold(of.order, of.wish.units, *of.wish.price, role::entry)) {
            of.order.status = order_status::order_placed;
            touch();
        } else {
            of.order.status = order_status::failed;
            tell(happened::order_failed);
        }
        return true;
    }
    if (of.order.status != order_status::order_placed || is_better(now, *of.wish.price)) return false;
    fill_addition(of, *of.wish.price);
    return true;
}

/// The exits keep their prices and get units of the new whole (api.md H.13, M.11).
void desk::fill_addition(funds_record& of, const money::price& fill) {
    withdraw(of.order, role::entry);
    if (!pay_entry(of.wish.units, fill)) {
        of.order.status = order_status::failed;
        return tell(happened::order_failed);
    }
    of.order.status = order_status::finished;
    of.order.fill = fill;
    of.order.closed_at = world_.now;
    share_out();
    if (trade_.stop && is_open(trade_.stop->order)) trade_.stop->units = trade_.remaining();
    tell(happened::funds_added, fill);
}

bool desk::has_open_reduction() const {
    return std::ranges::any_of(trade_.reductions, [](const funds_record& each) { return is_open(each.order); });
}

/// api.md H.14. True if something happened.
bool desk::look_at_reduction(funds_record& of) {
    const auto now = market_price(role::exit);
    const bool is_limit = of.wish.order == order_type::limit;
    if (of.order.status == order_status::to_process) {
        share_out(); // frees from the steps what it sells
        if (!is_limit || !is_better(*of.wish.price, now)) {
            fill_reduction(of, now);
        } else if (hold(of.order, of.wish.units, *of.wish.price, role::exit)) {
            of.order.status = order_status::order_placed;
            touch();
        } else {
            fail(no_money);
        }
        return true;
    }
    if (of.order.status != order_status::order_placed || is_better(*of.wish.price, now)) return false;
    fill_reduction(of, *of.wish.price);
    return true;
}

void desk::fill_reduction(funds_record& of, const money::price& fill) {
    withdraw(of.order, role::exit);
    if (!pay_exit(of.wish.units, fill)) return fail(no_money);
    of.order.status = order_status::finished;
    of.order.fill = fill;
    of.order.closed_at = world_.now;
    tell(happened::funds_reduced, fill);
    if (trade_.remaining().sign() == 0) return end(trade_status::finished); // (I)
    end_reduction();
}

/// A reduction is over, filled or not: the trade waits for its targets again, if they are not done meanwhile.
void desk::end_reduction() {
    if (are_targets_done()) return end(trade_status::finished);
    if (!has_open_reduction()) trade_.status = trade_status::waiting_targets;
    share_out();
    if (trade_.stop && is_open(trade_.stop->order)) trade_.stop->units = trade_.remaining();
}

/// close_by_market: everything else is withdrawn, the rest is sold (api.md H.15).
void desk::sell_out() {
    auto& close = *trade_.market_close;
    withdraw_exits();
    if (trade_.stop) withdraw(trade_.stop->order, role::exit);
    const auto fill = market_price(role::exit);
    close.wish.units = trade_.remaining();
    if (!pay_exit(close.wish.units, fill)) return fail(no_money);
    close.order.status = order_status::finished;
    close.order.fill = fill;
    close.order.closed_at = world_.now;
    tell(happened::panic_sold, fill);
    end(trade_status::panic_sold);
}

} // namespace smarttrade::paper
