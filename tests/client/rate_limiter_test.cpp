#include "client/limiters.hpp"

using namespace smarttrade::test;

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
    CHECK(limiter.reading(start).limits[0].used == 1);
    send(limiter, start, "GET /b", lane::write);
    send(limiter, start, "GET /b", lane::write);
    limiter.replied(listing, start);
    CHECK(limiter.reading(start + 11s).limits[1].used == 0);
    CHECK(limiter.admit(start + 11s).empty()); // GET /a fits, all requests do not
}

TEST_CASE("rate_limiter: the reading tells the budget, who waits, and why nothing leaves") {
    auto limiter = make(documented);
    send(limiter, start, "GET /v2/smart_trades");
    limiter.assume_full(start);
    for (const auto who : {lane::poll, lane::poll, lane::stop_edit}) limiter.ask(who, "GET /x", start);
    const auto told = limiter.reading(start);
    REQUIRE(told.limits.size() == 2);
    CHECK(told.limits[0].used == 1);
    CHECK(told.limits[0].total == 100);
    CHECK(told.limits[1].used == 1);
    CHECK(told.limits[1].requests == 40);
    CHECK(told.limits[0].silent_until == start + 75s + guard);
    CHECK(told.limits[0].why == restraint_kind::full_window);
    CHECK(told.waiting == decltype(told.waiting){0, 1, 0, 0, 2, 0});
    CHECK(told.throttled == 0);
}

TEST_CASE("rate_limiter: few slots an earlier process may have forgotten count against the first window after it") {
    auto limiter = make({{"", 3, 60s, 300s, 0}});
    limiter.restore({}, start);
    for (int i = 0; i < 3; ++i) limiter.ask(lane::cancel, "DELETE /x", start);
    CHECK(limiter.admit(start).size() == 2);
    CHECK(limiter.next_admission(start) == start + 15s + 60s + guard);
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
