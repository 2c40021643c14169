#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/action.hpp"
#include "reconcile/history.hpp"
#include "reconcile/observed.hpp"

namespace smarttrade::reconcile {

/// A plan entry and the create body (without its note) that it comes to.
struct wish {
    trade::desired_trade trade;
    base::shared_text body;
};

/// What happens to a create that was proven absent.
enum class resend_policy { automatic, never };

struct policy {
    std::string instance;              ///< whose tags are ours
    std::chrono::nanoseconds settle{}; ///< reconcile.settle: longer than a late commit and a stale list together
    resend_policy resend{};
    std::size_t create_max = 10; ///< guardrails.max_changes
    std::size_t update_max = 20;
    std::size_t remove_max = 3;
    std::size_t creates_asked = 0;         ///< entries without a trade when this plan set was accepted
    std::size_t updates_asked = 0;         ///< entries whose trade this plan set edits
    bool observe_only = false;             ///< decided to be told, not to be sent: no canary flies, nothing takes turns
    std::optional<std::size_t> active_max; ///< guardrails.max_active_trades
    mono_time key_since = mono_time::min(); ///< the key was read again: what an older one was refused says nothing
    std::map<std::string, money::money> order_totals; ///< guardrails.max_order_total by quote; empty: no limit
    std::optional<money::percent> stop_move_max;      ///< guardrails.max_stop_move
    std::optional<std::string> restored;              ///< the hold of a journal that a backup has replaced
    std::string plans_hash;                           ///< of the accepted set: holds of a mass change are bound to it
    base::utc_time utc_now{};                         ///< by the server's clock: expiries
    bool is_awake = true; ///< else the machine slept or its clock was set, and nothing was read since
    /// Reads a create body as the journal keeps it. Null: none can be read, so every part of an edit counts as edited.
    std::optional<trade::trade_request> (*read_body)(std::string_view body) = nullptr;
};

/// Decides what to do now and says where every wish stands. A pure function of its arguments: the daemon acts on it,
/// simulations replay it (design.md 5).
decision reconcile(const std::vector<wish>& wishes, const observed& seen, const history& past, const policy& rules,
                   mono_time now);

/// How many of the wishes have neither a trade nor an attempt, and how many edit a trade that lives; what is adopted
/// counts as edited.
/// `now` by the server's clock: what has expired is not missing.
std::size_t count_missing(const std::vector<wish>& wishes, const history& past, base::utc_time now);
std::size_t count_edited(const std::vector<wish>& wishes, const observed& seen, const history& past);

/// What an accepted set says of the lives of trades, where that differs from what the journal says: facts to record.
std::vector<fact> lifecycle_facts(const std::vector<wish>& wishes, const history& past, const std::string& plans_hash,
                                  base::utc_time at);

/// The note that a trade of ours should have: its tag and the user's words.
std::string note_for(const wish& of, const trade_history& trade, const std::string& instance);

} // namespace smarttrade::reconcile
