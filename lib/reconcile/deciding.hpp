#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "reconcile/reconcile.hpp"

namespace smarttrade::reconcile {

/// One decision in the making: what it is drawn from, and what has come of it so far. Shared by the parts of
/// reconcile(); nobody else needs it.
struct deciding {
    deciding(const std::vector<wish>& wishes, const observed& seen, const history& past, const policy& rules,
             mono_time now)
        : wishes_{wishes}, seen_{seen}, past_{past}, rules_{rules}, now_{now} {}

    /// True when `at` has come; else the decision is worth taking again then.
    bool wait_until(mono_time at) {
        if (at <= now_) return true;
        out_.wake_at = std::min(out_.wake_at, at);
        return false;
    }

    void act(action_kind kind, const trade::trade_identity& identity, std::string nonce,
             std::optional<trade::smart_trade_id> id, std::string reason) {
        out_.actions.push_back({kind, identity, std::move(nonce), id, std::move(reason), {}});
    }

    const std::vector<wish>& wishes_;
    const observed& seen_;
    const history& past_;
    const policy& rules_;
    mono_time now_;
    decision out_;
};

} // namespace smarttrade::reconcile
