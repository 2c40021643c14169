#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/rare.hpp"
#include "base/utc_time.hpp"
#include "trade/status.hpp"
#include "trade/trade_request.hpp"

namespace smarttrade::trade {

/// The smart trade as the API tells it (api.md E.1): what the paper exchange answers and the client reads. Optional
/// members are null or absent on the wire.
struct smart_trade {
    smart_trade_id id;

    struct account_view {
        account_id id;
        std::string type; ///< `binance`, `paper_trading`, ...
        std::string name;
        std::string market;
        friend bool operator==(const account_view&, const account_view&) = default;
    } account;

    trade::pair pair;
    bool instant = false;
    bool skip_enter_step = false;
    told_status<trade_status> status;
    std::optional<trade::leverage> leverage;
    std::optional<bool> leverage_type_editable; ///< absent on most accounts

    struct position_view {
        side type{};
        entry_type order{};
        bool editable = false;
        bool units_editable = false;
        bool price_editable = false;
        bool conditional_editable = false;
        money::quantity units;
        std::optional<money::price> price;                    ///< before the fill: ordered; after: average incl. fee
        std::optional<money::price> price_without_commission; ///< after the fill: the raw average
        std::optional<money::money> total;                    ///< quote currency, 8 decimals
        std::optional<money::money> total_without_commission; ///< absent in most answers
        base::rare<conditional_entry> conditional;
        told_status<order_status> status;
        friend bool operator==(const position_view&, const position_view&) = default;
    } position;

    struct step_view {
        sub_trade_id id;
        int place = 1; ///< `position` on the wire, 1-based
        order_type order{};
        price_type follows{};
        std::optional<money::price> price;
        std::optional<money::percent> percent; ///< only while a trailing entry is unfinished
        money::percent volume;
        std::optional<money::quantity> units; ///< null while the entry is not filled
        std::optional<money::money> total;
        bool is_trailing = false;
        std::optional<money::percent> trailing;
        told_status<order_status> status;
        bool editable = false;
        bool cancelable = false;
        bool panic_sell_available = false;
        std::optional<base::utc_time> closed_at;
        friend bool operator==(const step_view&, const step_view&) = default;
    };
    bool take_profit_enabled = false;
    /// `value`, or `percentage` while the steps hang on an entry that is not filled; empty: not told.
    std::string take_profit_price_kind = "value";
    std::vector<step_view> take_profit; ///< cancelled steps disappear, finished ones stay

    struct stop_view {
        order_type order{};
        price_type follows{};
        std::optional<money::price> trigger;
        std::optional<money::percent> percent; ///< only while a trailing entry is unfinished
        std::optional<money::price> limit_price;
        std::optional<money::percent> limit_percent; ///< null wherever it was seen
        std::string price_kind = "value";            ///< as take_profit_price_kind
        bool is_trailing = false;
        std::optional<money::percent> trailing;
        std::optional<std::chrono::seconds> timeout;
        bool breakeven = false;
        std::optional<money::quantity> units;
        std::optional<money::money> total;
        told_status<order_status> status;
        bool editable = false;
        std::optional<base::utc_time> closed_at;
        friend bool operator==(const stop_view&, const stop_view&) = default;
    };
    std::optional<stop_view> stop_loss; ///< absent: {"enabled":false}

    /// How far the order of a reduction or a market close came.
    struct filled_view {
        std::optional<money::quantity> units;
        std::optional<money::money> total;
        std::optional<money::price> price;
        std::optional<money::percent> value; ///< share that is filled
        friend bool operator==(const filled_view&, const filled_view&) = default;
    };
    struct close_view {
        sub_trade_id id;
        order_type order{}; ///< `type` on the wire
        told_status<order_status> status;
        std::optional<money::quantity> units;
        std::optional<money::price> price, price_without_commission;
        std::optional<money::money> total;
        std::optional<filled_view> filled;
        friend bool operator==(const close_view&, const close_view&) = default;
    };
    base::rare<close_view> market_close; ///< `{}` on the wire until a close by market

    struct reduction_view : close_view {
        std::optional<base::utc_time> closed_at;
        bool cancelable = false;
        bool panic_sell_available = false;
        friend bool operator==(const reduction_view&, const reduction_view&) = default;
    };
    std::vector<reduction_view> reductions; ///< reduce_funds.steps

    std::string note;
    std::optional<std::string> note_raw; ///< the unprocessed text: match on this (api.md J)

    struct market_view {
        money::price bid, ask, last;
        money::money quote_volume{}; ///< of a day
        money::percent day_change_percent{};
        friend bool operator==(const market_view&, const market_view&) = default;
    };
    std::optional<market_view> current_price;

    /// The server's own word on what may be done now (api.md F.3).
    struct permitted {
        bool edit = false, panic_sell = false, add_funds = false, reduce_funds = false, force_start = false,
             force_process = false, cancel = false;
        friend bool operator==(const permitted&, const permitted&) = default;
    } may;

    std::string target_price_type = "price"; ///< no other word was seen
    std::string orderbook_price_currency;    ///< empty: the pair's quote
    bool base_order_finished = true;         ///< true in every answer, even while waiting: useless
    money::quantity missing_funds_to_close;
    bool finished_flag = false;         ///< data.finished: false on cancelled and failed trades; not a terminal flag
    bool entry_step_finished = false;   ///< data.base_position_step_finished
    bool is_position_not_filled = true; ///< the clean "entry not filled" flag
    std::optional<money::price> average_enter_price, average_close_price;
    std::optional<money::price> average_enter_price_without_commission, average_close_price_without_commission;
    std::optional<money::price> liquidation_price;
    money::quantity entered_amount, closed_amount; ///< base currency
    money::money entered_total, closed_total;      ///< quote currency
    money::decimal commission;                     ///< a fraction: 0.001
    base::utc_time created_at{}, updated_at{};
    std::optional<base::utc_time> closed_at; ///< also on active trades after a partial close
    trade_type type{};

    struct profit_view {
        std::optional<money::money> volume, usd;
        std::optional<money::percent> percent, roe;
        friend bool operator==(const profit_view&, const profit_view&) = default;
    } profit;
    std::optional<money::money> margin_amount, margin_total; ///< contract accounts only

    bool is_final() const { return trade::is_final(status.type); }
    friend bool operator==(const smart_trade&, const smart_trade&) = default;
};

} // namespace smarttrade::trade
