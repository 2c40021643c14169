#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "money/decimal.hpp"

namespace smarttrade::money {

/// A decimal with a meaning: a price is never added to a quantity. Same-unit sums and comparisons only; what crosses
/// units is written out below.
template <class Unit>
class amount {
public:
    amount() = default;
    explicit amount(decimal value) : value_{std::move(value)} {}

    static std::optional<amount> parse(std::string_view text) {
        const auto value = decimal::parse(text);
        return value ? std::optional{amount{*value}} : std::nullopt;
    }

    const decimal& value() const { return value_; }
    std::string to_string() const { return value_.to_string(); }             ///< as the API prints: `15.0`
    std::string to_short_string() const { return value_.to_short_string(); } ///< as a person writes: `15`
    int sign() const { return value_.sign(); }

    friend amount operator+(const amount& a, const amount& b) { return amount{a.value_ + b.value_}; }
    friend amount operator-(const amount& a, const amount& b) { return amount{a.value_ - b.value_}; }
    friend amount operator*(const amount& a, const decimal& factor) { return amount{a.value_ * factor}; }
    amount operator-() const { return amount{-value_}; }
    amount rounded(int scale, rounding mode) const { return amount{value_.rounded(scale, mode)}; }
    amount rounded_to_step(const amount& step, rounding mode) const {
        return amount{value_.rounded_to_step(step.value_, mode)};
    }
    friend bool operator==(const amount&, const amount&) = default;
    friend std::strong_ordering operator<=>(const amount& a, const amount& b) { return a.value_ <=> b.value_; }

private:
    decimal value_;
};

using price = amount<struct price_unit>;       ///< quote currency per one of base
using quantity = amount<struct quantity_unit>; ///< base currency; contracts on futures
using money = amount<struct money_unit>;       ///< quote currency
using percent = amount<struct percent_unit>;   ///< 1.5 is one and a half of a hundred

inline money operator*(const price& p, const quantity& q) { return money{p.value() * q.value()}; }
inline money operator*(const quantity& q, const price& p) { return p * q; }

/// total / units cut to `scale` decimals.
inline price average_price(const money& total, const quantity& units, int scale, rounding mode) {
    return price{total.value().divided_by(units.value(), scale, mode)};
}

/// 5 % -> 0.05, exact.
inline decimal as_fraction(const percent& p) { return p.value() * decimal{1, 2}; }

} // namespace smarttrade::money
