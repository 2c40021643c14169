// api.md B: rate limits, in an exchange of its own under a manual clock.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "contract/desk.hpp"

using namespace smarttrade::contract;

namespace {

/// Starts at a full minute, where the windows begin. Answers are counted per key, so each case has its own.
struct limited {
    own_exchange exchange{{"--clock", "manual", "--time", "2026-03-02T09:00:00.000Z", "--rate-limits", "documented",
                           "--ban-after", "3", "--key", "other:secret"}};
    venue& api = exchange.at();

    int status() { return api.get("/ver1/validate").status; }
    int list() { return api.get("/v2/smart_trades").status; }
    void wait(std::int64_t seconds) { api.tick(fmt::format(R"({{"advance_ms":{}}})", seconds * 1000)); }
    /// How many of so many requests were let in.
    int let_in(int count) {
        int good = 0;
        for (int i = 0; i < count; ++i) good += status() == 200;
        return good;
    }
};

} // namespace

TEST_SUITE_BEGIN("own exchange");

TEST_CASE("B: a hundred requests a minute, then 429 for 300 seconds, with its name and no description (M.7)") {
    limited with;
    CHECK(with.let_in(100) == 100);
    const auto told = with.api.get("/ver1/validate");
    CHECK(told.status == 429);
    CHECK(told.body == json::value{{"error", "too_many_requests"}});
    with.wait(299);
    CHECK(with.status() == 429);
    with.wait(2);
    CHECK(with.status() == 200);
}

/// Whether windows slide or follow the minutes of the clock is not documented: what holds in both is asked for.
TEST_CASE("B: a minute after a hundred requests a hundred more are let in, and not one on top") {
    limited with;
    CHECK(with.let_in(100) == 100);
    with.wait(60);
    CHECK(with.let_in(100) == 100);
    CHECK(with.status() == 429);
}

TEST_CASE("B: refused requests count, and each key has a hundred of its own (M.8)") {
    limited with;
    for (int i = 0; i < 100; ++i) CHECK(with.api.get("/v2/smart_trades/99999999").status == 400);
    CHECK(with.status() == 429);
    with.api.act_as({"other", "secret"});
    CHECK(with.status() == 200);
}

TEST_CASE("B: forty lists in ten seconds, then 429 for ten") {
    limited with;
    for (int i = 0; i < 40; ++i) CHECK(with.list() == 200);
    CHECK(with.list() == 429);
    with.wait(9);
    CHECK(with.list() == 429);
    with.wait(2);
    CHECK(with.list() == 200);
}

TEST_CASE("B: who goes on after 429 is banned, 418, for all keys of his address, two minutes at first (M.8)") {
    limited with;
    CHECK(with.let_in(100) == 100);
    for (int i = 0; i < 3; ++i) CHECK(with.status() == 429);
    const auto told = with.api.get("/ver1/validate");
    CHECK(told.status == 418);
    CHECK(told.body == json::value{{"error", "ip_banned"}});
    with.api.act_as({"other", "secret"});
    CHECK(with.status() == 418);
    with.api.act_as({"key", "secret"});
    with.wait(119);
    CHECK(with.status() == 418);
    with.wait(2);
    CHECK(with.let_in(100) == 100);
}

TEST_CASE("B: the second ban is twice as long") {
    limited with;
    const auto overdo = [&] {
        with.let_in(104);
        CHECK(with.status() == 418);
    };
    overdo();
    with.wait(121);
    overdo();
    with.wait(121);
    CHECK(with.status() == 418);
    with.wait(120);
    CHECK(with.status() == 200);
}

TEST_SUITE_END();
