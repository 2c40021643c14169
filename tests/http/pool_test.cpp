// Who gets a connection, and which.
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include "http/connection.hpp"
#include "http/pool.hpp"
#include "http/server.hpp"
#include "outcomes.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using namespace std::chrono_literals;

namespace {

/// The machine's time, and some more.
struct skewed_time final : async::time_source {
    async::mono_time now() const override { return real.now() + ahead; }
    base::utc_time utc_now() const override { return real.utc_now(); }
    asio::awaitable<async::error_code> sleep_until(async::mono_time at) override {
        return real.sleep_until(at - ahead);
    }

    async::system_time real;
    std::chrono::nanoseconds ahead{};
};

http::request get(std::string target) { return {"GET", std::move(target), "", {}}; }

} // namespace

TEST_CASE("http: requests get their turn in the order of their arrival") {
    world w;
    std::vector<std::string> order;
    auto serve = [&](http::request what) -> asio::awaitable<http::response> {
        order.push_back(what.target);
        co_return http::response{};
    };
    http::server server{w.ctx.get_executor(), w.time, serve};
    const auto port = server.listen("127.0.0.1", 0);
    w.tasks.spawn([&] { return server.run(); });
    const auto client = w.client(port, 1);
    std::vector<std::string> expected;
    for (int i = 0; i < 50; ++i) expected.push_back('/' + std::to_string(i));
    w.run([&]() -> asio::awaitable<void> {
        async::task_group many{w.ctx.get_executor()};
        for (const auto& target : expected)
            many.spawn([&]() -> asio::awaitable<void> {
                auto what = get(target);
                const auto reply = co_await client->send(std::move(what), w.time.now() + ample);
                CHECK(reply.has_value());
            });
        co_await many.join();
    });
    CHECK(order == expected);
}

TEST_CASE("http: a request that gives up while it waits its turn is not sent, and takes nobody's turn") {
    world w;
    scripted_server server{w.tasks, w.ctx.get_executor()};
    server.next({reads_request(), pauses(), sends(whole_reply(200, "good"))});
    const auto client = w.client(server.port(), 1);
    int answered = 0;
    const auto ask = [&]() -> asio::awaitable<void> {
        auto what = post();
        const auto reply = co_await client->send(std::move(what), w.time.now() + ample);
        answered += reply ? 1 : 0;
    };
    w.run([&]() -> asio::awaitable<void> {
        async::task_group stays{w.ctx.get_executor()}, leaves{w.ctx.get_executor()};
        stays.spawn(ask);
        leaves.spawn(ask);
        stays.spawn(ask);
        auto what = post();
        const auto late = co_await client->send(std::move(what), w.time.now() + 30ms);
        REQUIRE_FALSE(late.has_value());
        CHECK(late.error().not_sent);
        CHECK(late.error().reason.starts_with("wait for a connection: no answer within "));
        leaves.cancel();
        co_await leaves.join();
        server.go_on();
        co_await stays.join();
    });
    CHECK(answered == 2);
    CHECK(server.requests().size() == 2);
}

TEST_CASE("http: a place given to a request that is cancelled in the same moment goes to the next in line") {
    asio::io_context ctx{1};
    http::pool pool{ctx.get_executor(), 1};
    async::task_group first{ctx.get_executor()}, second{ctx.get_executor()};
    int entered = 0;
    const auto enter = [&]() -> asio::awaitable<void> {
        auto place = co_await pool.enter();
        entered += place ? 1 : 0;
    };
    auto held = pool.try_enter();
    REQUIRE(held);
    first.spawn(enter);
    second.spawn(enter);
    ctx.poll();
    CHECK(entered == 0);
    asio::post(ctx, [&] {
        held = {}; // calls up the first
        first.cancel();
    });
    ctx.restart();
    ctx.poll();
    CHECK(entered == 2); // the first passed its place on
    CHECK(pool.try_enter());
}

TEST_CASE("http: a connection that has idled for long is closed, not used") {
    world w;
    skewed_time time;
    scripted_server server{w.tasks, w.ctx.get_executor()};
    const auto client =
        http::make_client(w.ctx.get_executor(), time, {{false, "127.0.0.1", std::to_string(server.port()), ""}, "", 8});
    std::vector<std::size_t> connections;
    w.run([&]() -> asio::awaitable<void> {
        for (const auto pause : {0s, 29s, 31s, 29s}) {
            time.ahead += pause;
            auto what = post();
            const auto reply = co_await client->send(std::move(what), time.now() + ample);
            CHECK(reply.has_value());
            connections.push_back(server.connections());
        }
    });
    CHECK(connections == std::vector<std::size_t>{1, 1, 2, 2});
}
