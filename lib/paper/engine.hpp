#pragma once

#include <optional>
#include <vector>

#include "paper/event.hpp"
#include "paper/state.hpp"
#include "trade/smart_trade.hpp"
#include "trade/sub_trade.hpp"

namespace smarttrade::paper {

struct stepped : effects {
    state after;
};

/// One event and what follows from it. A tick moves the clock (timeouts end at their own moment, at the old prices),
/// sets prices, finishes every transition that was pending, at these prices, and then looks at the trades they touch.
/// Throws nothing for requests that read_request and its like accept.
stepped step(state before, const event& what);

/// The same in place, for those who post very many; what it did is added to `told`, only the reply replaced.
void advance(state& world, const event& what, effects& told);
void advance(state& world, const tick& what, effects& told);

/// The trade as the API tells it (api.md E). Asserted: it exists.
trade::smart_trade view(const state& in, trade::smart_trade_id id);

/// Its orders in the words of the API (api.md E.3): entry, steps, stop, added and reduced funds, market close.
/// Asserted: it exists.
std::vector<trade::sub_trade> sub_trades(const state& in, trade::smart_trade_id id);

/// max_reduce_funds_amount: what is entered and not closed yet (api.md M.12). Nothing where a reduction is not allowed.
/// Asserted: it exists.
std::optional<money::quantity> reduction_max(const state& in, trade::smart_trade_id id);

/// What the market's limits have against a request (api.md V29..V31, M.6, M.10); empty: nothing.
std::vector<field_error> market_errors(const state& in, const trade::trade_request& wish);

} // namespace smarttrade::paper
