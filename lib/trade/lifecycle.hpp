#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/enum_names.hpp"
#include "base/utc_time.hpp"
#include "trade/trade_update.hpp"

namespace smarttrade::trade {

/// What shall become of a trade. The operator's commands use the same words (design.md 4, `state`).
enum class wanted_state : std::uint8_t {
    open,
    entered,   ///< enter now, by force_start
    closed,    ///< flatten at market; not entered: cancel; never creates
    cancelled, ///< before the entry only
    released   ///< never touch it again
};
enum class removal : std::uint8_t { leave, cancel, close };       ///< what happens when the entry leaves the plans
enum class drift_policy : std::uint8_t { revert, report };        ///< what happens to a change made elsewhere
enum class step_state : std::uint8_t { open, closed, cancelled }; ///< of a take-profit step
enum class trigger_side : std::uint8_t { above, below };          ///< where a conditional entry's trigger must stand
enum class adjustment_kind : std::uint8_t { add_funds, reduce_funds };

/// What the plan says of a take-profit step beside the order itself.
struct step_wish {
    std::string id; ///< `tp1`.. by place where the plan names none; unique in the trade
    step_state state{};
    friend bool operator==(const step_wish&, const step_wish&) = default;
};

/// Once-only funds, in order, each after the one before it filled.
struct adjustment {
    std::string id; ///< unique in the trade
    adjustment_kind kind{};
    funds_order order;
    base::text_position at;
    friend bool operator==(const adjustment& a, const adjustment& b) {
        return a.id == b.id && a.kind == b.kind && a.order == b.order; // where it stands is not what it is
    }
};

/// How a trade is to be led: the keys of a plan entry that the exchange knows nothing of.
struct lifecycle {
    wanted_state state{};
    removal on_remove{};
    drift_policy on_drift{};
    bool protect = false;                              ///< never cancelled or closed by us
    std::optional<std::chrono::seconds> expires_after; ///< from the trade's created_at
    std::optional<base::utc_time> expires_at;
    std::optional<std::chrono::seconds> submit_within; ///< from the first accepted set with this revision
    std::optional<trigger_side> when;                  ///< of a conditional entry
    std::optional<smart_trade_id> adopt;               ///< binds to an existing trade, never creates
    std::string was;                                   ///< the name before a rename; empty: none
    std::vector<step_wish> steps;                      ///< one for each of request.take_profit, in its order
    std::vector<adjustment> adjustments;
    friend bool operator==(const lifecycle&, const lifecycle&) = default;
};

} // namespace smarttrade::trade

namespace smarttrade::base {
template <> struct enum_names<trade::wanted_state> {
    static constexpr std::array<std::string_view, 5> names{"open", "entered", "closed", "cancelled", "released"};
};
template <> struct enum_names<trade::removal> {
    static constexpr std::array<std::string_view, 3> names{"leave", "cancel", "close"};
};
template <> struct enum_names<trade::drift_policy> {
    static constexpr std::array<std::string_view, 2> names{"revert", "report"};
};
template <> struct enum_names<trade::step_state> {
    static constexpr std::array<std::string_view, 3> names{"open", "closed", "cancelled"};
};
template <> struct enum_names<trade::trigger_side> {
    static constexpr std::array<std::string_view, 2> names{"above", "below"};
};
template <> struct enum_names<trade::adjustment_kind> {
    static constexpr std::array<std::string_view, 2> names{"add_funds", "reduce_funds"};
};
} // namespace smarttrade::base
