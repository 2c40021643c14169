#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "reconcile/history.hpp"
#include "trade/market_rates.hpp"
#include "trade/smart_trade.hpp"
#include "trade/sub_trade.hpp"

namespace smarttrade::reconcile {

/// A trade as one read showed it. A read begun before a write's reply says nothing about that write (F10).
struct sighting {
    trade::smart_trade entity;
    mono_time read_begun{};
};

/// The orders of a trade as one read showed them.
struct orders_sighting {
    std::vector<trade::sub_trade> orders;
    mono_time read_begun{};
};

/// Prices and limits of a pair as one read showed them.
struct market_sighting {
    trade::market_rates rates;
    mono_time read_begun{};
};

/// A market that could not be read: its newest reading.
struct market_trouble {
    std::string why;
    mono_time at{};
};

/// Complete searches that did not find the tag of an unknown create.
struct absence {
    mono_time first{}; ///< when the first of them ended
    mono_time newest{};
    int searches = 0;
};

/// What we know of the exchange, gathered by reads.
struct observed {
    /// Those that are bound, carry our instance's tag, or were asked for by id.
    std::map<trade::smart_trade_id, sighting> trades;
    std::set<trade::smart_trade_id> missing;         ///< asked for, but the exchange says it does not know them
    std::map<std::string, absence> absences;         ///< by nonce
    std::set<trade::account_id> gates_open;          ///< accounts with a complete pass since we started
    std::map<trade::account_id, std::string> paused; ///< no writes there, and why (credential trouble)
    /// Accounts whose type does not fit their mode (api.md A.7), and why: no writes there.
    std::map<trade::account_id, std::string> unfit;
    std::map<trade::smart_trade_id, orders_sighting> orders; ///< of those whose funds are moved
    std::map<std::pair<trade::account_id, trade::pair>, market_sighting> markets;
    std::map<std::pair<trade::account_id, trade::pair>, market_trouble> unpriced; ///< markets that cannot be read
};

/// Bought, and now without exits.
bool is_unprotected(const trade::smart_trade& entity);

} // namespace smarttrade::reconcile
