#pragma once

#include "money/decimal.hpp"

namespace smarttrade::trade {

/// More digits than any market has, and few enough that the product of two such numbers is exact.
inline constexpr int digits_max = 19;

bool has_too_many_digits(const money::decimal& number);
/// With that many digits, as far as its decimals can be cut.
money::decimal cut_digits(const money::decimal& number, money::rounding mode);

} // namespace smarttrade::trade
