#include "wire/http_date.hpp"

#include <doctest/doctest.h>

using namespace smarttrade;
using wire::parse_http_date;

TEST_CASE("http_date: the server's Date is read to the second") {
    CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == base::parse_utc("1994-11-06T08:49:37Z"));
    CHECK(parse_http_date("Mon, 29 Feb 2024 23:59:59 GMT") == base::parse_utc("2024-02-29T23:59:59Z"));
}

TEST_CASE("http_date: what we write is what we read, to the second") {
    const auto at = base::parse_utc("1994-11-06T08:49:37.999Z").value();
    CHECK(wire::format_http_date(at) == "Sun, 06 Nov 1994 08:49:37 GMT");
    for (int day = 0; day < 400; ++day) {
        const auto then = std::chrono::floor<std::chrono::seconds>(at) + std::chrono::days{day};
        CHECK(parse_http_date(wire::format_http_date(then)) == then);
    }
}

TEST_CASE("http_date: anything else is no date") {
    for (const char* text :
         {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 CET",
          "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 30 Feb 2024 08:49:37 GMT", "Sun, 06 Now 1994 08:49:37 GMT",
          "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, -6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT "}) {
        CAPTURE(std::string{text});
        CHECK_FALSE(parse_http_date(text).has_value());
    }
}
