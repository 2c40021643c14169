#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trade/market_rates.hpp"
#include "trade/pair.hpp"
#include "wire/json_document.hpp"

namespace smarttrade::wire {

/// currency_rates and currency_rates_with_leverage_data (api.md D.5): strings or floats such as 8.6e-07, any of them
/// may be missing. Unreadable only if it is no object or holds a number out of bounds.
reading<trade::market_rates> read_market_rates(std::string_view json);
std::string write_market_rates(const trade::market_rates& rates);

/// leverage_data: a bare JSON array.
reading<std::vector<trade::leverage_option>> read_leverage_options(std::string_view json);
std::string write_leverage_options(const std::vector<trade::leverage_option>& options);

/// market_list and market_pairs: bare JSON arrays. A text that is no pair is passed over: lists hold odd markets.
reading<std::vector<trade::market_entry>> read_market_list(std::string_view json);
std::string write_market_list(const std::vector<trade::market_entry>& markets);
reading<std::vector<trade::pair>> read_market_pairs(std::string_view json);
std::string write_market_pairs(const std::vector<trade::pair>& pairs);

} // namespace smarttrade::wire
