#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/utc_time.hpp"
#include "paper/market.hpp"
#include "trade/status.hpp"
#include "trade/trade_request.hpp"

namespace smarttrade::paper {

/// One order of a trade: its entry, a take-profit step or its stop.
struct order_record {
    trade::sub_trade_id id;
    trade::order_status status = trade::order_status::idle;
    money::decimal held;                     ///< of the balance, while it rests
    std::optional<money::price> fill;        ///< what it was executed at, without fee
    std::optional<money::price> extreme;     ///< best price since trailing began; only ever gets better
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
    std::optional<money::price> moving;     ///< where a trailing stop really stands
    money::quantity units;                  ///< what it would close; zero until the entry is filled
    std::optional<base::utc_time> fires_at; ///< end of the running timeout
    const money::price& level() const { return moving ? *moving : *trigger; } ///< after the entry only
    friend bool operator==(const stop_record&, const stop_record&) = default;
};

/// Everything the exchange knows of one smart trade. `request` stays as it was posted.
struct trade_record {
    trade::smart_trade_id id;
    trade::trade_request request;
    trade::trade_status status = trade::trade_status::created;
    std::string error; ///< of a failed trade

    order_record entry;
    crossing entry_when{}; ///< conditional entries: fixed at creation, because the request does not say it (api.md H.4)
    std::vector<step_record> steps;
    std::optional<stop_record> stop;

    money::quantity entered_amount, closed_amount;
    money::money entered_total, closed_total; ///< with fees
    money::money entered_raw, closed_raw;     ///< without
    money::decimal margin;                    ///< reserved of the quote balance for a leveraged position

    base::utc_time created_at{}, updated_at{};
    std::optional<base::utc_time> closed_at;

    bool is_long() const { return request.position.type == trade::side::buy; }
    bool is_entered() const { return entered_amount.sign() > 0; }
    money::quantity remaining() const { return entered_amount - closed_amount; }
    friend bool operator==(const trade_record&, const trade_record&) = default;
};

} // namespace smarttrade::paper
