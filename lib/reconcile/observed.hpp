#pragma once

#include <map>
#include <set>
#include <string>

#include "reconcile/history.hpp"
#include "trade/smart_trade.hpp"

namespace smarttrade::reconcile {

/// A trade as one read showed it. A read begun before a write's reply says nothing about that write (F10).
struct sighting {
    trade::smart_trade entity;
    mono_time read_begun{};
};

/// Complete searches that did not find the tag of an unknown create.
struct absence {
    mono_time first{}; ///< when the first of them ended
    mono_time newest{};
    int searches = 0;
};

/// What we know of the exchange, gathered by reads.
struct observed {
    std::map<trade::smart_trade_id, sighting> trades; ///< those that are bound or carry our instance's tag
    std::set<trade::smart_trade_id> missing;          ///< ours, but the exchange says it does not know them
    std::map<std::string, absence> absences;          ///< by nonce
    std::set<trade::account_id> gates_open;           ///< accounts with a complete pass since we started
    std::map<trade::account_id, std::string> paused;  ///< no writes there, and why (credential trouble)
    /// Accounts whose type does not fit their mode (api.md A.7), and why: no writes there.
    std::map<trade::account_id, std::string> unfit;
};

} // namespace smarttrade::reconcile
