#pragma once

#include <optional>

#include "trade/smart_trade.hpp"
#include "trade/trade_request.hpp"

namespace smarttrade::trade {

/// The request that would ask for what a trade shows: its steps that are still told of, its stop where it stands now,
/// its entry as ordered or, once filled, as it came out. Amounts that came about by fills and have more digits than a
/// request may have are cut. The note is as it is, with whatever tag it has. Nothing for a trade that no request could
/// ask for: an exit without a level, a trailing step without a percent.
std::optional<trade_request> standing_request(const smart_trade& shown);

} // namespace smarttrade::trade
