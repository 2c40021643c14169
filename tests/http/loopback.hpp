#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

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

    std::unique_ptr<http::client> client(std::uint16_t port, std::size_t connections = 8) {
        return http::make_client(ctx.get_executor(), time,
                                 {{false, "127.0.0.1", std::to_string(port), ""}, "", connections});
    }
};

inline http::request post() { return {"POST", "/v2/smart_trades", R"({"pair":"USDT_BTC"})", {}}; }

/// A name service that knows what it was told.
struct told_addresses final : http::resolver {
    explicit told_addresses(http::addresses known) : answer{std::move(known)} {}
    asio::awaitable<http::resolved> resolve(std::string, std::string) override { co_return answer; }
    http::addresses answer;
};

} // namespace smarttrade::test
