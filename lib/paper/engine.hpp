#pragma once

#include <vector>

#include "paper/event.hpp"
#include "paper/state.hpp"
#include "trade/smart_trade.hpp"

namespace smarttrade::paper {

struct stepped {
    state after;
    answer reply;
    std::vector<happening> events; ///< in the order they happened
    changes touched;
};

/// One event and what follows from it. A tick moves the clock (timeouts end at their own moment, at the old prices),
/// sets prices, finishes every transition that was pending, at these prices, and then looks at the trades they touch.
/// Throws nothing for any request that read_request accepts.
stepped step(state before, const event& what);

/// The trade as the API tells it (api.md E). Asserted: it exists.
trade::smart_trade view(const state& in, trade::smart_trade_id id);

/// What the market's limits have against a request (api.md V29..V31, M.6, M.10); empty: nothing.
std::vector<field_error> market_errors(const state& in, const trade::trade_request& wish);

} // namespace smarttrade::paper
