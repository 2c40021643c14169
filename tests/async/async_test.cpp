#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "async/task_group.hpp"
#include "async/uninterrupted.hpp"
#include "async/wakeup.hpp"
#include "async/with_deadline.hpp"
#include "support/sim_clock.hpp"

using namespace smarttrade;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

struct world {
    asio::io_context ctx{1};
    test::sim_clock clock;

    std::exception_ptr run(asio::awaitable<void> body) {
        std::exception_ptr failure;
        asio::co_spawn(ctx, std::move(body), [&](std::exception_ptr e) { failure = e; });
        test::run_simulated(ctx, clock, async::mono_time{} + 24h);
        return failure;
    }
};

asio::awaitable<boost::system::result<int>> seven_after(async::time_source& time, std::chrono::seconds pause) {
    const auto ec = co_await time.sleep_until(time.now() + pause);
    if (ec) co_return ec;
    co_return 7;
}

} // namespace

TEST_CASE("with_deadline: the value if it comes in time, else timed_out at the deadline") {
    world w;
    auto body = [&]() -> asio::awaitable<void> {
        auto quick = co_await async::with_deadline(w.clock, w.clock.now() + 10s, seven_after(w.clock, 3s));
        CHECK(quick.value() == 7);
        CHECK(w.clock.now() == async::mono_time{} + 3s);
        auto slow = co_await async::with_deadline(w.clock, w.clock.now() + 10s, seven_after(w.clock, 60s));
        CHECK(slow.error() == asio::error::timed_out);
        CHECK(w.clock.now() == async::mono_time{} + 13s);
    };
    CHECK_FALSE(w.run(body()));
}

TEST_CASE("task_group: the first failure stops the siblings, tells, and comes out of join") {
    world w;
    int told = 0;
    bool sibling_ended = false;
    async::task_group tasks{w.ctx.get_executor(), [&] { ++told; }};
    tasks.spawn([&]() -> asio::awaitable<void> {
        struct mark {
            bool& ended;
            ~mark() { ended = true; }
        } const on_exit{sibling_ended};
        co_await w.clock.sleep_until(async::mono_time{} + 1h);
    });
    tasks.spawn([&]() -> asio::awaitable<void> {
        co_await w.clock.sleep_until(async::mono_time{} + 1s);
        throw std::runtime_error{"disk on fire"};
    });
    const auto failure = w.run(tasks.join());
    REQUIRE(failure);
    CHECK_THROWS_WITH(std::rethrow_exception(failure), "disk on fire");
    CHECK(told == 1);
    CHECK(sibling_ended);
    CHECK(w.clock.now() == async::mono_time{} + 1s);
}

TEST_CASE("task_group: a cancelled group ends without a failure") {
    world w;
    async::task_group tasks{w.ctx.get_executor()};
    for (int i = 0; i < 5; ++i)
        tasks.spawn([&]() -> asio::awaitable<void> { co_await w.clock.sleep_until(async::mono_time{} + 1h); });
    auto body = [&]() -> asio::awaitable<void> {
        co_await w.clock.sleep_until(async::mono_time{} + 2s);
        tasks.cancel();
        co_await tasks.join();
    };
    CHECK_FALSE(w.run(body()));
    CHECK(tasks.empty());
    CHECK(w.clock.now() == async::mono_time{} + 2s);
}

TEST_CASE("wakeup: a notice before the wait is not lost; without one it waits until its time") {
    world w;
    async::wakeup changed{w.ctx.get_executor()};
    auto body = [&]() -> asio::awaitable<void> {
        changed.notify();
        co_await changed.wait_until(w.clock, async::mono_time{} + 1h);
        CHECK(w.clock.now() == async::mono_time{});
        co_await changed.wait_until(w.clock, async::mono_time{} + 5s);
        CHECK(w.clock.now() == async::mono_time{} + 5s);
    };
    CHECK_FALSE(w.run(body()));
}

TEST_CASE("uninterrupted: a span ends whole though its task is cancelled, and the task stops right after it") {
    world w;
    bool whole = false;
    bool went_on = false;
    async::task_group tasks{w.ctx.get_executor()};
    tasks.spawn([&]() -> asio::awaitable<void> {
        auto span = [&]() -> asio::awaitable<int> {
            co_await w.clock.sleep_until(async::mono_time{} + 10s);
            whole = true;
            co_return 7;
        };
        auto begun = span();
        const int seven = co_await async::uninterrupted(std::move(begun));
        CHECK(seven == 7);
        co_await w.clock.sleep_until(async::mono_time{} + 1h);
        co_await w.clock.sleep_until(async::mono_time{} + 2h);
        went_on = true;
    });
    auto body = [&]() -> asio::awaitable<void> {
        co_await w.clock.sleep_until(async::mono_time{} + 2s);
        tasks.cancel();
        co_await tasks.join();
        CHECK(w.clock.now() == async::mono_time{} + 10s);
    };
    CHECK_FALSE(w.run(body()));
    CHECK(whole);
    CHECK_FALSE(went_on);
}

TEST_CASE("uninterrupted: a cancellation after the span still stops its task") {
    world w;
    async::task_group tasks{w.ctx.get_executor()};
    tasks.spawn([&]() -> asio::awaitable<void> {
        for (;;) {
            auto span = seven_after(w.clock, 1s);
            const auto seven = co_await async::uninterrupted(std::move(span));
            CHECK(seven.value() == 7);
            co_await w.clock.sleep_until(w.clock.now() + 1s);
        }
    });
    auto body = [&]() -> asio::awaitable<void> {
        co_await w.clock.sleep_until(async::mono_time{} + 90s);
        tasks.cancel();
        co_await tasks.join();
        CHECK(w.clock.now() <= async::mono_time{} + 92s);
    };
    CHECK_FALSE(w.run(body()));
}
