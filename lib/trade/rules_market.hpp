#pragma once

#include <cstddef>
#include <vector>

#include "trade/desired_trade.hpp"
#include "trade/market_rates.hpp"
#include "trade/rules.hpp"
#include "trade/trade_update.hpp"

namespace smarttrade::trade {

// V29..V31 of api.md G: what only the exchange knows, because it differs from market to market. A limit that the rates
// do not have, or that has more digits than can be computed with, is no limit.

/// What a market has against an order.
struct market_verdict {
    std::vector<violation> breaches; ///< each an error, at its field in the nesting of the API
    bool of_the_moment = false;      ///< one of them hangs on the price of the moment, not on limits alone
};

/// Of a create, as it would be sent: units, prices, totals, and the share of each take-profit step, which is an order
/// of its own. Percents are not judged as prices: they are rounded by whoever makes them prices.
market_verdict judge_by_market(const trade_request& request, const market_rates& rates);

/// Of add_funds and reduce_funds; `what`: the side of the order; `at`: where its body stands in the text of its author.
market_verdict judge_funds_by_market(const funds_order& order, side what, const pair& of, const market_rates& rates,
                                     const field_path& at);

/// Of the plan's adjustment at that place, by the limits alone: its price comes with its turn.
market_verdict judge_adjustment_by_market(const desired_trade& wanted, std::size_t place, const market_rates& rates);

/// The limits alone: nothing that is judged by them hangs on the moment.
market_rates without_prices(market_rates rates);

/// Which price of a market an order of that side meets; without bid and ask the last one.
std::optional<money::price> price_met(const market_rates& rates, side side);

} // namespace smarttrade::trade
