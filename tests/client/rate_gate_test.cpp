#include "client/rate_gate.hpp"

#include <doctest/doctest.h>

#include <boost/asio/io_context.hpp>

#include "async/task_group.hpp"
#include "client/sqlite_slot_store.hpp"
#include "support/memory_disk.hpp"
#include "support/sim_clock.hpp"

using namespace smarttrade;
using namespace smarttrade::client;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

constexpr auto guard = 11ms; // 5 ms and 100 ppm of 60 s

/// Counts who sleeps: a timer that need not run is a wake-up for nothing.
struct counted_clock final : async::time_source {
    explicit counted_clock(test::sim_clock& real) : world{real} {}
    mono_time now() const override { return world.now(); }
    base::utc_time utc_now() const override { return world.utc_now(); }
    asio::awaitable<async::error_code> sleep_until(mono_time at) override {
        ++sleeps;
        ++asleep;
        const auto woken = co_await world.sleep_until(at);
        --asleep;
        co_return woken;
    }
    test::sim_clock& world;
    int sleeps = 0, asleep = 0;
};

/// One gate under virtual time, and who got through it, when.
struct world {
    explicit world(std::vector<rate_limit> limits, std::unique_ptr<slot_store> store = nullptr)
        : gate{ctx.get_executor(), std::move(limits), timers, 15s, std::move(store)} {}
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

    /// Asks at `at` and gives up at `until`.
    void try_until(std::string name, lane who, mono_time at, mono_time until) {
        tasks.spawn([this, name = std::move(name), who, at, until]() -> asio::awaitable<void> {
            co_await clock.sleep_until(at);
            auto held = co_await gate.acquire_before(who, "GET /x", until);
            (held ? passed : refused).emplace_back(name, clock.now());
            if (!held) co_return;
            held->leaves();
            held->replied();
        });
    }

    test::sim_clock clock;
    counted_clock timers{clock};
    asio::io_context ctx{1};
    rate_gate gate;
    std::vector<std::pair<std::string, mono_time>> passed, refused;
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
    CHECK(w.gate.reading().limits[0].total == 100);
}

TEST_CASE("rate_gate: who joins with an earlier moment than those that wait is not late") {
    world w{{{"", 2, 60s, 300s, 1}}};
    w.request("slow", lane::cancel, start, 10s);
    w.request("quick", lane::cancel, start, 1s);
    w.request("poll", lane::poll, start + 20s, 1s); // must leave the reserve, so it waits for both
    w.request("cancel", lane::cancel, start + 30s, 1s);
    w.run();
    CHECK(w.passed[2] == passages::value_type{"cancel", start + 61s + guard});
    CHECK(w.passed[3] == passages::value_type{"poll", start + 122s + 2 * guard});
}

TEST_CASE("rate_gate: who has a deadline gives up then, and leaves no trace") {
    world w{{{"", 1, 60s, 300s, 0}}};
    w.request("now", lane::poll, start, 1s);
    w.try_until("hasty", lane::cancel, start + 1s, start + 1s);
    w.try_until("early", lane::cancel, start + 1s, start + 30s);
    w.try_until("late", lane::cancel, start + 2s, start + 61s + guard);
    w.request("next", lane::poll, start + 3s, 1s);
    w.run();
    CHECK(w.refused == passages{{"hasty", start + 1s}, {"early", start + 30s}});
    CHECK(w.passed == passages{{"now", start}, {"late", start + 61s + guard}, {"next", start + 121s + 2 * guard}});
    CHECK(w.gate.reading().waiting == decltype(rate_reading::waiting){});
}

