#pragma once

#include <string>
#include <vector>

#include "trade/desired_trade.hpp"

namespace smarttrade::plan {

/// The trades as one plan file in canonical form: every shorthand and default worked in, nothing said that holds
/// anyway, sorted by name. It reads back to exactly these trades, and printing that changes nothing.
std::string print_plans(const std::vector<trade::desired_trade>& trades);

} // namespace smarttrade::plan
