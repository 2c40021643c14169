#pragma once

#include <optional>
#include <string>

#include "reconcile/deciding.hpp"

namespace smarttrade::reconcile {

/// What a trigger follows.
std::optional<money::price> price_of(const trade::market_rates& rates, trade::price_type which);

/// An exit that these prices would trigger the moment it is placed, in words; empty: none.
std::string exit_at_once(const trade::trade_request& request, const trade::market_rates& now);

/// What a create comes to once prices are known.
struct priced {
    std::optional<trade::trade_request> request; ///< present: percent exits are prices in it
    std::optional<refusal> refused;              ///< present: not now
};

/// What percent exits count from before the entry is filled; nothing where only the market can say.
std::optional<money::price> entry_reference(const trade::trade_request& request);

/// Whether the market has to be asked before this entry can be created.
bool needs_price(const trade::desired_trade& wanted, const policy& rules);
priced price_create(deciding& of, const wish& w);

} // namespace smarttrade::reconcile
