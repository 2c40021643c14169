#include "wire/decimal_text.hpp"

#include <doctest/doctest.h>

#include <string>

using smarttrade::wire::read_decimal;

TEST_CASE("F28: numbers with exponents keep every digit") {
    struct row {
        const char* text;
        const char* value;
    };
    for (const row& r : {row{"8.6e-07", "0.00000086"}, row{"1E-1", "0.1"}, row{"1.5e+3", "1500.0"}, row{"2e0", "2.0"},
                         row{"-1e2", "-100.0"}, row{"0.001", "0.001"}, row{"12", "12.0"},
                         row{"0.000000000000000000000000001", "0.000000000000000000000000001"},
                         row{"1e-38", "0.00000000000000000000000000000000000001"}}) {
        CAPTURE(r.text);
        const auto read = read_decimal(r.text);
        REQUIRE(read.has_value());
        CHECK(read->to_string() == r.value);
    }
}

TEST_CASE("decimal_text: what a decimal cannot hold is nothing, never a near number") {
    for (const char* text : {"1e400", "1e-39", "1e38", "99e37", "1.1e-38", "1e", "e5", "1e+", "1e1.5", "NaN",
                             "Infinity", "", "1e999999999999999999999", "0x10", "1e+-2", "1e 2"}) {
        CAPTURE(text);
        CHECK_FALSE(read_decimal(text));
    }
}
