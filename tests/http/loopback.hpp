#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>

#include "async/system_time.hpp"
#include "async/task_group.hpp"
#include "http/client.hpp"

namespace smarttrade::test {

namespace asio = boost::asio;
using asio::ip::tcp;
using async::nothrow;

/// Runs `body` to its end beside the tasks of a world, then stops the world.
struct world {
    asio::io_context ctx{1};
    async::system_time time;
    async::task_group tasks{ctx.get_executor()};

    void run(std::function<asio::awaitable<void>()> body) {
        tasks.spawn([this, body]() -> asio::awaitable<void> {
            co_await body();
            tasks.cancel();
        });
        std::exception_ptr failure;
        auto joined = [this] { return tasks.join(); };
        asio::co_spawn(ctx, joined, [&](std::exception_ptr e) { failure = e; });
        ctx.run();
        if (failure) std::rethrow_exception(failure);
    }

    std::unique_ptr<http::transport> client(std::uint16_t port, std::size_t connections = 8) {
        return http::make_client(ctx.get_executor(), time,
                                 {{false, "127.0.0.1", std::to_string(port), ""}, "", connections});
    }
};

/// A server of few words: each connection is handed to `serve`.
struct raw_server {
    tcp::acceptor acceptor;
    std::function<asio::awaitable<void>(tcp::socket)> serve;

    raw_server(world& w, std::function<asio::awaitable<void>(tcp::socket)> how)
        : acceptor{w.ctx, {asio::ip::address_v4::loopback(), 0}}, serve{std::move(how)} {
        w.tasks.spawn([this]() -> asio::awaitable<void> {
            for (;;) {
                auto [failed, peer] = co_await acceptor.async_accept(nothrow);
                if (failed) co_return;
                co_await serve(std::move(peer));
            }
        });
    }
    std::uint16_t port() const { return acceptor.local_endpoint().port(); }
};

inline asio::awaitable<void> read_request(tcp::socket& peer) {
    std::string text;
    co_await asio::async_read_until(peer, asio::dynamic_buffer(text), "\r\n\r\n", nothrow);
}

inline http::request post() { return {"POST", "/v2/smart_trades", R"({"pair":"USDT_BTC"})", {}}; }

} // namespace smarttrade::test
