#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "reconcile/action.hpp"
#include "reconcile/history.hpp"
#include "reconcile/observed.hpp"

namespace smarttrade::reconcile {

/// A plan entry and the create body (without its note) that it comes to.
struct wish {
    trade::desired_trade trade;
    std::string body;
};

/// What happens to a create that was proven absent.
enum class resend_policy { automatic, never };

struct policy {
    std::string instance;              ///< whose tags are ours
    std::chrono::nanoseconds settle{}; ///< reconcile.settle: longer than a late commit and a stale list together
    resend_policy resend{};
    std::size_t create_max = 10;           ///< guardrails.max_changes.create
    std::size_t creates_asked = 0;         ///< entries without a trade when this plan set was accepted
    bool observe_only = false;             ///< creates are decided to be told, not to be sent: no canary flies
    std::optional<std::size_t> active_max; ///< guardrails.max_active_trades
    mono_time key_since = mono_time::min(); ///< the key was read again: what an older one was refused says nothing
    bool order_totals_limited = false; ///< guardrails.max_order_total is set: an entry without a price is not created
};

/// Decides what to do now and says where every wish stands. A pure function of its arguments: the daemon acts on it,
/// simulations replay it. First form: creates what is missing, settles what is unknown, leaves what is right; ends are
/// final (design.md 5).
decision reconcile(const std::vector<wish>& wishes, const observed& seen, const history& past, const policy& rules,
                   mono_time now);

/// How many of the wishes have neither a trade nor an attempt.
std::size_t count_missing(const std::vector<wish>& wishes, const history& past);

} // namespace smarttrade::reconcile
