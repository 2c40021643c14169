#include "base/utc_time.hpp"

#include <initializer_list>

#include <doctest/doctest.h>

#include "base/prng.hpp"

using namespace smarttrade::base;

TEST_CASE("utc_time: what is printed reads back") {
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        CAPTURE(seed);
        const utc_time at{std::chrono::milliseconds{static_cast<std::int64_t>(prng{seed}.below(4'000'000'000'000))}};
        CHECK(parse_utc(format_utc(at)) == at);
    }
}

TEST_CASE("utc_time: the API's form and ISO forms with a zone are read") {
    const auto at = parse_utc("2024-08-12T16:24:38.360Z");
    REQUIRE(at);
    CHECK(format_utc(*at) == "2024-08-12T16:24:38.360Z");
    CHECK(parse_utc("2024-08-12T16:24:38.36Z") == at);
    CHECK(parse_utc("2024-08-12T16:24:38.360999999Z") == at);
    CHECK(parse_utc("2024-08-12T17:24:38.360+01:00") == at);
    CHECK(parse_utc("2024-08-12T10:54:38.360-05:30") == at);
    CHECK(parse_utc("2024-02-29T00:00:00Z"));
    CHECK(format_utc(utc_time{}) == "1970-01-01T00:00:00.000Z");
}

TEST_CASE("utc_time: a time without a zone, an impossible day and trailing text are nothing") {
    for (const auto* text : {"", "2024-08-12", "2024-08-12T16:24:38", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z",
                             "2024-08-12T25:00:00Z", "2024-08-12T16:24:38.Z", "2024-08-12T16:24:38Zx",
                             "2024-08-12T16:24:38+1:00", "-024-08-12T16:24:38Z", "2024-08-12T16:24:38.1234567890Z"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_utc(text));
    }
}
