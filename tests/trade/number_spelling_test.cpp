#include "trade/number_spelling.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace smarttrade;

TEST_CASE("number_spelling: a number in another spelling names the plain one") {
    struct row {
        const char* written;
        const char* wanted; ///< empty: no guess
    };
    for (const row& r : {row{"1_000", "1000"},
                         row{"1,000", "1000"},
                         row{"1,000,000.5", "1000000.5"},
                         row{"1e-5", "0.00001"},
                         row{"6E4", "60000"},
                         row{"1.5e+3", "1500"},
                         row{"010", "10"},
                         row{".5", "0.5"},
                         row{"5.", "5"},
                         row{"+3", "3"},
                         row{"1e999999999", ""},
                         row{"1e99", ""},
                         row{"0x1F", ""},
                         row{"1,00", "1"},
                         row{"0,001", "0.001"},
                         row{"$5", "5"},
                         row{"5 USD", "5"},
                         row{"%5", "5%"},
                         row{"58 000", "58000"},
                         row{"1 058 000.5", "1058000.5"},
                         row{"58k", "58000"},
                         row{"0.5 K", "500"},
                         row{"58 00", ""},
                         row{"5 m", "5"},
                         row{"k", ""},
                         row{"1,2,3", ""},
                         row{"5 per cent", ""},
                         row{"ten", ""},
                         row{"", ""},
                         row{"e", ""},
                         row{"1e", ""},
                         row{"--1", ""}}) {
        CAPTURE(r.written);
        CHECK(trade::wanted_spelling(r.written).value_or("") == std::string{r.wanted});
        CHECK_FALSE(trade::is_plain_number(r.written));
    }
}

TEST_CASE("number_spelling: plain decimals are plain") {
    for (const auto* text : {"0", "0.1", "10", "60000.00000001", "100.0"}) CHECK(trade::is_plain_number(text));
}
