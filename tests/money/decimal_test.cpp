#include "money/decimal.hpp"

#include <boost/multiprecision/cpp_int.hpp>
#include <doctest/doctest.h>

#include "base/prng.hpp"

using namespace smarttrade;
using boost::multiprecision::cpp_int;
using money::decimal;
using money::rounding;

namespace {

decimal d(std::string_view text) {
    const auto value = decimal::parse(text);
    REQUIRE_MESSAGE(value, text);
    return *value;
}

/// A number as digits / 10^scale without any limit: the oracle.
struct exact {
    cpp_int digits;
    int scale = 0;

    decimal as_decimal() const { return d(text()); }
    std::string text() const {
        auto all = cpp_int{abs(digits)}.str();
        const auto decimals = static_cast<std::size_t>(scale);
        if (all.size() <= decimals) all.insert(0, decimals + 1 - all.size(), '0');
        if (scale > 0) all.insert(all.size() - decimals, 1, '.');
        return (digits < 0 ? "-" : "") + all;
    }
};

cpp_int power(int n) { return pow(cpp_int{10}, static_cast<unsigned>(n)); }

exact draw(base::prng& random, int digits_max) {
    const auto length = 1 + random.below(static_cast<std::uint64_t>(digits_max));
    exact made;
    for (std::uint64_t i = 0; i < length; ++i) made.digits = made.digits * 10 + random.below(10);
    if (random.below(2) == 0) made.digits = -made.digits;
    made.scale = static_cast<int>(random.below(length + 1));
    return made;
}

/// numerator / denominator as a whole number.
cpp_int divided(cpp_int numerator, cpp_int denominator, rounding mode) {
    if (denominator < 0) {
        numerator = -numerator;
        denominator = -denominator;
    }
    cpp_int quotient = numerator / denominator;
    const cpp_int twice = 2 * abs(numerator % denominator);
    if (twice == 0) return quotient;
    const bool away =
        mode == rounding::up
        || (mode == rounding::half_even && (twice > denominator || (twice == denominator && quotient % 2 != 0)));
    return away ? cpp_int{quotient + (numerator < 0 ? -1 : 1)} : quotient;
}

constexpr rounding modes[]{rounding::down, rounding::up, rounding::half_even};

} // namespace

TEST_CASE("decimal: reads plain decimals and nothing else") {
    for (const auto* text :
         {"0", "1", "-1", "0.1", "60000.00000001", "12345678901234567890123456789012345678",
          "0.00000000000000000000000000000000000001", "1.000000000000000000000000000000000000000000"})
        CHECK(decimal::parse(text));
    for (const auto* text :
         {"", "-", ".5", "5.", "1e5", "1_000", "1,5", " 1", "1 ", "+1", "--1", "NaN", "inf", "0x1", "1.2.3",
          "123456789012345678901234567890123456789", "0.000000000000000000000000000000000000001"})
        CHECK_FALSE(decimal::parse(text));
}

TEST_CASE("decimal: a short text is read as the same text with zeros before it") {
    constexpr std::string_view drawn_from = "0123456789.-e";
    const std::string zeros(20, '0');
    for (std::uint64_t seed = 0; seed < 50'000; ++seed) {
        base::prng random{seed};
        std::string text;
        for (auto n = random.below(20); n > 0; --n) text += drawn_from[random.below(random.below(3) > 0 ? 11 : 13)];
        CAPTURE(text);
        const bool has_digit_first = !text.empty() && text[0] >= '0' && text[0] <= '9';
        const auto read = decimal::parse(text);
        CHECK((has_digit_first || text.starts_with('-') || !read));
        if (has_digit_first) CHECK(read == decimal::parse(zeros + text));
        if (has_digit_first && text.size() < 19) CHECK(decimal::parse("-" + text) == decimal::parse("-" + zeros + text));
    }
}

TEST_CASE("decimal: prints as the API does, and short for people") {
    struct row {
        const char* text;
        const char* full;
        const char* brief;
    };
    for (const row& r : {row{"15", "15.0", "15"}, row{"15.00", "15.0", "15"}, row{"0.10", "0.1", "0.1"},
                         row{"-0", "0.0", "0"}, row{"-0.05", "-0.05", "-0.05"}, row{"1200", "1200.0", "1200"}}) {
        CAPTURE(r.text);
        CHECK(d(r.text).to_string() == r.full);
        CHECK(d(r.text).to_short_string() == r.brief);
    }
}

TEST_CASE("decimal: parse(print(x)) == x, and equal numbers are equal however they were written") {
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        CAPTURE(seed);
        base::prng random{seed};
        const auto x = draw(random, 38).as_decimal();
        CHECK(d(x.to_string()) == x);
        CHECK(d(x.to_short_string()) == x);
        CHECK(d(x.to_string() + "000") == x);
    }
}

TEST_CASE("decimal: sums, products and order are those of whole numbers without limit") {
    for (std::uint64_t seed = 0; seed < 3000; ++seed) {
        CAPTURE(seed);
        base::prng random{seed};
        const auto a = draw(random, 18);
        const auto b = draw(random, 18);
        const auto x = a.as_decimal();
        const auto y = b.as_decimal();
        const int scale = std::max(a.scale, b.scale);
        const cpp_int left = a.digits * power(scale - a.scale);
        const cpp_int right = b.digits * power(scale - b.scale);
        CHECK(x + y == exact{left + right, scale}.as_decimal());
        CHECK(x - y == exact{left - right, scale}.as_decimal());
        CHECK(x * y == exact{a.digits * b.digits, a.scale + b.scale}.as_decimal());
        CHECK((x < y) == (left < right));
        CHECK((x == y) == (left == right));
    }
}

