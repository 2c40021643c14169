#pragma once

#include <cstdint>

#include "money/amount.hpp"

namespace smarttrade::paper {

/// A price in hundred-millionths of the quote currency. The books compare very many prices, and machine words are
/// forty times quicker than decimals. No price of the exchange has more than 8 decimals or is above 10^9, so nothing is
/// lost; a bound that is finer is cut to the side that leaves every comparison with a price as it was.
using price_units = std::int64_t;
inline constexpr int price_decimals = 8;

/// The highest price that is at or below `bound`, and the lowest one at or above it.
inline price_units units_below(const money::price& bound) {
    return bound.value().scaled(price_decimals, money::rounding::down);
}
inline price_units units_above(const money::price& bound) {
    return bound.value().scaled(price_decimals, money::rounding::up);
}
inline money::price price_of(price_units units) {
    return money::price{money::decimal{units, price_decimals}};
}

} // namespace smarttrade::paper
