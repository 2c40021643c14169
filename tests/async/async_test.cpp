#include <limits>
#include <stdexcept>
#include <tuple>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <doctest/doctest.h>

#include "async/accept_loop.hpp"
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

/// Hands out what it is told to: so many errors, then so many peers, then none until cancelled.
struct scripted_acceptor {
    using protocol_type = asio::local::stream_protocol;
    using socket = protocol_type::socket;

    asio::io_context& ctx;
    async::time_source& time;
    int errors = 0;
    int peers = 0;
    int asked = 0;

    asio::awaitable<std::tuple<async::error_code, socket>> async_accept(const decltype(async::nothrow)&) {
        ++asked;
        async::error_code failed;
        if (errors > 0) {
            --errors;
            failed = asio::error::no_descriptors;
        } else if (peers > 0) {
            --peers;
        } else {
            failed = co_await time.sleep_until(async::mono_time::max());
        }
        std::tuple<async::error_code, socket> given{failed, socket{ctx}};
        co_return given;
    }
};

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

TEST_CASE("accept loop: without free descriptors it tries ten times a second, not as fast as it can") {
    world w;
    scripted_acceptor acceptor{w.ctx, w.clock, std::numeric_limits<int>::max()};
    async::task_group sessions{w.ctx.get_executor()};
    async::task_group owner{w.ctx.get_executor()};
    auto ignore = [](scripted_acceptor::socket) -> asio::awaitable<void> { co_return; };
    owner.spawn([&] { return async::serve_connections(acceptor, w.clock, 8, sessions, ignore); });
    auto body = [&]() -> asio::awaitable<void> {
        co_await w.clock.sleep_until(async::mono_time{} + 1050ms);
        owner.cancel();
        co_await owner.join();
    };
    CHECK_FALSE(w.run(body()));
    CHECK(acceptor.asked == 11);
}

TEST_CASE("accept loop: it comes back after errors, serves so many at once, and ends with its sessions") {
    world w;
    scripted_acceptor acceptor{w.ctx, w.clock, 2, 5};
    async::task_group sessions{w.ctx.get_executor()};
    async::task_group owner{w.ctx.get_executor()};
    int served = 0;
    int ended = 0;
    auto stay = [&](scripted_acceptor::socket) -> asio::awaitable<void> {
        struct mark {
            int& ended;
            ~mark() { ++ended; }
        } const on_exit{ended};
        ++served;
        co_await w.clock.sleep_until(async::mono_time::max());
    };
    owner.spawn([&] { return async::serve_connections(acceptor, w.clock, 3, sessions, stay); });
    auto body = [&]() -> asio::awaitable<void> {
        co_await w.clock.sleep_until(async::mono_time{} + 1s);
        CHECK(served == 3);
        owner.cancel();
        co_await owner.join();
        CHECK(ended == 3);
    };
    CHECK_FALSE(w.run(body()));
    CHECK(acceptor.peers == 0);
}
