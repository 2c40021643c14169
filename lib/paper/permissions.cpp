#include "paper/permissions.hpp"

namespace smarttrade::paper {

using trade::order_status;
using trade::trade_status;

trade::smart_trade::permitted permissions(const trade_record& of) {
    trade::smart_trade::permitted may;
    const bool is_simple = of.request.instant;
    const bool is_forced = of.entry.status == order_status::panic_sell_pending;
    may.force_process = !trade::is_final(of.status);
    switch (of.status) {
    case trade_status::created: may.force_start = is_simple && !is_forced; break;
    case trade_status::waiting_position:
        may.edit = may.cancel = true;
        may.force_start = !is_forced;
        may.add_funds = !is_simple && !of.request.position.is_trailing();
        break;
    case trade_status::waiting_targets:
        may.edit = may.panic_sell = may.add_funds = may.reduce_funds = may.cancel = true;
        break;
    case trade_status::pending_reduce_funds:
    case trade_status::reduce_funds_in_progress:
    case trade_status::stop_loss_in_progress: may.panic_sell = may.cancel = true; break;
    default: break;
    }
    return may;
}

bool is_open(const order_record& order) {
    return order.status == order_status::idle || order.status == order_status::to_process
           || order.status == order_status::order_placed || order.status == order_status::trailing_activated;
}

bool is_sold(const step_record& step) {
    return step.order.status == order_status::finished || step.order.status == order_status::panic_sold;
}

bool has_open_exits(const trade_record& of) {
    return of.status == trade_status::waiting_targets || of.status == trade_status::reduce_funds_in_progress;
}

bool may_close_order(const trade_record& of, const order_record& step) {
    return has_open_exits(of) && is_open(step) && step.status != order_status::idle;
}

bool may_cancel_order(const trade_record& of, const order_record& order) {
    const bool waits = of.status == trade_status::waiting_position || has_open_exits(of);
    return waits && is_open(order);
}

} // namespace smarttrade::paper
