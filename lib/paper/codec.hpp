#pragma once

#include <string>
#include <string_view>

#include "paper/account.hpp"
#include "paper/market.hpp"
#include "paper/trade_record.hpp"

namespace smarttrade::paper {

/// The parts of a state as text and back, to the last digit: one text a trade, a balance, a market. The text is ours
/// alone, a version and then length-prefixed fields in a fixed order; nobody else reads it.
std::string encode(const trade_record& record);
std::string encode(const balance& amount);
std::string encode(const market& of); ///< prices and what the trail books remember; not the limits

/// Each throws std::runtime_error for text that encode did not make.
trade_record decode_trade(std::string_view text);
balance decode_balance(std::string_view text);
void decode_market(std::string_view text, market& into); ///< into one without trades

} // namespace smarttrade::paper
