#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "money/amount.hpp"

namespace smarttrade::trade {

/// One kind of leverage that a pair offers (GET /ver1/accounts/{id}/leverage_data, api.md D.5).
struct leverage_option {
    std::string code; ///< `none`, `cross`, `isolated`
    std::string name;
    bool can_set_value = false;
    std::optional<money::decimal> max;     ///< times
    std::vector<money::decimal> available; ///< times; empty: any within the bounds
    std::optional<money::decimal> valid_min, valid_max;
    friend bool operator==(const leverage_option&, const leverage_option&) = default;
};

/// What a pair costs and what its market allows (GET /ver1/accounts/currency_rates, api.md D.5). Any limit may be
/// absent: then there is none.
struct market_rates {
    std::optional<money::price> last, bid, ask;
    std::optional<money::price> orderbook_last, orderbook_bid, orderbook_ask;
    std::string orderbook_price_currency;
    std::string strategy_name, contract_strategy_name;
    std::string instrument_kind; ///< `spot`, `linear_futures`, ...
    std::optional<money::price> min_price, max_price, price_step;
    std::optional<money::quantity> min_lot, max_lot, lot_step;
    std::optional<money::money> min_total, min_market_total, max_total;
    std::optional<money::quantity> min_market_buy, max_market_buy, min_market_sell, max_market_sell;
    std::optional<money::decimal> bid_multiplier_down, bid_multiplier_up, ask_multiplier_down, ask_multiplier_up;
    /// Only in the answer of currency_rates_with_leverage_data.
    std::optional<std::vector<leverage_option>> leverage;

    friend bool operator==(const market_rates&, const market_rates&) = default;
};

/// One market of GET /ver1/accounts/market_list.
struct market_entry {
    std::string name;
    std::string code;
    std::string url;
    friend bool operator==(const market_entry&, const market_entry&) = default;
};

} // namespace smarttrade::trade
