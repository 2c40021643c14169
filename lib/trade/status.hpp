#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/enum_names.hpp"

namespace smarttrade::trade {

/// `status.type` of a smart trade, api.md F.1. `unknown`: a word we do not know; it counts as active and is told.
enum class trade_status {
    created, waiting_position, waiting_targets, pending_reduce_funds, reduce_funds_in_progress, stop_loss_in_progress,
    stop_loss_finished, panic_sell_pending, panic_sell_in_progress, panic_sold, cancellation_pending,
    cancellation_in_progress, cancelled, finished, failed, unknown
};

/// Status of a sub-trade (entry, take-profit step, stop, market close), api.md F.2.
enum class order_status {
    idle, to_process, order_placed, trailing_activated, panic_sell_pending, panic_sell_order_placed, panic_sold,
    pending_cancellation, cancelled, finished, failed, smart_sell, inactive, need_reset, async_order_placement,
    suspended, unknown
};

/// A status as it came: the word, its meaning, and the exchange's complaint if it failed.
template <class Status>
struct told_status {
    Status type{};
    std::string text;  ///< the word on the wire; differs from the name of `type` only when that is `unknown`
    std::string error; ///< `status.error`, only when failed

    told_status() : told_status(Status{}) {}
    told_status(Status known, std::string complaint = {})
        : type{known}, text{base::name_of(known)}, error{std::move(complaint)} {}
    static told_status parse(std::string_view word, std::string complaint = {}) {
        return told_status{base::parse_name<Status>(word).value_or(Status::unknown), word, std::move(complaint)};
    }
    friend bool operator==(const told_status&, const told_status&) = default;

private:
    told_status(Status meaning, std::string_view word, std::string complaint)
        : type{meaning}, text{word}, error{std::move(complaint)} {}
};

/// Final for ever (api.md K.2). Never decided from data.finished or data.closed_at.
constexpr bool is_final(trade_status s) {
    return s == trade_status::stop_loss_finished || s == trade_status::panic_sold || s == trade_status::cancelled
           || s == trade_status::finished || s == trade_status::failed;
}

constexpr bool is_final(order_status s) {
    return s == order_status::panic_sold || s == order_status::cancelled || s == order_status::finished
           || s == order_status::failed;
}

} // namespace smarttrade::trade

namespace smarttrade::base {
template <>
struct enum_names<trade::trade_status> {
    static constexpr std::array<std::string_view, 16> names{
        "created", "waiting_position", "waiting_targets", "pending_reduce_funds", "reduce_funds_in_progress",
        "stop_loss_in_progress", "stop_loss_finished", "panic_sell_pending", "panic_sell_in_progress", "panic_sold",
        "cancellation_pending", "cancellation_in_progress", "cancelled", "finished", "failed", "unknown"};
};
template <>
struct enum_names<trade::order_status> {
    static constexpr std::array<std::string_view, 17> names{
        "idle", "to_process", "order_placed", "trailing_activated", "panic_sell_pending", "panic_sell_order_placed",
        "panic_sold", "pending_cancellation", "cancelled", "finished", "failed", "smart_sell", "inactive", "need_reset",
        "async_order_placement", "suspended", "unknown"};
};
} // namespace smarttrade::base
