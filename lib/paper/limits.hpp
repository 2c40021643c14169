#pragma once

#include <vector>

#include "paper/event.hpp"
#include "paper/state.hpp"

namespace smarttrade::paper {

// What the market's limits have against a wish, in the words and model names of api.md C.3 (M.10, I); empty: nothing.
// market_errors of the engine is about new trades.

/// Of a request as an edit would leave it; after the entry only its exits count.
std::vector<field_error> edit_errors(const state& in, const trade::trade_request& wish, bool is_entered);

/// Of add_funds and reduce_funds; `price`: the limit, or what the market would give; `what`: the side of the order.
std::vector<field_error> funds_errors(const market& at, const trade::funds_order& wish, const money::price& price,
                                      trade::side what);

/// Of a take-profit step's share, at the price where it would be sold (V31).
std::vector<field_error> step_errors(const market_limits& limits, const money::quantity& share,
                                     const money::price& price);

/// Whether so little could not be an order of its own (api.md V35).
bool is_too_small(const market& at, const money::quantity& units, const money::price& price);

} // namespace smarttrade::paper
