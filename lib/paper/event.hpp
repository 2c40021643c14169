#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/utc_time.hpp"
#include "money/amount.hpp"
#include "paper/market.hpp"
#include "trade/trade_request.hpp"
#include "trade/trade_update.hpp"

namespace smarttrade::paper {

/// Time and prices. Without a market only time passes; a side that is not given stays. Prices are above 0, at most 10^9
/// and have at most 8 decimals.
struct tick {
    base::utc_time now{}; ///< earlier than the state's: counts as the state's
    std::optional<market_id> on;
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
struct update {
    trade::smart_trade_id id;
    trade::trade_update change; ///< whole groups; what the request left out stands there as it is
};
struct add_funds {
    trade::smart_trade_id id;
    trade::funds_order wish;
};
struct reduce_funds {
    trade::smart_trade_id id;
    trade::funds_order wish;
};
struct close_by_market {
    trade::smart_trade_id id;
};
struct force_start {
    trade::smart_trade_id id;
};
struct force_process {
    trade::smart_trade_id id;
};
struct set_note {
    trade::smart_trade_id id;
    std::string note;
};
/// The trade-level calls: one order of a smart trade.
struct close_order {
    trade::smart_trade_id id;
    trade::sub_trade_id order;
};
struct cancel_order {
    trade::smart_trade_id id;
    trade::sub_trade_id order;
};
/// No call of the API: the market touches a waiting entry for a moment, as it may between a GET and a DELETE. The entry
/// fills at its own limit or trigger, else at the market. Nothing happens to a trade that is not waiting for its entry.
struct touch_entry {
    trade::smart_trade_id id;
};
using event = std::variant<tick, clock, create, cancel, update, add_funds, reduce_funds, close_by_market, force_start,
                           force_process, set_note, close_order, cancel_order, touch_entry>;

enum class happened {
    created,        ///< accepted
    entry_placed,   ///< the entry order rests
    entry_trailing, ///< a trailing entry reached its trigger
    entered,        ///< the entry is filled
    funds_added,    ///< an order of add_funds is filled
    funds_reduced,  ///< an order of reduce_funds is filled
    order_failed,   ///< an added order found no money
    step_filled,    ///< a take-profit step is filled
    step_trailing,  ///< a trailing step reached its target
    stop_waiting,   ///< the stop's timeout began
    stop_recovered, ///< the price came back before its end
    stop_moved,     ///< to breakeven
    stop_triggered, ///< exits are withdrawn and the stop's order is out
    stop_filled,
    command_accepted, ///< what it asks for follows with the next tick
    order_cancelled,  ///< a single order, by a trade-level call
    liquidated,
    panic_sold,
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
    enum class reason { unknown_account, unknown_trade, unknown_order, invalid, wrong_status };
    reason why{};
    std::vector<field_error> fields; ///< of `invalid`: what the market has against it (HTTP 422)
};

/// The answer to a command: the trade, or why not. A tick has none.
using answer = std::variant<std::monostate, trade::smart_trade_id, refusal>;

/// Names of the parts that a step changed, for whoever keeps the state; each may be named more than once. The market of
/// a tick is not among them.
struct changes {
    std::vector<trade::smart_trade_id> trades;
    std::vector<std::pair<trade::account_id, std::string>> balances;
    std::vector<market_id> markets;
};

/// What a step did.
struct effects {
    answer reply;
    std::vector<happening> events; ///< in the order they happened
    changes touched;
};

} // namespace smarttrade::paper
