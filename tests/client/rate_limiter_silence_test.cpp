#include "client/limiters.hpp"

using namespace smarttrade::test;

TEST_CASE("F17: after a 429 every matching limit is silent for the longest of their penalties") {
    auto limiter = make(documented);
    const auto hit = send(limiter, start, "GET /v2/smart_trades");
    limiter.throttled(hit, start + 1s, 0s);
    limiter.replied(hit, start + 1s);
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
    limiter.throttled(send(limiter, start), start, 400s);
    limiter.ask(lane::write, "POST /x", start);
    CHECK(limiter.next_admission(start) == start + 400s);
}

TEST_CASE("F18: a 429 halves our share until ten quiet minutes have passed") {
    auto limiter = make({{"", 10, 60s, 300s, 0}});
    const auto hit = send(limiter, start);
    limiter.throttled(hit, start, 0s);
    limiter.replied(hit, start);
    for (int i = 0; i < 20; ++i) limiter.ask(lane::write, "POST /x", start);
    CHECK(limiter.admit(start + 300s).size() == 5);
    CHECK(limiter.admit(start + 300s + 10min).size() == 5);
}

TEST_CASE("F18: a 429 to a request that left before the silence is the same 429") {
    auto limiter = make({{"", 10, 60s, 300s, 0}});
    const auto first = send(limiter, start);
    const auto second = send(limiter, start);
    const auto third = send(limiter, start);
    CHECK(limiter.throttled(first, start + 1s, 0s).size() == 2); // the silence and the half share, to be kept
    limiter.throttled(second, start + 9s, 0s);
    auto told = limiter.reading(start + 9s);
    CHECK(told.limits[0].silent_until == start + 301s);
    CHECK(told.limits[0].halved_until == start + 301s + 10min);
    CHECK(told.limits[0].total == 5);
    CHECK(told.throttled == 2);
    limiter.throttled(third, start + 10s, 600s);
    told = limiter.reading(start + 10s);
    CHECK(told.limits[0].silent_until == start + 610s); // but a Retry-After that ends later is obeyed
    CHECK(told.limits[0].halved_until == start + 610s + 10min);
    for (const auto id : {first, second, third}) limiter.replied(id, start + 10s);

    const auto later = send(limiter, start + 611s);
    limiter.throttled(later, start + 612s, 0s);
    CHECK(limiter.reading(start + 612s).limits[0].silent_until == start + 912s);
}

TEST_CASE("rate_limiter: a 429 that the silence of one limit explains silences no other") {
    auto limiter = make(documented);
    const auto post = send(limiter, start, "POST /v2/smart_trades");
    const auto listing = send(limiter, start, "GET /v2/smart_trades");
    limiter.throttled(post, start + 1s, 0s);
    limiter.throttled(listing, start + 2s, 0s);
    CHECK(limiter.reading(start + 2s).limits[1].silent_until == mono_time{});
}

TEST_CASE("rate_limiter: a kill is no way around a silence, a halved share or a ban") {
    auto before = make({{"", 10, 60s, 300s, 0}});
    const auto hit = send(before, start);
    before.throttled(hit, start + 1s, 0s);
    before.banned(start + 1s, 0s);
    before.replied(hit, start + 1s);

    auto after = make({{"", 10, 60s, 300s, 0}});
    after.restore(before.memory(start + 2s), start + 2s);
    auto told = after.reading(start + 2s).limits[0];
    CHECK(told.silent_until == start + 601s);
    CHECK(told.why == restraint_kind::ban);
    CHECK(told.total == 5);
    CHECK(told.halved_until == start + 901s);

    auto later = make({{"", 10, 60s, 300s, 0}});
    later.restore(after.memory(start + 700s), start + 700s); // nothing is silent any more
    CHECK(later.reading(start + 700s).limits[0].total == 5);
    later.banned(start + 701s, 0s);
    CHECK(later.reading(start + 701s).limits[0].silent_until == start + 701s + 20min);
}

TEST_CASE("rate_limiter: a request admitted before a silence began can tell that it should not leave any more") {
    auto limiter = make({{"", 10, 60s, 300s, 0}});
    const auto first = send(limiter, start);
    const auto second = send(limiter, start);
    CHECK(limiter.may_leave(second, start));
    limiter.throttled(first, start, 0s);
    CHECK_FALSE(limiter.may_leave(second, start));
}

TEST_CASE("rate_limiter: a 418 silences every key of the process, and a second one soon after for twice as long") {
    const auto ban = std::make_shared<ip_ban>();
    rate_limiter hit{documented, 15s, ban};
    rate_limiter sibling{documented, 15s, ban};
    hit.banned(start, 0s);
    hit.banned(start + 1s, 0s); // was in flight with the first: the same ban
    sibling.ask(lane::cancel, "DELETE /x", start);
    CHECK(sibling.next_admission(start) == start + 10min);
    hit.banned(start + 11min, 0s);
    CHECK(ban->until == start + 31min);
    hit.banned(start + 10h, 0s);
    CHECK(ban->until == start + 10h + 10min);
}
