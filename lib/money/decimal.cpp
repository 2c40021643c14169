#include "money/decimal.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>

#include <boost/multiprecision/cpp_int.hpp>

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

__extension__ using double_word = unsigned __int128;

constexpr std::array<std::uint64_t, 20> word_powers = [] { // 10^n in a machine word
    std::array<std::uint64_t, 20> powers{1};
    for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
}();

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

struct decimal::wide {
    static int128_t digits(const decimal& of) {
        const std::uint64_t low = of.low_, high = of.high_; // copies: nothing may refer to a member of a packed class
        int128_t magnitude = low;
        if (high != 0) magnitude |= int128_t{high} << 64;
        return of.is_negative_ ? int128_t{-magnitude} : magnitude;
    }

    static int256_t widened(const decimal& of, int by_scale) { return int256_t{digits(of)} * power_of_ten(by_scale); }

    /// digits / 10^scale; scale 0..38
    static decimal number(int128_t digits, int scale) {
        SMARTTRADE_ASSERT(scale >= 0 && scale <= digits_max);
        for (; scale > 0 && digits % 10 == 0; --scale) digits /= 10;
        decimal made;
        made.is_negative_ = digits < 0;
        const int128_t magnitude = made.is_negative_ ? int128_t{-digits} : digits;
        made.low_ = static_cast<std::uint64_t>(magnitude & int128_t{std::numeric_limits<std::uint64_t>::max()});
        made.high_ = static_cast<std::uint64_t>(magnitude >> 64);
        made.scale_ = static_cast<std::int8_t>(scale);
        return made;
    }

    /// Drops trailing zero decimals, then refuses what does not fit in 38 digits and 38 decimals.
    static decimal canonical(int256_t digits, int scale) {
        while (scale > 0 && digits % 10 == 0) {
            digits /= 10;
            --scale;
        }
        const int256_t limit = power_of_ten(digits_max);
        if (scale > digits_max || digits >= limit || digits <= -limit)
            throw decimal_overflow{"a result needs more than 38 digits"};
        return number(static_cast<int128_t>(digits), scale);
    }
};

decimal::decimal(std::int64_t digits, int scale) {
    SMARTTRADE_ASSERT(scale >= 0 && scale <= digits_max);
    for (; scale > 0 && digits % 10 == 0; --scale) digits /= 10;
    is_negative_ = digits < 0;
    low_ = is_negative_ ? std::uint64_t{0} - static_cast<std::uint64_t>(digits) : static_cast<std::uint64_t>(digits);
    scale_ = static_cast<std::int8_t>(scale);
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
    made.low_ = digits;
    made.is_negative_ = negative && digits != 0;
    made.scale_ = static_cast<std::int8_t>(std::max(scale, 0));
    return made;
}

std::optional<decimal> decimal::parse(std::string_view text) {
    constexpr std::size_t word_digits = 19;
    if (text.size() <= word_digits) return parse_short(text);
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    int128_t digits = 0;
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
    return wide::number(negative ? int128_t{-digits} : digits, scale);
}

std::string decimal::to_short_string() const {
    // Nearly all amounts fit a word, which is printed far quicker.
    auto text = high_ == 0 ? std::to_string(low_) : int128_t{boost::multiprecision::abs(wide::digits(*this))}.str();
    const auto decimals = static_cast<std::size_t>(scale_);
    if (decimals > 0) {
        if (text.size() <= decimals) text.insert(0, decimals + 1 - text.size(), '0');
        text.insert(text.size() - decimals, 1, '.');
    }
    return sign() < 0 ? "-" + text : text;
}

std::string decimal::to_string() const { return scale_ > 0 ? to_short_string() : to_short_string() + ".0"; }

double decimal::approximate() const {
    return static_cast<double>(wide::digits(*this)) / static_cast<double>(power_of_ten(scale_));
}

decimal operator+(const decimal& a, const decimal& b) {
    using wide = decimal::wide;
    const int scale = std::max(a.scale_, b.scale_);
    return wide::canonical(wide::widened(a, scale - a.scale_) + wide::widened(b, scale - b.scale_), scale);
}

