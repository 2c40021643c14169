#include "money/decimal.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "base/assert.hpp"

namespace smarttrade::money {

namespace {

using boost::multiprecision::int128_t;
using boost::multiprecision::int256_t;

/// 10^n, n in 0..76, in 256 bits.
const int256_t& power_of_ten(int n) {
    static const auto table = [] {
        std::array<int256_t, 77> powers;
        powers[0] = 1;
        for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
        return powers;
    }();
    SMARTTRADE_ASSERT(n >= 0 && n < 77);
    return table[static_cast<std::size_t>(n)];
}

int256_t widened(const int128_t& digits, int by_scale) { return int256_t{digits} * power_of_ten(by_scale); }

/// Drops trailing zero decimals, then refuses what does not fit in 38 digits and 38 decimals.
decimal canonical(int256_t digits, int scale) {
    while (scale > 0 && digits % 10 == 0) {
        digits /= 10;
        --scale;
    }
    const int256_t limit = power_of_ten(decimal::digits_max);
    if (scale > decimal::digits_max || digits >= limit || digits <= -limit)
        throw decimal_overflow{"a result needs more than 38 digits"};
    return decimal{static_cast<int128_t>(digits), scale};
}

/// numerator / denominator as a whole number, cut by `mode`. `denominator` > 0.
int256_t divide(const int256_t& numerator, const int256_t& denominator, rounding mode) {
    int256_t quotient = numerator / denominator; // towards zero
    const int256_t rest = numerator % denominator;
    if (rest == 0) return quotient;
    const int256_t twice = 2 * (rest < 0 ? int256_t{-rest} : rest);
    const bool away =
        mode == rounding::up
        || (mode == rounding::half_even && (twice > denominator || (twice == denominator && quotient % 2 != 0)));
    if (away) quotient += numerator < 0 ? -1 : 1;
    return quotient;
}

} // namespace

decimal::decimal(coefficient digits, int scale) : digits_{std::move(digits)}, scale_{scale} {
    SMARTTRADE_ASSERT(scale >= 0 && scale <= digits_max);
    while (scale_ > 0 && digits_ % 10 == 0) {
        digits_ /= 10;
        --scale_;
    }
}

/// As parse, for texts whose digits fit a machine word: nearly all that the API sends.
std::optional<decimal> decimal::parse_short(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    std::uint64_t digits = 0;
    int scale = -1; // no point yet
    for (const char c : text) {
        const auto digit = static_cast<unsigned>(c) - static_cast<unsigned>('0');
        if (digit <= 9) {
            digits = digits * 10 + digit;
            if (scale >= 0) ++scale;
        } else if (c == '.' && scale < 0 && c != text.front()) {
            scale = 0;
        } else {
            return std::nullopt;
        }
    }
    if (scale == 0 || text.empty()) return std::nullopt;
    for (; scale > 0 && digits % 10 == 0; --scale) digits /= 10;
    decimal made;
    made.digits_ = digits;
    if (negative) made.digits_ = -made.digits_;
    made.scale_ = std::max(scale, 0);
    return made;
}

std::optional<decimal> decimal::parse(std::string_view text) {
    constexpr std::size_t word_digits = 19;
    if (text.size() <= word_digits) return parse_short(text);
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    coefficient digits = 0;
    int significant = 0;
    int scale = 0;
    std::size_t pending_zeros = 0; // trailing zero decimals count only when a digit follows
    bool point = false;
    bool digit_before = false;
    bool digit_after = false;
    for (const char c : text) {
        if (c == '.') {
            if (point || !digit_before) return std::nullopt;
            point = true;
            continue;
        }
        if (c < '0' || c > '9') return std::nullopt;
        (point ? digit_after : digit_before) = true;
        if (point && c == '0') {
            ++pending_zeros;
            continue;
        }
        for (; pending_zeros > 0; --pending_zeros) {
            if (significant > 0 && ++significant > digits_max) return std::nullopt;
            if (++scale > digits_max) return std::nullopt;
            digits *= 10;
        }
        if (significant > 0 || c != '0')
            if (++significant > digits_max) return std::nullopt;
        if (point && ++scale > digits_max) return std::nullopt;
        digits = digits * 10 + (c - '0');
    }
    if (!digit_before || point != digit_after) return std::nullopt;
    return decimal{negative ? coefficient{-digits} : digits, scale};
}

std::string decimal::to_short_string() const {
    const coefficient magnitude = boost::multiprecision::abs(digits_);
    constexpr auto word_max = std::numeric_limits<std::uint64_t>::max(); // nearly all amounts: printed far quicker
    auto text = magnitude <= word_max ? std::to_string(static_cast<std::uint64_t>(magnitude)) : magnitude.str();
    const auto decimals = static_cast<std::size_t>(scale_);
    if (decimals > 0) {
        if (text.size() <= decimals) text.insert(0, decimals + 1 - text.size(), '0');
        text.insert(text.size() - decimals, 1, '.');
    }
    return sign() < 0 ? "-" + text : text;
}

std::string decimal::to_string() const { return scale_ > 0 ? to_short_string() : to_short_string() + ".0"; }

double decimal::approximate() const { return static_cast<double>(digits_) / static_cast<double>(power_of_ten(scale_)); }

decimal operator+(const decimal& a, const decimal& b) {
    const int scale = std::max(a.scale_, b.scale_);
    return canonical(widened(a.digits_, scale - a.scale_) + widened(b.digits_, scale - b.scale_), scale);
}

decimal operator-(const decimal& a, const decimal& b) { return a + -b; }

decimal operator*(const decimal& a, const decimal& b) {
    return canonical(int256_t{a.digits_} * int256_t{b.digits_}, a.scale_ + b.scale_);
}

decimal decimal::operator-() const { return decimal{coefficient{-digits_}, scale_}; }

decimal decimal::divided_by(const decimal& divisor, int scale, rounding mode) const {
    SMARTTRADE_ASSERT(scale >= 0 && scale <= digits_max);
    if (divisor.is_zero()) throw decimal_overflow{"division by zero"};
    // digits/10^s : d/10^t = digits * 10^(scale + t - s) / d at `scale` decimals; shift on the side that grows.
    const int shift = scale + divisor.scale_ - scale_;
    int256_t numerator = digits_;
    int256_t denominator = divisor.digits_;
    if (shift >= 0) {
        const int room = 76 - digits_max; // a 38-digit coefficient times 10^38 still fits in 256 bits
        if (shift > room) throw decimal_overflow{"a quotient needs more than 38 digits"};
        numerator *= power_of_ten(shift);
    } else {
        denominator *= power_of_ten(-shift);
    }
    if (denominator < 0) {
        numerator = -numerator;
        denominator = -denominator;
    }
    return canonical(divide(numerator, denominator, mode), scale);
}

decimal decimal::rounded(int scale, rounding mode) const {
    if (scale >= scale_) return *this;
    return divided_by(decimal{1}, scale, mode);
}

decimal decimal::rounded_to_step(const decimal& step, rounding mode) const {
    SMARTTRADE_ASSERT(step.sign() > 0);
    return divided_by(step, 0, mode) * step;
}

bool decimal::is_multiple_of(const decimal& step) const { return rounded_to_step(step, rounding::down) == *this; }

std::strong_ordering operator<=>(const decimal& a, const decimal& b) {
    const int scale = std::max(a.scale_, b.scale_);
    const int256_t left = widened(a.digits_, scale - a.scale_);
    const int256_t right = widened(b.digits_, scale - b.scale_);
    return left < right   ? std::strong_ordering::less
           : left > right ? std::strong_ordering::greater
                          : std::strong_ordering::equal;
}

} // namespace smarttrade::money
