#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace smarttrade::money {

/// How a result is cut that has more digits than asked for. There is no default: whoever rounds says which way.
enum class rounding { down, up, half_even }; ///< down: towards zero; up: away from zero

/// A sum or product that needs more than 38 digits, or a division by zero. Reading hostile input, check ranges first.
struct decimal_overflow : std::overflow_error {
    using std::overflow_error::overflow_error;
};

/// An exact decimal number: a coefficient of at most 38 digits and a scale (design.md 8). The API sends up to 27
/// decimals. Kept canonical (no trailing zero decimals), so equal numbers have equal members.
class [[gnu::packed]] decimal {
public:
    static constexpr int digits_max = 38;

    decimal() = default; ///< zero
    explicit decimal(std::int64_t whole) : decimal{whole, 0} {}
    decimal(std::int64_t digits, int scale); ///< digits / 10^scale; scale 0..38

    /// `-12.50`, `12`, `0.1`: an optional minus, digits, and perhaps a point with digits on both sides. Nothing for
    /// anything else (exponents, `.5`, `1_000`, NaN) and for more than 38 significant digits.
    static std::optional<decimal> parse(std::string_view text);

    /// As the API prints: always a fraction (`15.0`), never an exponent.
    std::string to_string() const;
    /// The shortest form: `15`, `0.1`. For people and plan text.
    std::string to_short_string() const;

    int sign() const { return is_zero() ? 0 : is_negative_ ? -1 : 1; }
    bool is_zero() const { return low_ == 0 && high_ == 0; }
    int scale() const { return scale_; } ///< decimals after the point, 0..38
    double approximate() const;          ///< for metrics and pictures; money decisions never use it

    friend decimal operator+(const decimal& a, const decimal& b);
    friend decimal operator-(const decimal& a, const decimal& b);
    friend decimal operator*(const decimal& a, const decimal& b);
    decimal operator-() const;
    decimal abs() const { return sign() < 0 ? -*this : *this; }

    /// This over `divisor`, cut to `scale` decimals. Throws decimal_overflow for a zero divisor.
    decimal divided_by(const decimal& divisor, int scale, rounding mode) const;
    decimal rounded(int scale, rounding mode) const;
    /// The nearest multiple of `step` (> 0) in the direction of `mode`.
    decimal rounded_to_step(const decimal& step, rounding mode) const;
    bool is_multiple_of(const decimal& step) const;
    /// This times 10^scale as a whole number, for code that compares very many; scale 0..18. Throws decimal_overflow
    /// for what does not fit a machine word.
    std::int64_t scaled(int scale, rounding mode) const;

    friend bool operator==(const decimal& a, const decimal& b) = default;
    friend std::strong_ordering operator<=>(const decimal& a, const decimal& b);

private:
    static std::optional<decimal> parse_short(std::string_view text);

    struct wide; ///< to Boost's big integers and back, which only decimal.cpp includes: they take a second to compile

    // The coefficient as magnitude and sign, packed: Boost's own type needs 32 bytes for it, a trade holds some fifty
    // decimals, and the daemon thousands of trades. So one takes 18 bytes, and one that may be absent 19.
    std::uint64_t low_ = 0, high_ = 0;
    std::int8_t scale_ = 0;
    bool is_negative_ = false; ///< never of zero, so that equal numbers have equal members
};

} // namespace smarttrade::money