decimal operator-(const decimal& a, const decimal& b) { return a + -b; }

decimal operator*(const decimal& a, const decimal& b) {
    using wide = decimal::wide;
    return wide::canonical(int256_t{wide::digits(a)} * int256_t{wide::digits(b)}, a.scale_ + b.scale_);
}

decimal decimal::operator-() const {
    auto made = *this;
    made.is_negative_ = !is_zero() && !is_negative_;
    return made;
}

decimal decimal::divided_by(const decimal& divisor, int scale, rounding mode) const {
    SMARTTRADE_ASSERT(scale >= 0 && scale <= digits_max);
    if (divisor.is_zero()) throw decimal_overflow{"division by zero"};
    // digits/10^s : d/10^t = digits * 10^(scale + t - s) / d at `scale` decimals; shift on the side that grows.
    const int shift = scale + divisor.scale_ - scale_;
    int256_t numerator = wide::digits(*this);
    int256_t denominator = wide::digits(divisor);
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
    return wide::canonical(divide(numerator, denominator, mode), scale);
}

decimal decimal::rounded(int scale, rounding mode) const {
    if (scale >= scale_) return *this;
    return divided_by(decimal{1}, scale, mode);
}

decimal decimal::rounded_to_step(const decimal& step, rounding mode) const {
    SMARTTRADE_ASSERT(step.sign() > 0);
    return divided_by(step, 0, mode) * step;
}

bool decimal::is_multiple_of(const decimal& step) const {
    SMARTTRADE_ASSERT(step.sign() > 0);
    if (high_ == 0 && step.high_ == 0 && std::abs(scale_ - step.scale_) <= 19) { // nearly all amounts
        const auto widen = [](const decimal& of, int by) {
            return double_word{of.low_} * word_powers[static_cast<std::size_t>(std::max(by, 0))];
        };
        return widen(*this, step.scale_ - scale_) % widen(step, scale_ - step.scale_) == 0;
    }
    return rounded_to_step(step, rounding::down) == *this;
}

std::int64_t decimal::scaled(int scale, rounding mode) const {
    SMARTTRADE_ASSERT(scale >= 0 && scale <= 18);
    constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
    std::uint64_t made = 0;
    bool fits = high_ == 0 && scale_ <= scale; // nearly always: a price in its own decimals
    if (fits) fits = !__builtin_mul_overflow(low_, word_powers[static_cast<std::size_t>(scale - scale_)], &made);
    if (!fits) {
        const auto shifted =
            rounded(scale, mode) * decimal{static_cast<std::int64_t>(word_powers[static_cast<std::size_t>(scale)])};
        made = shifted.high_ == 0 ? shifted.low_ : largest + 1;
    }
    if (made > largest) throw decimal_overflow{"a whole number needs more than 64 bits"};
    return is_negative_ ? -static_cast<std::int64_t>(made) : static_cast<std::int64_t>(made);
}

std::strong_ordering operator<=>(const decimal& a, const decimal& b) {
    if (a.sign() != b.sign()) return a.sign() <=> b.sign();
    if (a.high_ == 0 && b.high_ == 0 && std::abs(a.scale_ - b.scale_) <= 19) { // nearly all amounts
        const auto widen = [](const decimal& of, int by) {
            return double_word{of.low_} * word_powers[static_cast<std::size_t>(std::max(by, 0))];
        };
        const auto left = widen(a, b.scale_ - a.scale_);
        const auto right = widen(b, a.scale_ - b.scale_);
        if (left == right) return std::strong_ordering::equal;
        return (left < right) != a.is_negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    const int scale = std::max(a.scale_, b.scale_);
    const int256_t left = decimal::wide::widened(a, scale - a.scale_);
    const int256_t right = decimal::wide::widened(b, scale - b.scale_);
    return left < right   ? std::strong_ordering::less
           : left > right ? std::strong_ordering::greater
                          : std::strong_ordering::equal;
}

} // namespace smarttrade::money
