#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/utc_time.hpp"
#include "paper/market.hpp"
#include "trade/status.hpp"
#include "trade/trade_request.hpp"
#include "trade/trade_update.hpp"

namespace smarttrade::paper {

/// One order of a trade.
struct order_record {
    trade::sub_trade_id id;
    trade::order_status status = trade::order_status::idle;
    money::decimal held;                     ///< of the balance, while it rests
    std::optional<money::price> fill;        ///< what it was executed at, without fee
    std::optional<money::price> extreme;     ///< best price since trailing began; while `since` is set the book has it
    std::optional<std::int64_t> since;       ///< trails now: its serial in the trail book
    std::optional<base::utc_time> closed_at; ///< when it was filled
    friend bool operator==(const order_record&, const order_record&) = default;
};

struct step_record {
    order_record order;
    std::optional<money::price> price; ///< target; absent while a percent waits for the entry
    money::quantity units;             ///< zero until the entry is filled
    friend bool operator==(const step_record&, const step_record&) = default;
};

struct stop_record {
    order_record order;
    std::optional<money::price> trigger;    ///< as shown: configured, or moved by breakeven (api.md M.4)
    std::optional<money::price> base;       ///< of a trailing stop: the level it is never looser than
    std::optional<money::price> behind;     ///< of one that trails by money: this far behind the best price
    money::quantity units;                  ///< what it would close; zero until the entry is filled
    std::optional<base::utc_time> fires_at; ///< end of the running timeout
    friend bool operator==(const stop_record&, const stop_record&) = default;
};

/// Funds added or taken out by order, and the close of the whole at market.
struct funds_record {
    trade::funds_order wish;
    order_record order;
    friend bool operator==(const funds_record&, const funds_record&) = default;
};

/// Everything the exchange knows of one smart trade. `request` is as posted and edited since.
struct trade_record {
    trade::smart_trade_id id;
    trade::trade_request request;
    trade::trade_status status = trade::trade_status::created;
    std::string error;      ///< of a failed trade
    bool is_edited = false; ///< the next tick looks at it

    order_record entry;
    crossing entry_when{}; ///< conditional entries: fixed at creation, because the request does not say it (api.md H.4)
    bool is_triggered = false;      ///< a conditional limit entry whose order was placed: an edit places it anew
    std::vector<step_record> steps; ///< one for each of request.take_profit
    std::optional<stop_record> stop;
    std::vector<funds_record> additions, reductions; ///< in order of arrival
    std::optional<funds_record> market_close;

    money::quantity entered_amount, closed_amount;
    money::money entered_total, closed_total; ///< with fees
    money::money entered_raw, closed_raw;     ///< without
    money::money open_raw;                    ///< of contracts: entered_raw of what is not closed yet
    money::decimal margin;                    ///< reserved of the quote balance for a leveraged position

    base::utc_time created_at{}, updated_at{};
    std::optional<base::utc_time> closed_at;

    bool is_long() const { return request.position.type == trade::side::buy; }
    bool is_entered() const { return entered_amount.sign() > 0; }
    money::quantity remaining() const { return entered_amount - closed_amount; }
    friend bool operator==(const trade_record&, const trade_record&) = default;
};

} // namespace smarttrade::paper
