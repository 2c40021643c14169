#include "golden/flawed_way.hpp"

namespace smarttrade::golden {

namespace {

using namespace std::chrono_literals;

constexpr auto round_trip = 31ms;

http::response bad_gateway() { return {502, "<html><body>502 Bad Gateway</body></html>", {}}; }

http::response unauthorized() {
    return {401,
            R"({"error":"api_key_invalid_or_expired","error_description":"Unauthorized. Invalid or expired api key."})",
            {{"X-Request-Id", "5f0c6a1e7d2b4c90a8e3f1b2c4d5e6f7"}}};
}

} // namespace

asio::awaitable<http::send_result> flawed_way::send(http::request what, async::mono_time deadline) {
    if (state_ == state::silent) {
        const auto waited = std::chrono::floor<std::chrono::milliseconds>(deadline - clock_.now());
        co_await clock_.sleep_until(deadline);
        auto text = "connect to 203.0.113.80:443: no answer within " + std::to_string(waited.count()) + " ms";
        co_return http::send_failure{true, std::move(text)};
    }
    const bool is_revoked = revoked_.contains(std::string{http::find_header(what.headers, "Apikey")});
    if (state_ == state::open && !is_revoked) co_return co_await over_.send(std::move(what), deadline);
    co_await clock_.sleep_until(clock_.now() + round_trip);
    if (is_revoked) co_return unauthorized();
    co_return bad_gateway();
}

} // namespace smarttrade::golden
