#include <doctest/doctest.h>

#include "trade/random_request.hpp"
#include "trade/rules.hpp"

using namespace smarttrade;
using test::random_request;

TEST_CASE("write_request: what is written reads back as the same request") {
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        CAPTURE(seed);
        const auto request = random_request{seed}.draw();
        for (const auto who : {trade::strictness::author, trade::strictness::exchange}) {
            const auto reading = trade::read_request(trade::write_request(request), who);
            REQUIRE_MESSAGE(reading.request, (reading.violations.empty() ? "" : reading.violations[0].message));
            CHECK(*reading.request == request);
        }
    }
}
