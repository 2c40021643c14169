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
    "rate limits: who goes on through so many 429 is banned for two minutes, with every key, and told until when") {
    auto how = manual_options();
    how.keys.push_back({"second", "other"});
    how.ban_after = 3;
    client api{how};
    for (int i = 0; i < 100; ++i) api.get("/ver1/validate");
    for (int i = 0; i < 3; ++i) CHECK(api.get("/ver1/validate").status == 429);
    const auto banned = api.get("/ver1/validate");
    CHECK(banned.status == 418);
    CHECK(banned.text("error") == "ip_banned");
    CHECK(http::find_header(banned.headers, "Retry-After") == "120");
    api.tick(R"({"advance_ms":119001})");
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

namespace {

using paper_server::request_limits;
const auto noon = base::parse_utc("2026-03-02T12:00:00.000Z").value();

/// What `count` requests at one moment come to: how many of each verdict.
std::string verdicts(request_limits& limits, const char* path, int count, base::utc_time at) {
    std::string made;
    for (int i = 0; i < count; ++i) {
        const auto v = limits.admit("key", "GET", path, at);
        made += v == request_limits::verdict::admitted ? 'a' : v == request_limits::verdict::throttled ? 't' : 'b';
    }
    return made;
}
std::string times(std::size_t count, char what) { return std::string(count, what); }

constexpr auto any = "/ver1/validate";
constexpr auto list = "/v2/smart_trades";

} // namespace

TEST_CASE("rate limits: what counts, what is refused, and when it is over (api.md B)") {
    struct row {
        const char* name;
        std::chrono::milliseconds after; ///< the first requests
        const char* first_path;
        int first;
        const char* then_path;
        int then;
        std::string expected;
    };
    for (const row& r : {
             row{"a hundred", 0s, any, 99, any, 1, "a"},
             row{"one too many", 0s, any, 100, any, 1, "t"},
             row{"a minute later", 60s, any, 100, any, 1, "a"},
             row{"within the block", 299'999ms, any, 101, any, 1, "t"},
             row{"the block is over", 300s, any, 101, any, 100, times(100, 'a')},
             row{"the block of all holds lists back", 20s, any, 101, list, 1, "t"},
             row{"lists are counted among all", 0s, list, 40, any, 61, times(60, 'a') + "t"},
             row{"forty lists", 0s, list, 39, list, 2, "at"},
             row{"a list by id is none", 0s, list, 40, "/v2/smart_trades/7", 1, "a"},
             row{"within the block of lists", 9'999ms, list, 41, list, 1, "t"},
             row{"the block of lists is over", 10s, list, 41, list, 40, times(40, 'a')},
             row{"refused lists count among all", 0s, list, 45, any, 56, times(55, 'a') + "t"},
         }) {
        CAPTURE(std::string{r.name});
        request_limits limits;
        verdicts(limits, r.first_path, r.first, noon);
        CHECK(verdicts(limits, r.then_path, r.then, noon + r.after) == r.expected);
    }
    request_limits limits;
    verdicts(limits, any, 101, noon);
    verdicts(limits, any, 5, noon + 299s); // knocks at the closed door
    CHECK(verdicts(limits, any, 96, noon + 300s) == times(95, 'a') + "t");
}

TEST_CASE("rate limits: bans grow from two minutes to three days, and a quiet day begins anew (api.md B)") {
    request_limits limits{request_limits::windows::documented, 1};
    auto at = noon;
    for (const std::chrono::minutes length :
         {2min, 4min, 8min, 16min, 32min, 64min, 128min, 256min, 512min, 1024min, 2048min, 4096min, 4320min, 4320min}) {
        CHECK(verdicts(limits, any, 102, at) == times(100, 'a') + "tb"); // a fresh window after each ban
        CHECK(limits.banned_until() == at + length);
        CHECK(verdicts(limits, any, 50, at + length - 1ms) == times(50, 'b')); // that does not make it longer
        at += length;
    }
    at += 24h;
    verdicts(limits, any, 102, at);
    CHECK(limits.banned_until() == at + 2min);
}
