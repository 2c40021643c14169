#pragma once

#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "loopback.hpp"
#include "support/scripted_server.hpp"

namespace smarttrade::test {

inline constexpr auto ample = std::chrono::seconds{20}; // a deadline that shall not pass

enum class ends { replied, unknown, not_sent };

inline ends end_of(const http::send_result& reply) {
    if (reply) return ends::replied;
    return reply.error().not_sent ? ends::not_sent : ends::unknown;
}

inline std::string told(const http::send_result& reply) {
    return reply ? std::to_string(reply->status) + ' ' + reply->body : reply.error().reason;
}

/// The same after how far it came, if there is no reply.
inline std::string verdict(const http::send_result& reply) {
    if (reply) return told(reply);
    return (reply.error().not_sent ? "not sent: " : "unknown: ") + told(reply);
}

/// One good request, after whatever has happened.
inline asio::awaitable<void> check_usable(http::transport& client, world& w) {
    auto what = post();
    const auto reply = co_await client.send(std::move(what), w.time.now() + ample);
    CHECK(told(reply) == "200 good");
}

struct row {
    const char* name;
    server_script script;
    ends expected;
    std::string told; ///< the beginning of it
};

} // namespace smarttrade::test
