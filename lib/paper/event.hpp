#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/utc_time.hpp"
#include "money/amount.hpp"
#include "trade/pair.hpp"
#include "trade/trade_request.hpp"

namespace smarttrade::paper {

/// Time and prices. Without a pair only time passes; a side that is not given stays.
struct tick {
    base::utc_time now{}; ///< earlier than the state's: counts as the state's
    std::optional<trade::pair> on;
    std::optional<money::price> bid, ask, last;
};
/// Time alone: timeouts end, but pending transitions wait for the next tick.
struct clock {
    base::utc_time now{};
};
struct create {
    trade::trade_request wish;
};
struct cancel {
    trade::smart_trade_id id;
};
using event = std::variant<tick, clock, create, cancel>;

enum class happened {
    created,        ///< accepted
    entry_placed,   ///< the entry order rests
    entry_trailing, ///< a trailing entry reached its trigger
    entered,        ///< the entry is filled
    step_filled,    ///< a take-profit step is filled
    step_trailing,  ///< a trailing step reached its target
    stop_waiting,   ///< the stop's timeout began
    stop_recovered, ///< the price came back before its end
    stop_moved,     ///< to breakeven
    stop_triggered, ///< exits are withdrawn and the stop's order is out
    stop_filled,
    cancel_accepted,
    cancelled,
    finished, ///< every step is done, or a simple trade is filled
    failed
};

/// What a step did to one trade.
struct happening {
    base::utc_time at{};
    trade::smart_trade_id id;
    happened what{};
    int step = 0;                      ///< 1-based, for steps
    std::optional<money::price> price; ///< filled at, activated at, moved to
    bool by_trailing = false;
    std::string error;
};

/// One refused field, in the words of the API (api.md C.3).
struct field_error {
    std::string field;
    std::string message;
    friend bool operator==(const field_error&, const field_error&) = default;
};
struct refusal {
    enum class reason { unknown_account, unknown_trade, invalid, wrong_status };
    reason why{};
    std::vector<field_error> fields; ///< of `invalid`
};

/// The answer to a command: the trade, or why not. A tick has none.
using answer = std::variant<std::monostate, trade::smart_trade_id, refusal>;

/// Names of the parts that a step changed, for whoever keeps the state.
struct changes {
    std::set<trade::smart_trade_id> trades;
    std::set<std::pair<trade::account_id, std::string>> balances;
    std::set<trade::pair> markets;
};

} // namespace smarttrade::paper
