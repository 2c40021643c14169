#pragma once

#include <compare>
#include <string>

#include "base/diagnostic.hpp"
#include "trade/lifecycle.hpp"
#include "trade/trade_request.hpp"

namespace smarttrade::trade {

/// What makes two wishes the same wish (design.md 4). The same name on another account is another trade.
struct trade_identity {
    account_id account;
    std::string name; ///< [a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?
    int revision = 1; ///< a higher one runs the trade again after it ended
    friend auto operator<=>(const trade_identity&, const trade_identity&) = default;
};

/// One entry of the plans: a smart trade that should exist. `request.note` is the user's note alone, without our tag.
struct desired_trade {
    trade_identity identity;
    std::string account_name; ///< key under `accounts` of smarttraded.yaml, for messages
    trade_request request;
    base::text_position at; ///< of its name in the plan file
    lifecycle life{};
};

} // namespace smarttrade::trade
