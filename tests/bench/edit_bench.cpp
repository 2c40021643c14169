// How long a plan edit takes until its request is there: the built daemon, its directory watch and a real disk, against
// a paper exchange in this process. From the rename that saves the file to the arrival of the create, without the
// settle time that was asked for. Wall time, for somebody waits; each figure on a line of JSON next to its goal.
//   edit_bench SMARTTRADED [ROUNDS]
#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include <fmt/format.h>

#include "async/system_time.hpp"
#include "async/task_group.hpp"
#include "async/wakeup.hpp"
#include "bench/figures.hpp"
#include "http/server.hpp"
#include "paper_server/exchange.hpp"
#include "support/process.hpp"
#include "support/temp_folder.hpp"

namespace {

using namespace smarttrade;
using namespace bench;
using namespace std::chrono_literals;
namespace asio = boost::asio;

constexpr auto settle = 100ms;
constexpr auto patience = 20s;
constexpr double goal = 10; ///< ms beyond plans.settle, at p99

/// The exchange, with a stamp on each create that arrives.
class watched_exchange {
public:
    watched_exchange(asio::io_context& ctx, async::time_source& time)
        : time_{time}, exchange_{options(), time}, server_{ctx.get_executor(), time,
                                                           [this](http::request what) {
                                                               return serve(std::move(what));
                                                           }},
          arrived_{ctx.get_executor()} {}

    std::uint16_t listen() { return server_.listen("127.0.0.1", 0); }
    asio::awaitable<void> run() { return server_.run(); }

    /// When the next create arrived; nothing if none did in time.
    asio::awaitable<std::optional<async::mono_time>> next_create() {
        stamp_.reset();
        co_await arrived_.wait_until(time_, time_.now() + patience);
        co_return stamp_;
    }

private:
    static paper_server::options options() {
        paper_server::options how;
        how.keys = {{"key", "secret"}};
        how.accounts.push_back({trade::account_id{1}, "paper_trading", false, {{"USDT", money::decimal{100'000'000}}}});
        const auto price = money::price::parse("60000").value();
        how.prices[trade::pair::parse("USDT_BTC").value()] = {price, price, price};
        how.rate_limits = false;
        return how;
    }

    asio::awaitable<http::response> serve(http::request what) {
        if (what.method == "POST") {
            stamp_ = time_.now();
            arrived_.notify();
        }
        co_return exchange_.answer(what);
    }

    async::time_source& time_;
    paper_server::exchange exchange_;
    http::server server_;
    async::wakeup arrived_;
    std::optional<async::mono_time> stamp_;
};

std::string write_config(const test::temp_folder& dir, std::uint16_t port) {
    std::filesystem::create_directory(dir.file("plans"));
    for (const auto* secret : {"key", "secret"}) ::chmod(dir.write(secret, secret).c_str(), 0600);
    return dir.write("smarttraded.yaml",
                     fmt::format(R"(instance: edits
api: {{base_url: "http://127.0.0.1:{}/public/api"}}
accounts: {{main: {{id: 1, mode: paper}}}}
credentials: {{main: {{api_key: {{file: "{}"}}, secret: {{file: "{}"}}}}}}
plans: {{paths: [plans], settle: {}ms}}
state_dir: "{}"
rate_limits: [{{requests: 100000, per: 1s, penalty: 1s}}]
log: {{level: error, format: text}}
)",
                                 port, dir.file("key"), dir.file("secret"), settle.count(), dir.file("state")));
}

/// Saves as an editor does: whole or not at all.
async::mono_time save(const test::temp_folder& dir, int number, async::time_source& time) {
    const auto written =
        dir.write("new", fmt::format("trades:\n  edit-{}:\n    pair: USDT_BTC\n    position: {{type: buy, order_type: "
                                     "limit, units: 0.001, price: {}}}\n    stop_loss: 40000\n",
                                     number, 50'000 + number));
    std::filesystem::rename(written, dir.file(fmt::format("plans/edit-{}.yaml", number)));
    return time.now();
}

asio::awaitable<void> measure(watched_exchange& exchange, const test::temp_folder& dir, const std::string& binary,
                              int rounds, async::time_source& time, std::vector<double>& beyond) {
    save(dir, 0, time);
    const auto config = dir.file("smarttraded.yaml");
    test::process daemon{{binary, "run", "-c", config}};
    for (int round = 0; round <= rounds; ++round) {
        const auto saved = round == 0 ? time.now() : save(dir, round, time);
        const auto arrived = co_await exchange.next_create();
        if (!arrived) give_up(fmt::format("edit {} has reached nobody: {}", round, daemon.read_line(0ms).value_or("")));
        const std::chrono::duration<double, std::milli> took = *arrived - saved - settle;
        if (round > 0) beyond.push_back(took.count()); // the first is the start
        // At any point of the daemon's own rhythm.
        const auto pause = std::chrono::milliseconds{50 + round * 37 % 400};
        co_await time.sleep_until(time.now() + pause);
    }
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) give_up("usage: edit_bench SMARTTRADED [ROUNDS]");
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 200;
    const test::temp_folder dir;
    async::system_time time;
    asio::io_context ctx{1};
    watched_exchange exchange{ctx, time};
    write_config(dir, exchange.listen());
    std::vector<double> beyond;
    async::task_group tasks{ctx.get_executor()};
    tasks.spawn([&exchange] { return exchange.run(); });
    tasks.spawn([&]() -> asio::awaitable<void> {
        co_await measure(exchange, dir, argv[1], rounds, time, beyond);
        tasks.cancel();
    });
    auto joined = [&tasks] { return tasks.join(); };
    asio::co_spawn(ctx, joined, [](std::exception_ptr failure) {
        if (failure) give_up("the measuring failed");
    });
    ctx.run();
    std::ranges::sort(beyond);
    const auto at = [&beyond](double share) {
        return beyond[static_cast<std::size_t>(share * static_cast<double>(beyond.size() - 1))];
    };
    tell(fmt::format("edit to request, beyond settle, p50 of {}", rounds), "ms", at(0.5), goal);
    tell(fmt::format("edit to request, beyond settle, p99 of {}", rounds), "ms", at(0.99), goal);
}
