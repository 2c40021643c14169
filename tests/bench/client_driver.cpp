// client_driver MODE N CONC BASE: what a request costs the client, for comparison with other clients.
//
// MODE create  POST /v2/smart_trades with the body of api.md H9; the reply's trade is read
//      list    GET /v2/smart_trades?per_page=100, every trade turned into the typed entity
//      first   one create and nothing printed: how long a process takes from its start to its first answer
// N requests by CONC callers over CONC connections, after 200 that are not counted. BASE is like
// http://127.0.0.1:28471; /public/api and the path are appended. Key `k`, secret `s3cret`, HMAC. The limiter stands in
// the way of every request as it does in the daemon, with a limit that is never reached. Prints one line of JSON; CPU
// is of this process, user and system, for the counted requests; an error is a request that did not end accepted, or a
// list that could not be read.

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include "async/system_time.hpp"
#include "async/task_group.hpp"
#include "client/api_client.hpp"
#include "http/client.hpp"
#include "wire/entity.hpp"

using namespace smarttrade;
namespace asio = boost::asio;

namespace {

constexpr std::string_view create_body =
    R"({"account_id":1,"pair":"USDT_BTC","instant":true,"position":{"type":"buy","units":{"value":"0.01"},)"
    R"("order_type":"market"}})";
constexpr std::size_t warm_up = 200;
constexpr std::size_t never_reached = 1'000'000'000;

struct measured {
    std::chrono::nanoseconds wall{}, cpu{};
    std::size_t errors = 0;
};

std::chrono::nanoseconds cpu_used() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto of = [](const timeval& t) {
        return std::chrono::seconds{t.tv_sec} + std::chrono::microseconds{t.tv_usec};
    };
    return of(used.ru_utime) + of(used.ru_stime);
}

double rss_mb() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_maxrss) / 1024.0; // the highest it ever was
}

class driver {
public:
    driver(bool lists, std::size_t callers, const http::endpoint& where)
        : lists_{lists}, callers_{callers}, network_{http::make_client(ctx_.get_executor(), time_,
                                                                       {where, {}, callers})},
          gate_{ctx_.get_executor(), {{"", never_reached, std::chrono::minutes{1}, std::chrono::minutes{5}, 0}}, time_},
          api_{settings(where), *network_, time_, gate_} {}

    measured run(std::size_t requests) {
        const auto wall = time_.now();
        const auto cpu = cpu_used();
        left_ = requests;
        errors_ = 0;
        async::task_group tasks{ctx_.get_executor()};
        for (std::size_t i = 0; i < callers_; ++i) tasks.spawn([this] { return call(); });
        ctx_.restart();
        ctx_.run();
        return {time_.now() - wall, cpu_used() - cpu, errors_};
    }

private:
    static client::api_client::settings settings(const http::endpoint& where) {
        return {.base_path = where.base_path + "/public/api",
                .mode = trade::account_mode::paper,
                .key = {base::secret{"k"}, wire::signer::with_hmac(base::secret{"s3cret"})},
                .timeout = std::chrono::seconds{15}};
    }

    asio::awaitable<void> call() {
        while (left_ > 0) {
            --left_;
            bool good = false;
            if (lists_)
                good = co_await list();
            else
                good = co_await create();
            errors_ += good ? 0 : 1;
        }
    }

    asio::awaitable<bool> create() {
        wire::api_request what{"POST", "/v2/smart_trades", {}, std::string{create_body}};
        auto admitted = co_await api_.admit(client::lane::write, std::move(what));
        const auto reply = co_await api_.send(std::move(admitted));
        read_ += client::read_trade(reply).has_value();
        co_return reply.has_value();
    }

    asio::awaitable<bool> list() {
        wire::api_request what{"GET", "/v2/smart_trades", "per_page=100", {}};
        auto admitted = co_await api_.admit(client::lane::poll, std::move(what));
        const auto reply = co_await api_.send(std::move(admitted));
        const auto trades = client::read_reply(reply, &wire::read_smart_trades);
        read_ += trades ? trades->size() : 0;
        co_return trades.has_value();
    }

    bool lists_;
    std::size_t callers_;
    asio::io_context ctx_{1};
    async::system_time time_;
    std::unique_ptr<http::transport> network_;
    client::rate_gate gate_;
    client::api_client api_;
    std::size_t left_ = 0, errors_ = 0;
    std::size_t read_ = 0; // trades; keeps the reading from being optimised away
};

int usage() {
    std::fputs("usage: client_driver create|list|first N CONC BASE\n", stderr);
    return 64;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 5) return usage();
    const std::string_view mode = argv[1];
    const auto requests = std::strtoul(argv[2], nullptr, 10);
    const auto callers = std::strtoul(argv[3], nullptr, 10);
    const auto where = http::parse_base_url(argv[4]);
    if (!where || callers == 0 || (mode != "create" && mode != "list" && mode != "first")) return usage();
    driver drive{mode == "list", callers, *where};
    if (mode == "first") return drive.run(1).errors == 0 ? 0 : 1;
    drive.run(warm_up);
    const auto result = drive.run(requests);
    fmt::print("{{\"rps\":{:.0f},\"cpu_ms\":{:.3f},\"rss_mb\":{:.1f},\"errors\":{}}}\n",
               static_cast<double>(requests) / std::chrono::duration<double>(result.wall).count(),
               std::chrono::duration<double, std::milli>(result.cpu).count(), rss_mb(), result.errors);
    return 0;
}
