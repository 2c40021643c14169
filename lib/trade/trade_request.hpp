#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/rare.hpp"
#include "money/amount.hpp"
#include "trade/pair.hpp"
#include "trade/vocabulary.hpp"

namespace smarttrade::trade {

struct leverage {
    margin_type type{};
    std::int64_t value = 0; ///< times
    friend bool operator==(const leverage&, const leverage&) = default;
};

/// A conditional entry waits for its trigger, then places a market or limit order (api.md H.4). With `trailing` it
/// follows the price from the trigger on and enters by market after a turn of that size (H.5).
struct conditional_entry {
    money::price trigger;
    std::optional<price_type> follows; ///< absent: ask for a buy, bid for a sell (V11)
    order_type order{};
    std::optional<money::percent> trailing;
    friend bool operator==(const conditional_entry&, const conditional_entry&) = default;
};

struct entry_order {
    side type{};
    entry_type order{};
    money::quantity units;
    std::optional<money::price> price;         ///< limit orders; the entry reference with skip_enter_step (V7..V9)
    base::rare<conditional_entry> conditional; ///< present exactly if order is conditional
    bool is_trailing() const { return conditional && conditional->trailing; }
    friend bool operator==(const entry_order&, const entry_order&) = default;
};

/// Where an exit stands: a price, or a percent away from the entry. The exchange takes a percent only while a trailing
/// entry is unfinished (V18); any other is made a price before it is sent (percent_exits.hpp).
using exit_level = std::variant<money::price, money::percent>;

struct take_profit_step {
    order_type order{};
    price_type follows{};
    exit_level level;
    money::percent volume;                  ///< share of the position; all steps sum to 100 (V16)
    std::optional<money::percent> trailing; ///< market steps, the last only (V19, V20)
    friend bool operator==(const take_profit_step&, const take_profit_step&) = default;
};

struct stop_trailing {
    std::optional<money::percent> distance; ///< absent: the distance of the trigger from the price at entry (V27)
    friend bool operator==(const stop_trailing&, const stop_trailing&) = default;
};

struct stop_loss_order {
    order_type order{};
    price_type follows{};
    exit_level trigger;
    std::optional<money::price> limit_price;     ///< limit stops only (V24)
    std::optional<stop_trailing> trailing;       ///< market stops only (V27)
    std::optional<std::chrono::seconds> timeout; ///< at or through the trigger for this long before it fires (H.7)
    bool breakeven = false;                      ///< moves to the entry price after the first step (V26)
    friend bool operator==(const stop_loss_order&, const stop_loss_order&) = default;
};

/// The body of POST /v2/smart_trades (api.md D.2) after every rule of api.md G was checked: a well-formed wish.
struct trade_request {
    account_id account;
    trade::pair pair;
    bool instant = false;         ///< simple buy or sell: no exits
    bool skip_enter_step = false; ///< smart sell or smart buy: the position is held already
    std::optional<trade::leverage> leverage;
    entry_order position;
    std::vector<take_profit_step> take_profit; ///< empty: off
    std::optional<stop_loss_order> stop_loss;  ///< absent: off
    std::string note;                          ///< on the wire: our tag, then the user's note

    trade_type type() const;
    friend bool operator==(const trade_request&, const trade_request&) = default;
};

/// api.md V4.
inline trade_type trade_request::type() const {
    const bool buy = position.type == side::buy;
    if (instant) return buy ? trade_type::simple_buy : trade_type::simple_sell;
    if (skip_enter_step) return buy ? trade_type::smart_sell : trade_type::smart_buy;
    return buy ? trade_type::smart_trade : trade_type::smart_cover;
}

/// Does its entry take what the market gives, at once or from its trigger on? Own coins have none.
inline bool is_market_order(const trade_request& of) {
    const auto& entry = of.position;
    const bool from_trigger = entry.conditional && entry.conditional->order == order_type::market;
    return !of.skip_enter_step && (entry.order == entry_type::market || from_trigger);
}

} // namespace smarttrade::trade