TEST_CASE("rate_gate: no timer runs while nobody waits or only a reply can help") {
    world w{{{"", 1, 60s, 300s, 0}}};
    w.request("first", lane::poll, start, 100s); // in flight for long
    for (int i = 0; i < 100; ++i) w.request("x", lane::write, start + 1s, 1s);
    w.tasks.spawn([&w]() -> asio::awaitable<void> {
        co_await w.clock.sleep_until(start + 99s);
        CHECK(w.timers.sleeps == 0);
        co_await w.clock.sleep_until(start + 101s);
        CHECK(w.timers.asleep == 1); // the reply came, and the moment is known
    });
    w.run();
    CHECK(w.passed.size() == 101);
    CHECK(w.timers.asleep == 0);
    CHECK(w.timers.sleeps == 100); // one for each that waited
}

TEST_CASE("rate_gate: a thousand that wait cost one timer, not a thousand") {
    world w{{{"", 10, 60s, 300s, 0}}};
    for (int i = 0; i < 1000; ++i) w.request("x", lane::poll, start, 1s);
    w.run();
    CHECK(w.passed.size() == 1000);
    CHECK(w.timers.sleeps == 99); // ten leave at a time
}

TEST_CASE("rate_gate: a 429 is told, with when and why it ends, and costs one wake-up") {
    world w{{{"", 5, 60s, 300s, 0}}};
    w.tasks.spawn([&w]() -> asio::awaitable<void> {
        auto held = co_await w.gate.acquire(lane::write, "POST /x");
        held.leaves();
        auto other = co_await w.gate.acquire(lane::write, "POST /x");
        held.throttled(0s);
        CHECK_FALSE(other.may_leave());
    });
    w.request("next", lane::poll, start + 1s, 1s);
    w.run();
    const auto told = w.gate.reading();
    CHECK(told.throttled == 1);
    CHECK(told.limits[0].silent_until == start + 300s);
    CHECK(told.limits[0].why == restraint_kind::silence);
    CHECK(w.passed == passages{{"next", start + 300s}});
    CHECK(w.timers.sleeps == 1);
}

TEST_CASE(
    "rate_gate: a restart in the same boot costs what was in flight, and for a window what may have been forgotten") {
    const test::memory_disk disk;
    const auto store = [] { return std::make_unique<sqlite_slot_store>("limiter.db", "main", "boot-1"); };
    world before{{{"", 4, 60s, 300s, 1}}, store()};
    before.request("answered", lane::cancel, start, 1s);
    before.request("lost", lane::cancel, start, 10min); // its connection ends with the process
    before.tasks.spawn([&before]() -> asio::awaitable<void> {
        co_await before.clock.sleep_until(start);
        auto held = co_await before.gate.acquire(lane::cancel, "GET /x");
        held.not_sent();
        co_await before.clock.sleep_until(start + 30s);
    });
    before.run(start + 30s);

    world after{{{"", 4, 60s, 300s, 1}}, store()};
    const auto told = after.gate.reading().limits[0];
    CHECK(told.silent_until == mono_time{});
    CHECK(told.used == 2);
    for (int i = 0; i < 4; ++i) after.request("x", lane::cancel, start, 100s);
    after.run();
    // One slot of the earlier process may not be written down: until 75 s it is left free, even by cancels.
    CHECK(
        after.passed
        == passages{{"x", start}, {"x", start + 61s + guard}, {"x", start + 75s + guard}, {"x", start + 75s + guard}});
}

TEST_CASE("rate_gate: a doubtful memory costs one window and is told") {
    auto store = std::make_unique<sqlite_slot_store>(":memory:", "main", "boot-1");
    CHECK(store->replace({}));
    world known{{{"", 1, 60s, 300s, 0}}, std::move(store)};
    CHECK(known.gate.reading().limits[0].silent_until == mono_time{});

    world broken{{{"", 1, 60s, 300s, 0}},
                 std::make_unique<sqlite_slot_store>("/proc/no/such/limiter.db", "main", "boot-1")};
    const auto told = broken.gate.reading().limits[0];
    CHECK(told.silent_until == start + 75s + guard);
    CHECK(told.why == restraint_kind::full_window);
    broken.request("late", lane::cancel, start, 1s);
    broken.run();
    CHECK(broken.passed == passages{{"late", start + 75s + guard}}); // but requests go on
}
