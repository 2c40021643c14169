#include "client/rate_limiter.hpp"

#include <doctest/doctest.h>

using namespace smarttrade::client;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

constexpr mono_time start{};
constexpr nanoseconds guard = 5ms + 6ms; // 5 ms and 100 ppm of 60 s
const std::vector<rate_limit> documented{{"", 100, 60s, 300s, 5}, {"GET /v2/smart_trades", 40, 10s, 10s, 0}};

rate_limiter make(std::vector<rate_limit> limits) { return {std::move(limits), 15s, std::make_shared<ip_ban>()}; }

/// Asks and admits at once; asserted that it may leave.
ticket send(rate_limiter& limiter, mono_time now, std::string_view request = "GET /x", lane who = lane::cancel) {
    const auto id = limiter.ask(who, request, now);
    const auto admitted = limiter.admit(now);
    REQUIRE(admitted.size() == 1);
    REQUIRE(admitted[0].id == id);
    return id;
}

} // namespace

TEST_CASE("rate_limiter: a limit counts the requests that its pattern names") {
    struct row {
        std::string match, request;
        bool counted;
    };
    for (const row& r :
         {row{"", "GET /v2/smart_trades", true}, row{"GET /v2/smart_trades", "GET /v2/smart_trades", true},
          row{"GET /v2/smart_trades", "POST /v2/smart_trades", false},
          row{"GET /v2/smart_trades", "GET /v2/smart_trades/1", false},
          row{"GET /v2/smart_trades/*", "GET /v2/smart_trades/1", true},
          row{"GET /v2/smart_trades/*", "GET /v2/smart_trades", false},
          row{"GET /v2/smart_trades/*", "GET /v2/smart_trades/1/trades", false},
          row{"GET /v2/*/1", "GET /v2/smart_trades/1", true}, row{"GET /v2/*", "GET /v2/", false}}) {
        CAPTURE(r.match);
        CAPTURE(r.request);
        CHECK(counts(r.match, r.request) == r.counted);
    }
}

TEST_CASE("rate_limiter: a slot comes back one window after its reply, not after its send") {
    auto limiter = make({{"", 1, 60s, 300s, 0}});
    const auto first = send(limiter, start);
    limiter.ask(lane::poll, "GET /x", start);
    CHECK(limiter.next_admission(start) == mono_time::max()); // only its end helps
    limiter.replied(first, start + 7s);
    CHECK(limiter.next_admission(start + 7s) == start + 67s + guard);
    CHECK(limiter.admit(start + 67s).empty());
    CHECK(limiter.admit(start + 67s + guard).size() == 1);
}

TEST_CASE("rate_limiter: a request without a reply may be counted late, so its slot stays a timeout longer") {
    auto limiter = make({{"", 1, 60s, 300s, 0}});
    limiter.lost(send(limiter, start), start + 15s);
    limiter.ask(lane::poll, "GET /x", start + 15s);
    CHECK(limiter.next_admission(start + 15s) == start + 15s + 15s + 60s + guard);
}

TEST_CASE("rate_limiter: what was never sent costs nothing") {
    auto limiter = make({{"", 1, 60s, 300s, 0}});
    limiter.not_sent(send(limiter, start));
    send(limiter, start);
}

TEST_CASE("rate_limiter: a request takes one slot in each limit that counts it, or none") {
    auto limiter = make({{"", 3, 60s, 300s, 0}, {"GET /a", 1, 10s, 10s, 0}});
    const auto listing = send(limiter, start, "GET /a");
    limiter.ask(lane::poll, "GET /a", start);
    CHECK(limiter.admit(start).empty());
    CHECK(limiter.usages(start)[0].used == 1);
    send(limiter, start, "GET /b", lane::write);
    send(limiter, start, "GET /b", lane::write);
    limiter.replied(listing, start);
    CHECK(limiter.usages(start + 11s)[1].used == 0);
    CHECK(limiter.admit(start + 11s).empty()); // GET /a fits, all requests do not
}

TEST_CASE("rate_limiter: the last slots are kept for close and cancel") {
    auto limiter = make({{"", 10, 60s, 300s, 2}});
    for (int i = 0; i < 8; ++i) send(limiter, start, "POST /x", lane::write);
    limiter.ask(lane::write, "POST /x", start);
    CHECK(limiter.admit(start).empty());
    limiter.ask(lane::cancel, "DELETE /x", start);
    limiter.ask(lane::cancel, "DELETE /x", start);
    limiter.ask(lane::cancel, "DELETE /x", start);
    CHECK(limiter.admit(start).size() == 2);
}

TEST_CASE("rate_limiter: close and cancel go first, then create, settle, poll and audit") {
    auto limiter = make({{"", 1, 60s, 300s, 0}});
    limiter.replied(send(limiter, start), start);
    std::vector<ticket> asked;
    for (const auto who : {lane::audit, lane::poll, lane::settle, lane::write, lane::cancel})
        asked.insert(asked.begin(), limiter.ask(who, "GET /x", start));
    auto now = start;
    for (const auto expected : asked) {
        now = limiter.next_admission(now);
        const auto admitted = limiter.admit(now);
        REQUIRE(admitted.size() == 1);
        CHECK(admitted[0].id == expected);
        limiter.replied(expected, now);
    }
}

