#pragma once

#include <optional>

#include "reconcile/deciding.hpp"
#include "trade/trade_update.hpp"

namespace smarttrade::reconcile {

// V29..V31 before something is sent (api.md G): what a market's limits have against it keeps it from being sent, with
// the words that `plan` has for it. Limits change rarely, so one reading of a pair serves all its creates for an hour,
// or until the exchange refuses one of them. A market that cannot be read keeps nothing back: the exchange judges then.

/// Of a create. Asks for the rates where they are not known.
std::optional<refusal> check_limits(deciding& of, const wish& w, const trade_history* past);

/// Of an edit before the entry, if the rates are at hand and not old; whatever the price of the moment is. `asked`: the
/// wish with prices for percents.
std::optional<refusal> check_edit_limits(deciding& of, const wish& w, const trade::trade_request& asked);

/// Of funds, likewise. `place`: which of the wish's adjustments.
std::optional<refusal> check_funds_limits(deciding& of, const trade::desired_trade& trade, std::size_t place);

} // namespace smarttrade::reconcile
