#include "client/limiters.hpp"

using namespace smarttrade::test;

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

namespace {

/// `flood` keeps a dozen requests of its kind waiting for ever; what is answered at once leaves a window later. Says
/// what left until `end`, in order.
std::vector<held_slot> run_flood(rate_limiter& limiter, lane flood, std::string_view request, mono_time end) {
    std::vector<held_slot> left;
    for (int i = 0; i < 12; ++i) limiter.ask(flood, request, start);
    for (auto now = start; now < end; now = std::max(now + 1ms, limiter.next_admission(now)))
        for (auto& one : limiter.admit(now)) {
            limiter.replied(one.id, now);
            if (one.request == request) limiter.ask(flood, request, now);
            left.push_back(std::move(one));
        }
    return left;
}

} // namespace

TEST_CASE("rate_limiter: a flood of creates delays an audit but never starves it") {
    auto limiter = make({{"", 10, 60s, 300s, 1}});
    const auto audit = limiter.ask(lane::audit, "GET /x", start);
    const auto left = run_flood(limiter, lane::write, "POST /x", start + 10min);
    CHECK(place_of(left, audit) <= rate_limiter::passes_max);
}

TEST_CASE("rate_limiter: a flood of cancels goes first, but leaves every lane one slot in some twenty") {
    auto limiter = make({{"", 10, 60s, 300s, 2}});
    std::vector<ticket> others;
    for (const auto who : {lane::audit, lane::poll, lane::settle, lane::write, lane::stop_edit})
        others.push_back(limiter.ask(who, "GET /x", start));
    const auto left = run_flood(limiter, lane::cancel, "DELETE /x", start + 10min);
    for (std::size_t i = 0; i < others.size(); ++i) {
        CAPTURE(i);
        CHECK(place_of(left, others[i]) == rate_limiter::passes_max + i); // first come, first served among them
    }
}

TEST_CASE("rate_limiter: a flood of cancels that eats the reserve does not starve the one who must leave it") {
    auto limiter = make({{"", 10, 60s, 300s, 4}});
    const auto poll = limiter.ask(lane::poll, "GET /x", start);
    for (int i = 0; i < 9; ++i) limiter.ask(lane::cancel, "DELETE /x", start);
    const auto left = run_flood(limiter, lane::cancel, "DELETE /x", start + 10min);
    CHECK(place_of(left, poll) == rate_limiter::passes_max);
}

TEST_CASE("rate_limiter: without a flood a waiting cancel leaves before all that came before it") {
    auto limiter = make({{"", 2, 60s, 300s, 0}});
    for (int i = 0; i < 2; ++i) limiter.replied(send(limiter, start), start);
    for (const auto who : {lane::write, lane::poll, lane::stop_edit}) limiter.ask(who, "GET /x", start);
    limiter.ask(lane::cancel, "DELETE /x", start + 59s);
    const auto admitted = limiter.admit(start + 60s + guard);
    REQUIRE(admitted.size() == 2);
    CHECK(admitted[0].request == "DELETE /x");
    CHECK(admitted[1].id.value == 5); // the stop edit
}

TEST_CASE("rate_limiter: an edit of a stop may use the reserve, a create may not") {
    auto limiter = make({{"", 3, 60s, 300s, 2}});
    send(limiter, start, "POST /x", lane::write);
    limiter.ask(lane::write, "POST /x", start);
    CHECK(limiter.admit(start).empty());
    send(limiter, start, "PATCH /x", lane::stop_edit);
    send(limiter, start, "PATCH /x", lane::stop_edit);
}

