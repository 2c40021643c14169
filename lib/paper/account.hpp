#pragma once

#include <map>
#include <string>

#include "money/decimal.hpp"
#include "trade/vocabulary.hpp"

namespace smarttrade::paper {

struct balance {
    money::decimal total;
    money::decimal reserved; ///< part of total that resting orders and margins hold
    money::decimal available() const { return total - reserved; }
    friend bool operator==(const balance&, const balance&) = default;
};

struct account {
    trade::account_id id;
    std::string type = "paper_trading"; ///< as the API's account object says it
    std::string name = "Paper Account";
    std::string market = "Binance Spot account simulator";
    bool leverage = false;  ///< accepts leverage, with the quote balance as margin (api.md M.6)
    bool contracts = false; ///< trades contracts: also without leverage the quote balance is margin and no coin moves
    std::map<std::string, balance> balances;
};

} // namespace smarttrade::paper
