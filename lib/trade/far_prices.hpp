#pragma once

#include <vector>

#include "trade/market_rates.hpp"
#include "trade/rules.hpp"

namespace smarttrade::trade {

enum class entry_is { open, filled };
/// Warnings about prices as written that stand so far from the market that a digit may be missing (6000 for 60000): a
/// limit entry more than 20 % from the price that it would meet, any other price more than 50 % from the last one. Not
/// of the reference price of coins that are held already, nor of percents, which cannot be wrong by a digit so easily.
std::vector<violation> far_from_market(const trade_request& request, const market_rates& rates, entry_is entry);

} // namespace smarttrade::trade
