#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/enum_names.hpp"
#include "base/rare.hpp"

namespace smarttrade::trade {

/// `status.type` of a smart trade, api.md F.1. `unknown`: a word we do not know; it counts as active and is told.
enum class trade_status : std::uint8_t {
    created, waiting_position, waiting_targets, pending_reduce_funds, reduce_funds_in_progress, stop_loss_in_progress,
    stop_loss_finished, panic_sell_pending, panic_sell_in_progress, panic_sold, cancellation_pending,
    cancellation_in_progress, cancelled, finished, failed, unknown
};

/// Status of a sub-trade (entry, take-profit step, stop, market close), api.md F.2.
enum class order_status : std::uint8_t {
    idle, to_process, order_placed, trailing_activated, panic_sell_pending, panic_sell_order_placed, panic_sold,
    pending_cancellation, cancelled, finished, failed, smart_sell, inactive, need_reset, async_order_placement,
    suspended, unknown
};

/// A status as it came: the word, its meaning, and the exchange's complaint if it failed.
template <class Status> class told_status {
public:
    Status type{};

    told_status() = default;
    told_status(Status known, std::string complaint = {}) : type{known} {
        if (!complaint.empty()) odd_ = oddity{std::string{base::name_of(known)}, std::move(complaint)};
    }
    static told_status parse(std::string_view word, std::string complaint = {}) {
        const auto known = base::parse_name<Status>(word);
        told_status made{known.value_or(Status::unknown), std::move(complaint)};
        if (!known) made.odd_ = oddity{std::string{word}, std::string{made.error()}};
        return made;
    }

    /// The word on the wire; differs from the name of `type` only when that is `unknown`.
    std::string_view text() const { return odd_ ? odd_->word : base::name_of(type); }
    std::string_view error() const { return odd_ ? odd_->complaint : std::string_view{}; } ///< only when failed
    friend bool operator==(const told_status&, const told_status&) = default;

private:
    struct oddity { ///< of a word we do not know, or with a complaint
        std::string word, complaint;
        friend bool operator==(const oddity&, const oddity&) = default;
    };

    base::rare<oddity> odd_;
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
