#pragma once

#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "async/system_time.hpp"
#include "http/server.hpp"

namespace smarttrade::bench {

/// The other side of a driver: answers on loopback until killed. Prints `listening http://127.0.0.1:PORT`; port 0 takes
/// a free one. The exit code of main().
inline int serve(std::uint16_t port, std::function<http::response(const http::request&)> answer) {
    boost::asio::io_context ctx{1};
    async::system_time time;
    auto handler = [&answer](http::request what) -> boost::asio::awaitable<http::response> { co_return answer(what); };
    http::server server{ctx.get_executor(), time, handler};
    const auto bound = server.listen("127.0.0.1", port);
    std::printf("listening http://127.0.0.1:%d\n", bound);
    std::fflush(stdout);
    std::exception_ptr failure;
    auto serving = [&server] { return server.run(); };
    boost::asio::co_spawn(ctx, serving, [&failure](std::exception_ptr e) { failure = e; });
    ctx.run();
    return failure ? 1 : 0;
}

} // namespace smarttrade::bench
