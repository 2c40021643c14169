#pragma once

#include "paper/market.hpp"

namespace smarttrade::paper {

// What balances are moved by and what entities show, each once (api.md E.2).

/// A total as its buyer pays it or its seller gets it.
inline money::money with_fee(const money::money& total, const money::decimal& commission, trade::side what) {
    const money::decimal one{1};
    return total * (what == trade::side::buy ? one + commission : one - commission);
}

/// total / units as it is shown: cut to the price step, not rounded.
inline money::price shown_average(const money::money& total, const money::quantity& units,
                                  const market_limits& limits) {
    return money::average_price(total, units, 12, money::rounding::down)
        .rounded_to_step(limits.price_step, money::rounding::down);
}

} // namespace smarttrade::paper
