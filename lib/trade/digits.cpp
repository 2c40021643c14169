#include "trade/digits.hpp"

#include <algorithm>

namespace smarttrade::trade {

bool has_too_many_digits(const money::decimal& number) {
    static const auto limit = *money::decimal::parse("10000000000000000000"); // 10^19
    if (number.scale() > digits_max) return true;
    auto whole = number;
    for (int i = 0; i < number.scale(); ++i) whole = whole * money::decimal{10};
    return whole.abs() >= limit;
}

money::decimal cut_digits(const money::decimal& number, money::rounding mode) {
    const auto text = number.abs().to_short_string();
    const auto whole = static_cast<int>(std::min(text.find('.'), text.size()));
    return number.rounded(std::max(0, digits_max - whole), mode);
}

} // namespace smarttrade::trade