TEST_CASE("rate_limiter: the floor leaves as many slots to urgent lanes as the reserve says") {
    auto limiter = make({{"", 10, 60s, 300s, 4}});
    for (int i = 0; i < 12; ++i) limiter.ask(lane::poll, "GET /x", start);
    std::size_t plain = 0;
    for (std::size_t i = 0; i < 2 * rate_limiter::passes_max; ++i) { // each cancel passes the others over
        limiter.ask(lane::cancel, "DELETE /x", start);
        for (const auto& one : limiter.admit(start)) {
            if (one.request == "GET /x")
                ++plain;
            else
                limiter.not_sent(one.id);
        }
    }
    CHECK(plain == 6);
}

TEST_CASE("rate_limiter: lanes whose turn it is take nothing of the reserve") {
    auto limiter = make({{"", 10, 60s, 300s, 2}});
    for (int i = 0; i < 8; ++i) send(limiter, start, "POST /x", lane::write);
    for (const auto who : {lane::write, lane::settle, lane::poll, lane::audit}) limiter.ask(who, "GET /x", start);
    for (std::size_t i = 0; i < rate_limiter::passes_max; ++i) limiter.not_sent(send(limiter, start)); // pass them over
    for (int i = 0; i < 3; ++i) limiter.ask(lane::cancel, "DELETE /x", start);
    CHECK(limiter.admit(start).size() == 2);
}

TEST_CASE("rate_limiter: who waits for a narrow limit holds up nobody of its lane who does not need it") {
    auto limiter = make({{"", 10, 60s, 1s, 0}, {"GET /list", 1, 10s, 200s, 0}});
    const auto hit = send(limiter, start, "GET /list");
    SUBCASE("full") {}
    SUBCASE("silent") { limiter.throttled(hit, start - 195s, 0s); }
    limiter.replied(hit, start);
    limiter.ask(lane::poll, "GET /list", start);
    limiter.ask(lane::poll, "GET /list", start);
    send(limiter, start + 5s, "GET /one", lane::poll);
    CHECK(limiter.waiting() == 2);
}

TEST_CASE("rate_limiter: who needs two limits is not starved by those that need one of them") {
    auto limiter = make({{"GET /a/*", 1, 10s, 10s, 0}, {"GET /*/b", 1, 10s, 10s, 0}});
    // The two limits come free in turn, and somebody who needs just that one is always there.
    limiter.replied(send(limiter, start, "GET /a/x"), start);
    limiter.replied(send(limiter, start + 5s, "GET /x/b"), start + 5s);
    const auto both = limiter.ask(lane::poll, "GET /a/b", start + 5s);
    std::size_t passed_by = 0;
    bool through = false;
    for (auto now = start + 5s; !through && now < start + 10min;
         now = std::max(now + 1ms, limiter.next_admission(now))) {
        limiter.ask(lane::poll, "GET /a/x", now);
        limiter.ask(lane::poll, "GET /x/b", now);
        for (const auto& one : limiter.admit(now)) {
            through = through || one.id == both;
            passed_by += through ? 0 : 1;
            limiter.replied(one.id, now);
        }
    }
    CHECK(through);
    CHECK(passed_by == rate_limiter::passes_max);
}

TEST_CASE("rate_limiter: after a 429 cancels go first, also before those that waited for their turn") {
    auto limiter = make({{"", 40, 60s, 300s, 39}});
    limiter.replied(send(limiter, start, "GET /x", lane::poll), start);
    const auto poll = limiter.ask(lane::poll, "GET /x", start);
    std::vector<ticket> cancels;
    for (std::size_t i = 0; i < rate_limiter::passes_max; ++i) cancels.push_back(send(limiter, start)); // pass it over
    SUBCASE("without one it is the poll's turn") {
        limiter.ask(lane::cancel, "DELETE /x", start);
        CHECK(place_of(limiter.admit(start + 60s + guard), poll) == 0);
    }
    SUBCASE("after one") {
        limiter.throttled(cancels[0], start, 0s);
        for (const auto id : cancels) limiter.replied(id, start);
        limiter.ask(lane::cancel, "DELETE /x", start);
        CHECK(place_of(limiter.admit(start + 300s), poll) == 1);
    }
}
