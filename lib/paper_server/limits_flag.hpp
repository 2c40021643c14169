#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "paper/market.hpp"

namespace smarttrade::paper_server {

/// `PAIR:NAME=V,..` in the names of currency_rates (api.md D.5): `USDT_BTC:minTotal=10,priceStep=0.1`. What is not
/// named stays as it is in `into`, else at its default. Returns what is wrong with it in one line; nothing: it is
/// taken.
std::optional<std::string> read_limits_flag(std::string_view text, std::map<trade::pair, paper::market_limits>& into);

} // namespace smarttrade::paper_server