TEST_CASE("decimal: order is that of whole numbers for numbers of every length and sign") {
    for (std::uint64_t seed = 0; seed < 3000; ++seed) {
        CAPTURE(seed);
        base::prng random{seed};
        const auto a = draw(random, 1 + static_cast<int>(random.below(38)));
        const auto b = draw(random, 1 + static_cast<int>(random.below(38)));
        const int scale = std::max(a.scale, b.scale);
        const cpp_int left = a.digits * power(scale - a.scale);
        const cpp_int right = b.digits * power(scale - b.scale);
        CHECK((a.as_decimal() < b.as_decimal()) == (left < right));
        CHECK((-a.as_decimal() <= b.as_decimal()) == (-left <= right));
        CHECK((a.as_decimal() <=> a.as_decimal()) == std::strong_ordering::equal);
        CHECK(a.as_decimal().sign() == a.digits.sign());
        CHECK(-(-a.as_decimal()) == a.as_decimal());
    }
}

TEST_CASE("decimal: as a whole number of its decimals it is exact, or cut as told, or an error") {
    CHECK(d("60000.01").scaled(8, rounding::down) == 6'000'001'000'000);
    CHECK(d("-0.00000001").scaled(8, rounding::down) == -1);
    CHECK(d("1.23456789012").scaled(8, rounding::down) == 123'456'789);
    CHECK(d("1.23456789012").scaled(8, rounding::up) == 123'456'790);
    CHECK(d("-1.23456789012").scaled(8, rounding::up) == -123'456'790);
    CHECK(d("9223372036854775807").scaled(0, rounding::down) == INT64_MAX);
    CHECK_THROWS_AS(d("9223372036854775808").scaled(0, rounding::down), money::decimal_overflow);
    CHECK_THROWS_AS(d("92233720368547758.08").scaled(3, rounding::down), money::decimal_overflow);
}

TEST_CASE("decimal: division and rounding cut exactly as they are told to") {
    for (std::uint64_t seed = 0; seed < 3000; ++seed) {
        CAPTURE(seed);
        base::prng random{seed};
        const auto a = draw(random, 15);
        auto b = draw(random, 9);
        if (b.digits == 0) b.digits = 7;
        const int scale = static_cast<int>(random.below(9));
        for (const auto mode : modes) {
            CAPTURE(static_cast<int>(mode));
            const auto quotient = divided(a.digits * power(scale + b.scale), b.digits * power(a.scale), mode);
            CHECK(a.as_decimal().divided_by(b.as_decimal(), scale, mode) == exact{quotient, scale}.as_decimal());
            const auto cut = divided(a.digits * power(scale), power(a.scale), mode);
            CHECK(a.as_decimal().rounded(scale, mode) == exact{cut, scale}.as_decimal());
        }
    }
}

TEST_CASE("decimal: rounding to a step gives a multiple on the side that was asked for") {
    CHECK(d("60000.019").rounded_to_step(d("0.01"), rounding::down) == d("60000.01"));
    CHECK(d("60000.011").rounded_to_step(d("0.01"), rounding::up) == d("60000.02"));
    CHECK(d("7").rounded_to_step(d("5"), rounding::half_even) == d("5"));
    CHECK(d("-60000.02").is_multiple_of(d("0.01")));
    CHECK_FALSE(d("60000.025").is_multiple_of(d("0.01")));
    CHECK(decimal{}.is_multiple_of(d("0.00000000000000000000000001")));
    CHECK(d("18446744073709551615").is_multiple_of(d("0.0000000000000000005")));
    CHECK_FALSE(d("0.1").is_multiple_of(d("18446744073709551615")));
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
        CAPTURE(seed);
        base::prng random{seed};
        const auto x = draw(random, 15).as_decimal();
        const auto step = draw(random, 6).as_decimal().abs();
        if (step.is_zero()) continue;
        const auto low = x.rounded_to_step(step, rounding::down);
        CHECK(low.is_multiple_of(step));
        CHECK(x.is_multiple_of(step) == (low == x));
        CHECK(low.abs() <= x.abs());
        CHECK((x - low).abs() < step);
        CHECK(x.rounded_to_step(step, rounding::up).abs() >= x.abs());
    }
}

TEST_CASE("decimal: more than 38 digits and a division by zero are errors, never a wrong number") {
    const auto large = d("99999999999999999999999999999999999999");
    CHECK_THROWS_AS(large + decimal{1}, money::decimal_overflow);
    CHECK_THROWS_AS(large * decimal{2}, money::decimal_overflow);
    CHECK_THROWS_AS(large * large, money::decimal_overflow);
    CHECK_THROWS_AS(-large - decimal{1}, money::decimal_overflow);
    CHECK_THROWS_AS(d("0.00000000000000000000000000000000000001") * d("0.1"), money::decimal_overflow);
    CHECK_THROWS_AS(decimal{1}.divided_by(decimal{}, 8, rounding::down), money::decimal_overflow);
    CHECK_THROWS_AS(large.divided_by(d("0.0000000001"), 8, rounding::down), money::decimal_overflow);
    CHECK(large - decimal{1} == d("99999999999999999999999999999999999998"));
}
