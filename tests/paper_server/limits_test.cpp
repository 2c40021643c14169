#include <doctest/doctest.h>

#include "paper_server/client.hpp"
#include "paper_server/request_limits.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using namespace std::chrono_literals;

TEST_CASE("rate limits: request 101 of a minute is refused, and everything for five minutes") {
    client api;
    for (int i = 0; i < 100; ++i) CHECK(api.get("/ver1/validate").status == 200);
    const auto refused = api.get("/ver1/validate");
    CHECK(refused.status == 429);
    CHECK(json::serialize(refused.body) == R"({"error":"too_many_requests"})");
    api.tick(R"({"advance_ms":299999})");
    CHECK(api.post(limit_buy()).status == 429);
    api.tick(R"({"advance_ms":1})");
    CHECK(api.post(limit_buy()).status == 201);
}

TEST_CASE("rate limits: list 41 of ten seconds is refused, and lists alone for ten seconds") {
    client api;
    for (int i = 0; i < 40; ++i) CHECK(api.get("/v2/smart_trades").status == 200);
    CHECK(api.get("/v2/smart_trades").status == 429);
    CHECK(api.get("/ver1/validate").status == 200);
    api.tick(R"({"advance_ms":10000})");
    CHECK(api.get("/v2/smart_trades").status == 200);
}

TEST_CASE("rate limits: any sixty seconds count, not only whole minutes of the clock") {
    client api;
    api.tick(R"({"advance_ms":59000})");
    for (int i = 0; i < 60; ++i) CHECK(api.get("/ver1/validate").status == 200);
    api.tick(R"({"advance_ms":2000})");
    for (int i = 0; i < 40; ++i) CHECK(api.get("/ver1/validate").status == 200);
    CHECK(api.get("/ver1/validate").status == 429);
}

TEST_CASE("rate limits: each key has its own, and strangers, ticks and refused signatures cost nothing") {
    auto how = manual_options();
    how.keys.push_back({"second", "other"});
    client api{how};
    for (int i = 0; i < 200; ++i) {
        api.tick();
        CHECK(api.raw("GET", "/public/api/ver1/validate", "", {{"Apikey", "key"}, {"Signature", "00"}}).status == 401);
    }
    for (int i = 0; i < 101; ++i) api.get("/ver1/validate");
    CHECK(api.get("/ver1/validate").status == 429);
    const auto signature = wire::sign_hmac("other", "/public/api/ver1/validate");
    CHECK(api.raw("GET", "/public/api/ver1/validate", "", {{"Apikey", "second"}, {"Signature", signature}}).status
          == 200);
}

TEST_CASE("rate limits: a slot comes free a whole window after it was taken") {
    using paper_server::request_limits;
    request_limits limits;
    const auto start = base::parse_utc("2026-03-02T09:00:30.000Z").value();
    const auto admitted = request_limits::verdict::admitted;
    for (int i = 0; i < 100; ++i) CHECK(limits.admit("key", "GET", "/ver1/validate", start) == admitted);
    CHECK(limits.admit("key", "GET", "/ver1/validate", start + 60s) == admitted);
}

TEST_CASE(
    "rate limits: who goes on through so many 429 is banned for ten minutes, with every key, and told until when") {
    auto how = manual_options();
    how.keys.push_back({"second", "other"});
    how.ban_after = 3;
    client api{how};
    for (int i = 0; i < 100; ++i) api.get("/ver1/validate");
    for (int i = 0; i < 3; ++i) CHECK(api.get("/ver1/validate").status == 429);
    const auto banned = api.get("/ver1/validate");
    CHECK(banned.status == 418);
    CHECK(banned.text("error") == "ip_banned");
    CHECK(http::find_header(banned.headers, "Retry-After") == "600");
    api.tick(R"({"advance_ms":599001})");
    const auto signature = wire::sign_hmac("other", "/public/api/ver1/validate");
    const auto other =
        api.raw("GET", "/public/api/ver1/validate", "", {{"Apikey", "second"}, {"Signature", signature}});
    CHECK(other.status == 418);
    CHECK(http::find_header(other.headers, "Retry-After") == "1");
    CHECK(api.raw("GET", "/public/api/ver1/ping").status == 200);
    api.tick(R"({"advance_ms":999})");
    for (int i = 0; i < 100; ++i) CHECK(api.get("/ver1/validate").status == 200); // a fresh window, and no block
}

TEST_CASE("rate limits: answers 429 of an earlier block do not count towards a ban") {
    auto how = manual_options();
    how.ban_after = 3;
    client api{how};
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 40; ++i) REQUIRE(api.get("/v2/smart_trades").status == 200);
        for (int i = 0; i < 3; ++i) CHECK(api.get("/v2/smart_trades").status == 429);
        api.tick(R"({"advance_ms":60000})");
    }
}
