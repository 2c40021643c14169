#pragma once

#include <optional>
#include <string_view>

#include "money/decimal.hpp"

namespace smarttrade::wire {

/// A number as the API may send it, exact: what decimal::parse takes, and exponents (`8.6e-07`, api.md D.5). Nothing
/// for any other text and for more than 38 digits or decimals.
std::optional<money::decimal> read_decimal(std::string_view text);

} // namespace smarttrade::wire
