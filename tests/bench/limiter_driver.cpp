// limiter_driver PATH URL N W_MS START_EPOCH_MS SECONDS: how much of a rate limit our limiter lets through.
//
// From START on (milliseconds since 1970) GETs leave as fast as our own limiter allows for N requests per W_MS, nothing
// in reserve, until 15 ms before START + SECONDS. PATH is for drivers of other clients, and ignored. URL is like
// http://127.0.0.1:28471/public/api/ver1/ping. Prints one line of JSON:
//   sent: left; ok: answered 2xx; throttled: answered 429; errors: everything else
// A slot is used once per W + guard + reply time, the guard being 5 ms and 100 ppm. In 60 s of windows of 1 s the last
// of 60 rounds must begin within 59.985 s: guard, reply and wake-up together may take 16 ms a round.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include "async/system_time.hpp"
#include "async/task_group.hpp"
#include "client/rate_gate.hpp"
#include "http/client.hpp"

using namespace smarttrade;
namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds last_moment{15};
constexpr std::chrono::seconds timeout{15};
/// A whole window leaves at once; each waits for a connection, and what it waits is added to every later round.
constexpr std::size_t connections_max = 64;

struct task {
    http::endpoint where;
    std::string path; ///< below the base URL
    std::size_t requests = 0;
    std::chrono::milliseconds per{}, start{}; ///< start: since 1970
    std::chrono::seconds lasts{};
};

class driver {
public:
    explicit driver(const task& what)
        : path_{what.path}, target_{what.where.base_path + what.path},
          network_{http::make_client(ctx_.get_executor(), time_,
                                     {what.where, {}, std::min(what.requests, connections_max)})},
          gate_{ctx_.get_executor(), {{"", what.requests, what.per, std::chrono::minutes{5}, 0}}, time_, timeout} {
        const auto until_start = base::utc_time{what.start} - time_.utc_now();
        start_ = time_.now() + until_start;
        stop_ = start_ + what.lasts - last_moment;
    }

    void run(std::size_t callers) {
        async::task_group tasks{ctx_.get_executor()};
        for (std::size_t i = 0; i < callers; ++i) tasks.spawn([this] { return call(); });
        ctx_.run();
    }
    std::string text() const {
        return fmt::format(R"({{"sent":{},"ok":{},"throttled":{},"errors":{}}})", sent_, ok_, throttled_,
                           sent_ - ok_ - throttled_);
    }

private:
    asio::awaitable<void> call() {
        co_await time_.sleep_until(start_);
        while (time_.now() < stop_) {
            auto held = co_await gate_.acquire_before(client::lane::poll, "GET " + path_, stop_);
            if (!held || time_.now() >= stop_) co_return;
            http::request what{"GET", target_, {}, {}};
            held->leaves();
            ++sent_;
            const auto reply = co_await network_->send(std::move(what), time_.now() + timeout);
            judge(*held, reply);
        }
    }

    void judge(client::slot& held, const http::send_result& reply) {
        if (!reply) {
            if (reply.error().not_sent)
                held.not_sent();
            else
                held.lost();
            return;
        }
        held.replied(); // a 429 too: how many there are is the question
        if (reply->status / 100 == 2) ++ok_;
        if (reply->status == 429) ++throttled_;
    }

    std::string path_, target_;
    asio::io_context ctx_{1};
    async::system_time time_;
    std::unique_ptr<http::transport> network_;
    client::rate_gate gate_;
    client::mono_time start_{}, stop_{};
    std::size_t sent_ = 0, ok_ = 0, throttled_ = 0;
};

int usage() {
    std::fputs(
        "usage: limiter_driver PATH URL N W_MS START_EPOCH_MS SECONDS\n"
        "GETs URL as often as N per W_MS allows; PATH is ignored. Prints one line of JSON: sent (left), ok (2xx),\n"
        "throttled (429), errors (everything else).\n",
        stderr);
    return 64;
}

/// `http://HOST:PORT/PATH` as the server's address and the path.
bool split(std::string_view url, task& into) {
    const auto host = url.find("//");
    const auto slash = host == url.npos ? url.npos : url.find('/', host + 2);
    if (slash == url.npos) return false;
    const auto where = http::parse_base_url(url.substr(0, slash));
    if (!where) return false;
    into.where = *where;
    into.path = url.substr(slash);
    return true;
}

} // namespace

int main(int argc, char** argv) {
    task what;
    if (argc != 7 || !split(argv[2], what)) return usage();
    what.requests = std::strtoul(argv[3], nullptr, 10);
    what.per = std::chrono::milliseconds{std::strtoll(argv[4], nullptr, 10)};
    what.start = std::chrono::milliseconds{std::strtoll(argv[5], nullptr, 10)};
    what.lasts = std::chrono::seconds{std::strtoll(argv[6], nullptr, 10)};
    if (what.requests == 0 || what.per.count() <= 0 || what.lasts.count() <= 0) return usage();
    driver drive{what};
    drive.run(what.requests); // a slot each
    fmt::print("{}\n", drive.text());
    return 0;
}
