#include "wire/decimal_text.hpp"

#include <charconv>
#include <string>

namespace smarttrade::wire {

using money::decimal;

namespace {

/// 10^exponent, as long as a decimal can hold it.
std::optional<decimal> power_of_ten(std::string_view exponent) {
    if (exponent.starts_with('+') && !exponent.starts_with("+-")) exponent.remove_prefix(1);
    int value = 0;
    const auto* const end = exponent.data() + exponent.size();
    const auto [stopped, error] = std::from_chars(exponent.data(), end, value);
    if (error != std::errc{} || stopped != end) return std::nullopt;
    if (value < -decimal::digits_max || value >= decimal::digits_max) return std::nullopt;
    if (value < 0) return decimal{1, -value};
    return decimal::parse("1" + std::string(static_cast<std::size_t>(value), '0'));
}

} // namespace

std::optional<decimal> read_decimal(std::string_view text) {
    const auto mark = text.find_first_of("eE");
    if (mark == std::string_view::npos) return decimal::parse(text);
    const auto mantissa = decimal::parse(text.substr(0, mark));
    const auto factor = power_of_ten(text.substr(mark + 1));
    if (!mantissa || !factor) return std::nullopt;
    try {
        return *mantissa * *factor;
    } catch (const money::decimal_overflow&) {
        return std::nullopt;
    }
}

} // namespace smarttrade::wire
