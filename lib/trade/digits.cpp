#include "trade/digits.hpp"

#include <algorithm>
#include <array>

namespace smarttrade::trade {

bool has_too_many_digits(const money::decimal& number) {
    // The least number with more digits, by its decimals: 10^19, 10^18, ..
    static const auto bounds = [] {
        std::array<money::decimal, digits_max + 1> made;
        made[digits_max] = money::decimal{1};
        for (auto i = made.size() - 1; i > 0; --i) made[i - 1] = made[i] * money::decimal{10};
        return made;
    }();
    return number.scale() > digits_max || number.abs() >= bounds[static_cast<std::size_t>(number.scale())];
}

money::decimal cut_digits(const money::decimal& number, money::rounding mode) {
    const auto text = number.abs().to_short_string();
    const auto whole = static_cast<int>(std::min(text.find('.'), text.size()));
    return number.rounded(std::max(0, digits_max - whole), mode);
}

} // namespace smarttrade::trade
