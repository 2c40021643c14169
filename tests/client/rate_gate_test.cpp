#include "client/rate_gate.hpp"

#include <doctest/doctest.h>

#include <boost/asio/io_context.hpp>

#include "async/task_group.hpp"
#include "client/sqlite_slot_store.hpp"
#include "support/sim_clock.hpp"

using namespace smarttrade;
using namespace smarttrade::client;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

constexpr auto guard = 11ms; // 5 ms and 100 ppm of 60 s

/// One gate under virtual time, and who got through it, when.
struct world {
    explicit world(std::vector<rate_limit> limits, std::unique_ptr<slot_store> store = nullptr)
        : gate{ctx.get_executor(), std::move(limits), clock, 15s, std::move(store)} {}
    ~world() {
        tasks.cancel();
        run();
    }

    /// Asks at `at`, sends, and has its reply after `rtt`.
    void request(std::string name, lane who, mono_time at, std::chrono::nanoseconds rtt) {
        tasks.spawn([this, name = std::move(name), who, at, rtt]() -> asio::awaitable<void> {
            co_await clock.sleep_until(at);
            auto held = co_await gate.acquire(who, "GET /x");
            passed.emplace_back(name, clock.now());
            held.leaves();
            co_await clock.sleep_until(clock.now() + rtt);
            held.replied();
        });
    }
    void run(mono_time end = mono_time::max()) { test::run_simulated(ctx, clock, end); }

    test::sim_clock clock;
    asio::io_context ctx{1};
    rate_gate gate;
    std::vector<std::pair<std::string, mono_time>> passed;
    async::task_group tasks{ctx.get_executor()};
};

using passages = std::vector<std::pair<std::string, mono_time>>;
constexpr mono_time start{};

} // namespace

TEST_CASE("rate_gate: who waits goes the moment a slot is free, first come first served") {
    world w{{{"", 2, 60s, 300s, 0}}};
    w.request("a", lane::poll, start, 1s);
    w.request("b", lane::poll, start, 2s);
    w.request("c", lane::poll, start + 1ms, 1s);
    w.request("d", lane::poll, start + 2ms, 1s);
    w.run();
    CHECK(w.passed == passages{{"a", start}, {"b", start}, {"c", start + 61s + guard}, {"d", start + 62s + guard}});
}

TEST_CASE("rate_gate: a slot that comes back unused wakes the next at once") {
    world w{{{"", 1, 60s, 300s, 0}}};
    w.tasks.spawn([&w]() -> asio::awaitable<void> {
        auto held = co_await w.gate.acquire(lane::write, "POST /x");
        co_await w.clock.sleep_until(start + 3s);
        held.not_sent();
    });
    w.request("next", lane::poll, start + 1s, 1s);
    w.run();
    CHECK(w.passed == passages{{"next", start + 3s}});
}

TEST_CASE("rate_gate: who is cancelled while waiting gives its place and its slot back") {
    world w{{{"", 1, 60s, 300s, 0}}};
    w.request("first", lane::poll, start, 1s);
    async::task_group quitters{w.ctx.get_executor()};
    int got = 0;
    for (int i = 0; i < 3; ++i)
        quitters.spawn([&w, &got]() -> asio::awaitable<void> {
            co_await w.clock.sleep_until(start + 1s);
            auto held = co_await w.gate.acquire(lane::write, "POST /x");
            ++got;
        });
    w.request("patient", lane::audit, start + 2s, 1s);
    w.tasks.spawn([&w, &quitters]() -> asio::awaitable<void> {
        co_await w.clock.sleep_until(start + 30s);
        quitters.cancel();
    });
    w.run();
    CHECK(got == 0);
    CHECK(quitters.empty());
    CHECK(w.passed == passages{{"first", start}, {"patient", start + 61s + guard}});
}

TEST_CASE("rate_gate: a cancelled holder whose request had left keeps its slot occupied") {
    world w{{{"", 1, 60s, 300s, 0}}};
    w.tasks.spawn([&w]() -> asio::awaitable<void> {
        auto held = co_await w.gate.acquire(lane::write, "POST /x");
        held.leaves();
    });
    w.request("next", lane::cancel, start, 1s);
    w.run();
    CHECK(w.passed == passages{{"next", start + 15s + 60s + guard}});
}

TEST_CASE("rate_gate: a cancel that comes last leaves first") {
    world w{{{"", 1, 60s, 300s, 0}}};
    w.request("now", lane::poll, start, 1s);
    for (const char* name : {"poll", "other poll"}) w.request(name, lane::poll, start + 1s, 1s);
    w.request("cancel", lane::cancel, start + 50s, 1s);
    w.run(start + 62s);
    REQUIRE(w.passed.size() == 2);
    CHECK(w.passed[1].first == "cancel");
}

TEST_CASE("rate_gate: a thousand waiters all get through") {
    world w{{{"", 100, 60s, 300s, 5}}};
    for (int i = 0; i < 1000; ++i) w.request("x", static_cast<lane>(i % 5), start, 100ms);
    w.run();
    CHECK(w.passed.size() == 1000);
    CHECK(w.gate.budget().total == 100);
}

TEST_CASE("rate_gate: a doubtful memory costs one window and is told") {
    auto store = std::make_unique<sqlite_slot_store>(":memory:", "main", "boot-1");
    CHECK(store->replace({}));
    world known{{{"", 1, 60s, 300s, 0}}, std::move(store)};
    CHECK_FALSE(known.gate.was_doubtful());
    CHECK(known.gate.remembers());

    world broken{{{"", 1, 60s, 300s, 0}},
                 std::make_unique<sqlite_slot_store>("/proc/no/such/limiter.db", "main", "boot-1")};
    CHECK(broken.gate.was_doubtful());
    CHECK_FALSE(broken.gate.remembers());
    broken.request("late", lane::cancel, start, 1s);
    broken.run();
    CHECK(broken.passed == passages{{"late", start + 75s + guard}}); // but requests go on
}
