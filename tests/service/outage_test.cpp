#include <doctest/doctest.h>

#include "service/outage.hpp"

using namespace smarttrade;
using namespace std::chrono_literals;

TEST_CASE("F20: forty minutes of failures every five seconds are a handful of lines, then one at the end") {
    service::outage trouble;
    async::mono_time now{};
    int lines = 0;
    for (; now < async::mono_time{} + 40min; now += 5s) lines += trouble.failed(now, service::event::api_down) ? 1 : 0;
    CHECK(lines == 6); // at 0, 1, 3, 7, 15 and 31 minutes
    CHECK(trouble.failures() == 480);
    const auto over = trouble.recovered(now);
    REQUIRE(over);
    CHECK(over->lasted == 2400s);
    CHECK(over->kinds == std::set{service::event::api_down});
    CHECK_FALSE(trouble.recovered(now).has_value());
    CHECK(trouble.failed(now, service::event::api_down));
}

TEST_CASE("outage: another kind of trouble is told at once, but each kind only once out of turn") {
    using enum service::event;
    service::outage trouble;
    const async::mono_time start{};
    CHECK(trouble.failed(start, api_down));
    CHECK_FALSE(trouble.failed(start + 5s, api_down));
    CHECK(trouble.failed(start + 10s, key_refused));
    CHECK_FALSE(trouble.failed(start + 15s, api_down)); // it comes and goes: not a line each time
    CHECK_FALSE(trouble.failed(start + 20s, key_refused));
    CHECK(trouble.failed(start + 60s, key_refused));
    CHECK(trouble.recovered(start + 70s)->kinds == std::set{api_down, key_refused});
}
