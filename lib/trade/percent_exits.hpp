#pragma once

#include <optional>

#include "money/amount.hpp"
#include "trade/trade_request.hpp"

namespace smarttrade::trade {

enum class exit_kind { take_profit, stop_loss };

/// The price that a level means for an entry at `reference`: for a long a target is above it and a stop below, for a
/// short the mirror (api.md H.5). Not rounded, but a reference or percent of more than 19 digits counts with 19, so
/// that the product is exact. Nothing for a percent without a reference.
std::optional<money::price> price_of(const exit_level& level, exit_kind kind, side entry,
                                     const std::optional<money::price>& reference);

bool has_percents(const trade_request& request); ///< among its exits
/// Has it percent exits that the exchange would refuse (V18), because its entry does not trail?
bool has_open_percents(const trade_request& request);

/// The request with every percent exit as a price off `reference`: position.price of a limit entry, the price right
/// before the create of a market entry, the average once entered (design.md 4). Rounded to `price_step`, without one to
/// 8 decimals (V2): a target away from the entry, a stop towards it. A stop that would so come to stand at the entry or
/// beyond is rounded away from it, and no exit comes below one step. The limit price of a stop stays.
trade_request with_prices(trade_request request, const money::price& reference,
                          const std::optional<money::price>& price_step);

} // namespace smarttrade::trade
