#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/utc_time.hpp"
#include "money/amount.hpp"
#include "trade/vocabulary.hpp"

namespace smarttrade::trade {

/// An account of the exchange as /ver1/accounts tells it (api.md D.5). A flag that old accounts lack is unknown, not
/// false.
struct account {
    account_id id;
    std::string name;
    std::string type;   ///< `binance`, `paper_trading`, ...; as in a smart trade's account
    std::string market; ///< `Binance Spot account simulator`
    std::string exchange_name;
    std::string market_code; ///< what currency_rates and market_pairs ask for
    std::optional<bool> smart_trading_supported, smart_selling_supported, trading_supported;
    std::optional<bool> market_buy_supported, market_sell_supported, conditional_buy_supported;
    std::optional<bool> hedge_mode_available, hedge_mode_enabled;
    std::optional<bool> is_locked;
    std::optional<std::string> lock_reason;
    std::optional<bool> api_key_invalid;
    std::string api_keys_state;                      ///< `ok`, `expired`; empty: not told
    std::vector<std::string> supported_market_types; ///< `spot`, `futures`
    std::optional<money::money> btc_amount, usd_amount;
    std::optional<base::utc_time> created_at, updated_at;

    friend bool operator==(const account&, const account&) = default;
};

/// One currency of an account (POST /ver1/accounts/{id}/account_table_data).
struct balance {
    std::string currency;
    std::optional<money::quantity> total;     ///< `position`
    std::optional<money::quantity> available; ///< `position_available`
    std::optional<money::quantity> on_orders;
    std::optional<money::quantity> equity;
    friend bool operator==(const balance&, const balance&) = default;
};

/// What is alive on an account (GET /ver1/accounts/{id}/active_trading_entities): a cheap check of a list.
struct active_counts {
    std::optional<std::int64_t> smart_trades, orders, bots, deals, grid_bots;
    friend bool operator==(const active_counts&, const active_counts&) = default;
};

} // namespace smarttrade::trade
