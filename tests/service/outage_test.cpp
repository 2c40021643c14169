#include <doctest/doctest.h>

#include "service/outage.hpp"

using namespace smarttrade;
using namespace std::chrono_literals;

TEST_CASE("F20: forty minutes of failures every five seconds are a handful of lines, then one at the end") {
    service::outage trouble;
    async::mono_time now{};
    int lines = 0;
    for (; now < async::mono_time{} + 40min; now += 5s) lines += trouble.failed(now) ? 1 : 0;
    CHECK(lines == 6); // at 0, 1, 3, 7, 15 and 31 minutes
    CHECK(trouble.failures() == 480);
    CHECK(trouble.recovered(now) == 2400s);
    CHECK_FALSE(trouble.recovered(now).has_value());
    CHECK(trouble.failed(now));
}
