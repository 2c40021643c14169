#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trade/smart_trade.hpp"
#include "wire/json_document.hpp"

namespace smarttrade::wire {

/// The SmartTrade entity of api.md E.1, read leniently: numbers as string, number, null or absent; unknown fields and
/// statuses are kept or passed over. Unreadable only without an id, an account id, a pair or a status.
reading<trade::smart_trade> read_smart_trade(std::string_view json);
reading<std::vector<trade::smart_trade>> read_smart_trades(std::string_view json); ///< a bare JSON array

/// As the API writes it: amounts as strings with a fraction, `{}` and null where api.md E.4 shows them.
std::string write_smart_trade(const trade::smart_trade& entity);
std::string write_smart_trades(const std::vector<trade::smart_trade>& entities);

} // namespace smarttrade::wire