TEST_CASE("rate_limiter: a flood of creates delays an audit but never starves it") {
    auto limiter = make({{"", 10, 60s, 300s, 1}});
    const auto audit = limiter.ask(lane::audit, "GET /x", start);
    for (int i = 0; i < 20; ++i) limiter.ask(lane::write, "POST /x", start);
    bool audited = false;
    auto now = start;
    for (; now < start + 10min && !audited; now = std::max(now + 1ms, limiter.next_admission(now))) {
        for (const auto& one : limiter.admit(now)) {
            audited = audited || one.id == audit;
            limiter.replied(one.id, now);
            limiter.ask(lane::write, "POST /x", now); // the flood never ends
        }
    }
    CHECK(audited);
}

TEST_CASE("rate_limiter: after a 429 every matching limit is silent for the longest of their penalties (F17)") {
    auto limiter = make(documented);
    limiter.replied(send(limiter, start, "GET /v2/smart_trades"), start + 1s);
    limiter.throttled("GET /v2/smart_trades", start + 1s, 0s);
    limiter.ask(lane::cancel, "DELETE /v2/smart_trades/1", start + 1s);
    limiter.ask(lane::write, "POST /v2/smart_trades", start + 1s);
    CHECK(limiter.admit(start + 300s).empty());
    CHECK(limiter.next_admission(start + 1s) == start + 301s);
    const auto admitted = limiter.admit(start + 301s);
    REQUIRE(admitted.size() == 2);
    CHECK(admitted[0].request == "DELETE /v2/smart_trades/1"); // cancels first afterwards
}

TEST_CASE("rate_limiter: a longer Retry-After wins") {
    auto limiter = make(documented);
    limiter.throttled("POST /x", start, 400s);
    limiter.ask(lane::write, "POST /x", start);
    CHECK(limiter.next_admission(start) == start + 400s);
}

TEST_CASE("rate_limiter: a 429 halves our share until ten quiet minutes have passed (F18)") {
    auto limiter = make({{"", 10, 60s, 300s, 0}});
    limiter.throttled("POST /x", start, 0s);
    for (int i = 0; i < 20; ++i) limiter.ask(lane::write, "POST /x", start);
    CHECK(limiter.admit(start + 300s).size() == 5);
    CHECK(limiter.admit(start + 300s + 10min).size() == 5);
}

TEST_CASE("rate_limiter: a 418 silences every key of the process, and a second one soon after for twice as long") {
    const auto ban = std::make_shared<ip_ban>();
    rate_limiter hit{documented, 15s, ban};
    rate_limiter sibling{documented, 15s, ban};
    hit.banned(start, 0s);
    hit.banned(start + 1s, 0s); // was in flight with the first: the same ban
    sibling.ask(lane::cancel, "DELETE /x", start);
    CHECK(sibling.next_admission(start) == start + 10min + 1s);
    hit.banned(start + 11min, 0s);
    CHECK(ban->until == start + 31min);
    hit.banned(start + 10h, 0s);
    CHECK(ban->until == start + 10h + 10min);
}

TEST_CASE("rate_limiter: nothing is sent for a whole window when nothing is known of an earlier process") {
    auto limiter = make({{"", 10, 60s, 300s, 0}});
    limiter.assume_full(start);
    limiter.ask(lane::cancel, "DELETE /x", start);
    CHECK(limiter.next_admission(start) == start + 15s + 60s + guard);
}

TEST_CASE("rate_limiter: who gives up waiting leaves no trace") {
    auto limiter = make({{"", 1, 60s, 300s, 0}});
    limiter.replied(send(limiter, start), start);
    const auto given_up = limiter.ask(lane::write, "POST /x", start);
    limiter.not_sent(given_up);
    CHECK(limiter.waiting() == 0);
    CHECK(limiter.next_admission(start) == mono_time::max());
}

TEST_CASE("rate_limiter: slots that cannot be written down are as few as the next process leaves free") {
    auto limiter = make({{"", 10, 60s, 300s, 3}});
    const auto cannot = [](const held_slot&) { return false; };
    for (int i = 0; i < 6; ++i) limiter.ask(lane::poll, "GET /x", start);
    const auto admitted = limiter.admit(start, cannot);
    REQUIRE(admitted.size() == 3);
    CHECK(limiter.next_admission(start) == mono_time::max()); // all in flight
    for (const auto& one : admitted) limiter.replied(one.id, start + 1s);
    CHECK(limiter.admit(start + 61s, cannot).empty());
    CHECK(limiter.next_admission(start + 1s) == start + 61s + guard);

    SUBCASE("one comes free, one goes") { CHECK(limiter.admit(start + 61s + guard, cannot).size() == 3); }
    SUBCASE("written down at last, they count as any other") {
        limiter.all_remembered();
        CHECK(limiter.admit(start + 2s).size() == 3);
    }
}
