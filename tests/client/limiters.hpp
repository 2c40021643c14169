#pragma once

#include <doctest/doctest.h>

#include <algorithm>

#include "client/rate_limiter.hpp"

namespace smarttrade::test {

using namespace smarttrade::client;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

inline constexpr mono_time start{};
inline constexpr nanoseconds guard = 5ms + 6ms; // 5 ms and 100 ppm of 60 s
inline const std::vector<rate_limit> documented{{"", 100, 60s, 300s, 5}, {"GET /v2/smart_trades", 40, 10s, 10s, 0}};

inline rate_limiter make(std::vector<rate_limit> limits) {
    return {std::move(limits), 15s, std::make_shared<ip_ban>()};
}

/// Asks and admits at once; asserted that it may leave.
inline ticket send(rate_limiter& limiter, mono_time now, std::string_view request = "GET /x", lane who = lane::cancel) {
    const auto id = limiter.ask(who, request, now);
    const auto admitted = limiter.admit(now);
    REQUIRE(admitted.size() == 1);
    REQUIRE(admitted[0].id == id);
    return id;
}

inline std::size_t place_of(const std::vector<held_slot>& all, ticket id) {
    return static_cast<std::size_t>(std::ranges::find(all, id, &held_slot::id) - all.begin());
}

} // namespace smarttrade::test
