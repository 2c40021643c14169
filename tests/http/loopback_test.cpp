// Our client and our own server, over sockets: what one sends the other gets, and who waits for whom.
#include <system_error>

#include <doctest/doctest.h>

#include "http/server.hpp"
#include "loopback.hpp"

using namespace smarttrade;
using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::ip::tcp;
using test::post;
using test::world;

namespace {

asio::awaitable<http::response> echo(http::request what) {
    http::response reply;
    reply.status = 201;
    reply.body = what.method + ' ' + what.target + ' ' + what.body;
    reply.headers.emplace_back("X-Request-Id", std::string{http::find_header(what.headers, "apikey")});
    co_return reply;
}

} // namespace

TEST_CASE("http: the server gets the bytes that were given, the client its reply") {
    world w;
    http::server server{w.ctx.get_executor(), w.time, echo};
    const auto port = server.listen("127.0.0.1", 0);
    w.tasks.spawn([&] { return server.run(); });
    const auto client = w.client(port);
    w.run([&]() -> asio::awaitable<void> {
        for (int i = 0; i < 3; ++i) {
            auto what = post();
            what.target = "/public/api/v2/smart_trades?a=%20b";
            what.headers.emplace_back("Apikey", "K");
            const auto reply = co_await client->send(std::move(what), w.time.now() + 10s);
            REQUIRE(reply.has_value());
            CHECK(reply->status == 201);
            CHECK(reply->body == R"(POST /public/api/v2/smart_trades?a=%20b {"pair":"USDT_BTC"})");
            CHECK(http::find_header(reply->headers, "x-request-id") == "K");
        }
    });
}

TEST_CASE("http: a server told to close or reset leaves the request unknown, and the next one is answered") {
    for (const auto ends : {http::delivery::close, http::delivery::reset}) {
        CAPTURE(static_cast<int>(ends));
        world w;
        int served = 0;
        auto serve = [&](http::request) -> asio::awaitable<http::response> {
            http::response reply;
            reply.status = 201;
            if (++served == 2) reply.ends = ends;
            co_return reply;
        };
        http::server server{w.ctx.get_executor(), w.time, serve};
        const auto port = server.listen("127.0.0.1", 0);
        w.tasks.spawn([&] { return server.run(); });
        const auto client = w.client(port);
        w.run([&]() -> asio::awaitable<void> {
            auto first = post();
            const auto answered = co_await client->send(std::move(first), w.time.now() + 10s);
            CHECK(answered.has_value());
            auto second = post(); // on the connection of the first
            const auto lost = co_await client->send(std::move(second), w.time.now() + 10s);
            REQUIRE_FALSE(lost.has_value());
            CHECK_FALSE(lost.error().not_sent);
            CHECK(lost.error().reason
                  == (ends == http::delivery::reset ? "wait for the reply: Connection reset by peer"
                                                    : "wait for the reply: the server closed the connection"));
            auto third = post();
            const auto again = co_await client->send(std::move(third), w.time.now() + 10s);
            CHECK(again.has_value());
        });
        CHECK(served == 3);
    }
}

TEST_CASE("http: more requests than connections wait for one another, and all are answered") {
    world w;
    http::server server{w.ctx.get_executor(), w.time, echo};
    const auto port = server.listen("127.0.0.1", 0);
    w.tasks.spawn([&] { return server.run(); });
    const auto client = w.client(port, 2);
    int answered = 0;
    w.run([&]() -> asio::awaitable<void> {
        async::task_group many{w.ctx.get_executor()};
        for (int i = 0; i < 20; ++i)
            many.spawn([&]() -> asio::awaitable<void> {
                auto what = post();
                const auto reply = co_await client->send(std::move(what), w.time.now() + 10s);
                answered += reply && reply->status == 201 ? 1 : 0;
            });
        co_await many.join();
    });
    CHECK(answered == 20);
}

TEST_CASE("http: nobody listening is proven not sent") {
    world w;
    std::uint16_t port = 0;
    {
        const tcp::acceptor gone{w.ctx, {asio::ip::address_v4::loopback(), 0}};
        port = gone.local_endpoint().port();
    }
    const auto client = w.client(port);
    w.run([&]() -> asio::awaitable<void> {
        auto what = post();
        const auto reply = co_await client->send(std::move(what), w.time.now() + 10s);
        REQUIRE_FALSE(reply.has_value());
        CHECK(reply.error().not_sent);
        CHECK(reply.error().reason == "connect to 127.0.0.1:" + std::to_string(port) + ": Connection refused");
    });
}

TEST_CASE("http: two connections that come free at one time serve two of those who wait") {
    world w;
    auto serve = [&w](http::request what) -> asio::awaitable<http::response> {
        if (what.target == "/silent") co_await w.time.sleep_until(async::mono_time::max());
        co_return http::response{};
    };
    http::server server{w.ctx.get_executor(), w.time, serve};
    const auto port = server.listen("127.0.0.1", 0);
    w.tasks.spawn([&] { return server.run(); });
    const auto client = w.client(port, 2);
    bool answered = false;
    w.run([&]() -> asio::awaitable<void> {
        const auto soon = w.time.now() + 20ms;
        const auto late = w.time.now() + 5s;
        async::task_group silent{w.ctx.get_executor()};
        for (const auto deadline : {soon, soon, async::mono_time::max()}) // two hold the connections, the third waits
            silent.spawn([&, deadline]() -> asio::awaitable<void> {
                http::request what{"GET", "/silent", "", {}};
                co_await client->send(std::move(what), deadline);
            });
        async::task_group last{w.ctx.get_executor()};
        last.spawn([&]() -> asio::awaitable<void> {
            auto what = post();
            const auto reply = co_await client->send(std::move(what), late);
            answered = reply.has_value();
        });
        co_await last.join();
        silent.cancel();
        co_await silent.join();
    });
    CHECK(answered);
}

TEST_CASE("http: a port that is taken is named") {
    world w;
    http::server first{w.ctx.get_executor(), w.time, echo};
    const auto port = first.listen("127.0.0.1", 0);
    http::server second{w.ctx.get_executor(), w.time, echo};
    const auto expected = "listen on 127.0.0.1:" + std::to_string(port) + ": Address already in use";
    CHECK_THROWS_WITH_AS(second.listen("127.0.0.1", port), expected.c_str(), std::system_error);
}
