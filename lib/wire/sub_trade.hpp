#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trade/sub_trade.hpp"
#include "wire/json_document.hpp"

namespace smarttrade::wire {

/// The Trade entity of api.md E.3, as GET /v2/smart_trades/{id}/trades lists it. Read as leniently as a smart trade;
/// unreadable only without an id, a pair or a status, and for amounts out of bounds (entity_amounts).
reading<std::vector<trade::sub_trade>> read_sub_trades(std::string_view json);
std::string write_sub_trades(const std::vector<trade::sub_trade>& all);

} // namespace smarttrade::wire
