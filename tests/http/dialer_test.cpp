// The way to the server: names, addresses, and what each may cost of the deadline.
#include <sys/socket.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "http/client.hpp"
#include "outcomes.hpp"
#include "support/sim_clock.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using namespace std::chrono_literals;

namespace {

struct silent_resolver final : http::resolver {
    asio::awaitable<http::resolved> resolve(std::string, std::string) override {
        asio::steady_timer forever{co_await asio::this_coro::executor, async::mono_time::max()};
        co_await forever.async_wait(nothrow);
        co_return async::error_code{asio::error::operation_aborted};
    }
};

tcp::endpoint at(const char* address, std::uint16_t port) { return {asio::ip::make_address(address), port}; }

std::unique_ptr<http::client> client_to(const asio::any_io_executor& ex, async::time_source& time,
                                        std::unique_ptr<http::resolver> names) {
    return http::make_client(ex, time, {{false, "localhost", "80", ""}, "", 8}, std::move(names));
}

/// A port on which nobody answers: so many connections wait to be accepted that the kernel drops what else comes.
class dead_port {
public:
    dead_port(asio::io_context& ctx, const char* address) : acceptor_{ctx} {
        acceptor_.open(tcp::v4());
        acceptor_.bind({asio::ip::make_address(address), 0});
        acceptor_.listen(0);
        do {
            waiting_.emplace_back(ctx, tcp::v4()).native_non_blocking(true);
            auto where = acceptor_.local_endpoint();
            ::connect(waiting_.back().native_handle(), where.data(), static_cast<socklen_t>(where.size()));
        } while (is_connected(waiting_.back())); // over loopback that takes no time, if it is possible
    }
    tcp::endpoint where() const { return acceptor_.local_endpoint(); }

private:
    static bool is_connected(const tcp::socket& one) {
        async::error_code failed;
        one.remote_endpoint(failed);
        return !failed;
    }

    tcp::acceptor acceptor_;
    std::vector<tcp::socket> waiting_;
};

/// One request under a clock that stands, but for the jumps to whatever is waited for: `jumps` of them. Throws what the
/// request does.
std::string ask_with_jumps(asio::io_context& ctx, sim_clock& clock, http::transport& client, int jumps) {
    std::optional<std::string> answer;
    std::exception_ptr failure;
    auto ask = [&]() -> asio::awaitable<void> {
        auto what = post();
        const auto reply = co_await client.send(std::move(what), clock.now() + 10s);
        answer = verdict(reply);
    };
    asio::co_spawn(ctx, ask, [&](std::exception_ptr thrown) { failure = thrown; });
    for (int i = 0; i < jumps; ++i) {
        ctx.poll();
        REQUIRE_FALSE(answer);
        REQUIRE(clock.step());
    }
    while (!answer && !failure) REQUIRE(ctx.run_one() == 1); // 0: nothing is left that could answer
    if (failure) std::rethrow_exception(failure);
    return *answer;
}

} // namespace

TEST_CASE("http: a full accept queue costs the deadline and no more, and proves the request not sent") {
    asio::io_context ctx{1};
    sim_clock clock;
    const dead_port dead{ctx, "127.0.0.1"};
    const auto client =
        client_to(ctx.get_executor(), clock, std::make_unique<told_addresses>(http::addresses{dead.where()}));
    const auto begun = clock.now();
    CHECK(ask_with_jumps(ctx, clock, *client, 1)
          == "not sent: connect to 127.0.0.1:" + std::to_string(dead.where().port()) + ": no answer within 10000 ms");
    CHECK(clock.now() - begun == 10s);
}

