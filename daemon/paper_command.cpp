#include <csignal>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>

#include "async/system_time.hpp"
#include "async/task_group.hpp"
#include "command.hpp"
#include "http/server.hpp"
#include "paper_flags.hpp"
#include "paper_server/exchange.hpp"

namespace smarttrade::daemon {

namespace {

namespace asio = boost::asio;
using paper_server::options;

/// The exchange between its first line on stdout and the signal that ends it.
class stall {
public:
    stall(asio::io_context& ctx, options how, async::time_source& time)
        : time_{time}, exchange_{std::move(how), time}, server_{ctx.get_executor(), time,
                                                                [this](http::request what) {
                                                                    return serve(std::move(what));
                                                                }},
          signals_{ctx, SIGTERM, SIGINT}, tasks_{ctx.get_executor()} {}

    asio::awaitable<void> live(listen_address at) {
        const auto port = server_.listen(at.host, at.port);
        tasks_.spawn([this] { return server_.run(); });
        tasks_.spawn([this] { return exchange_.run(); });
        tasks_.spawn([this] { return wait_for_end(); });
        const auto shown = at.host.find(':') == std::string::npos ? at.host : '[' + at.host + ']';
        fmt::print("listening http://{}:{}\n", shown, port);
        std::fflush(stdout);
        co_await tasks_.join();
    }

private:
    asio::awaitable<http::response> serve(http::request what) {
        auto reply = exchange_.answer(what);
        const auto sent_at = time_.now() + reply.delay;
        if (reply.delay.count() > 0) co_await time_.sleep_until(sent_at);
        co_return reply;
    }

    asio::awaitable<void> wait_for_end() {
        co_await signals_.async_wait(async::nothrow);
        tasks_.cancel();
    }

    async::time_source& time_;
    paper_server::exchange exchange_;
    http::server server_;
    asio::signal_set signals_;
    async::task_group tasks_;
};

std::unique_ptr<stall> open_stall(asio::io_context& ctx, options how, async::time_source& time) {
    try {
        return std::make_unique<stall>(ctx, std::move(how), time);
    } catch (const paper_server::state_unfit& trouble) {
        throw std::runtime_error{fmt::format("{}: give another --state, or the accounts as they were", trouble.what())};
    }
}

int run(const paper_flags& flags) {
    async::system_time time;
    const auto at = read_listen_address(flags.listen);
    asio::io_context ctx{1};
    const auto market = open_stall(ctx, read_paper_flags(flags), time);
    std::exception_ptr failure;
    auto living = [&market, at] { return market->live(at); };
    asio::co_spawn(ctx, living, [&failure](std::exception_ptr e) { failure = e; });
    ctx.run();
    if (failure) std::rethrow_exception(failure);
    return 0;
}

} // namespace

void add_paper_command(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("paper", "a paper exchange that behaves like the API, as an HTTP server");
    const auto flags = std::make_shared<paper_flags>();
    add_paper_flags(*command, *flags);
    command->callback([flags, &exit_code] { exit_code = run(*flags); });
}

} // namespace smarttrade::daemon
