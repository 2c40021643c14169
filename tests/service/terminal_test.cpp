#include <doctest/doctest.h>

#include "service/terminal.hpp"

using namespace smarttrade::service;

TEST_CASE("terminal: text is measured and cut by characters, never inside of one") {
    CHECK(columns_of("µ=1") == 3);
    CHECK(padded("µ", 3) == "µ  ");
    CHECK(padded("long", 2) == "long");
    CHECK(cut_to("µµµµµ", 5) == "µµµµµ");
    CHECK(cut_to("µµµµµ", 4) == "µ...");
    CHECK(cut_to("abcdef", 3) == "abc");
    CHECK(cut_to("abcdef", 0).empty());
}

TEST_CASE("terminal: wrapped text keeps its words whole and hangs from its indent") {
    CHECK(wrapped("one two three", 80, 2) == "one two three");
    CHECK(wrapped("one two three", 7, 2) == "one two\n  three");
    CHECK(wrapped("one two three", 9, 2, 4) == "one\n  two\n  three");
    CHECK(wrapped("smarttraded-is-longer-than-that", 10, 2) == "smarttraded-is-longer-than-that");
    CHECK(wrapped("", 10, 2).empty());
}

TEST_CASE("terminal: colour is only there where it is wanted") {
    CHECK(painted("x", ink::red, colours::on) == "\x1b[31mx\x1b[0m");
    CHECK(painted("x", ink::red, colours::off) == "x");
    CHECK(painted("x", "", colours::on) == "x");
}