TEST_CASE(
    "http: a dead address costs its share of the deadline, then the next one is tried, and is the first next time") {
    asio::io_context ctx{1};
    sim_clock clock;
    const dead_port dead{ctx, "127.0.0.2"};
    async::task_group tasks{ctx.get_executor()};
    scripted_server server{tasks, ctx.get_executor()};
    server.next({reads_request(), sends(whole_reply(200, "good")), finishes()});
    const auto client =
        client_to(ctx.get_executor(), clock,
                  std::make_unique<told_addresses>(http::addresses{dead.where(), at("127.0.0.1", server.port())}));
    const auto begun = clock.now();
    CHECK(ask_with_jumps(ctx, clock, *client, 1) == "200 good");
    CHECK(clock.now() - begun == 5s);
    ctx.poll(); // the server finishes
    CHECK(ask_with_jumps(ctx, clock, *client, 0) == "200 good");
    CHECK(server.connections() == 2);
    tasks.cancel();
    ctx.restart();
    ctx.poll();
}

TEST_CASE("http: when no address answers, each is named with its reason") {
    asio::io_context ctx{1};
    sim_clock clock;
    const dead_port dead{ctx, "127.0.0.2"};
    std::uint16_t closed = 0;
    {
        const tcp::acceptor gone{ctx, at("127.0.0.1", 0)};
        closed = gone.local_endpoint().port();
    }
    const auto client =
        client_to(ctx.get_executor(), clock,
                  std::make_unique<told_addresses>(http::addresses{at("127.0.0.1", closed), dead.where()}));
    CHECK(ask_with_jumps(ctx, clock, *client, 1)
          == "not sent: connect to 127.0.0.1:" + std::to_string(closed) + ": Connection refused; connect to 127.0.0.2:"
                 + std::to_string(dead.where().port()) + ": no answer within 10000 ms");
}

TEST_CASE("http: IPv4 and IPv6 are tried in turn") {
    world w;
    std::optional<scripted_server> server;
    try {
        server.emplace(w.tasks, w.ctx.get_executor(), "::1");
    } catch (const std::exception&) {
        MESSAGE("this machine has no IPv6");
        return;
    }
    const auto port = server->port();
    const auto client =
        client_to(w.ctx.get_executor(), w.time,
                  std::make_unique<told_addresses>(http::addresses{at("127.0.0.1", port), at("::1", port)}));
    w.run([&]() -> asio::awaitable<void> {
        auto what = post();
        const auto reply = co_await client->send(std::move(what), w.time.now() + ample);
        CHECK(verdict(reply) == "200 good");
    });
}

TEST_CASE("http: many dead addresses of one family do not hide the other") {
    world w;
    scripted_server server{w.tasks, w.ctx.get_executor()};
    http::addresses known(8, at("::1", 1)); // nobody listens there, if this machine has IPv6 at all
    known.push_back(at("127.0.0.1", server.port()));
    const auto client = client_to(w.ctx.get_executor(), w.time, std::make_unique<told_addresses>(std::move(known)));
    w.run([&]() -> asio::awaitable<void> { co_await check_usable(*client, w); });
}

TEST_CASE("F21: a name service that hangs costs the deadline and no more, and proves the request not sent") {
    asio::io_context ctx{1};
    sim_clock clock;
    const auto client = client_to(ctx.get_executor(), clock, std::make_unique<silent_resolver>());
    CHECK(ask_with_jumps(ctx, clock, *client, 1) == "not sent: resolve localhost: no answer within 10000 ms");
}

TEST_CASE("http: plain http never leaves this machine, whatever its name resolves to") {
    world w;
    const auto client =
        client_to(w.ctx.get_executor(), w.time, std::make_unique<told_addresses>(http::addresses{at("192.0.2.1", 80)}));
    w.run([&]() -> asio::awaitable<void> {
        auto what = post();
        const auto reply = co_await client->send(std::move(what), w.time.now() + ample);
        CHECK(verdict(reply)
              == "not sent: resolve localhost: 192.0.2.1:80, expected this machine (http:// is for loopback only)");
    });
    for (const auto* host : {"api.3commas.io", "localhost.evil.com", "192.0.2.1", "127.0.0.1.evil.com"}) {
        const http::client_options options{{false, host, "80", ""}, "", 8};
        CHECK_THROWS_WITH_AS(http::make_client(w.ctx.get_executor(), w.time, options), doctest::Contains(host),
                             std::runtime_error);
    }
}
