#include <algorithm>
#include <filesystem>

#include <boost/asio/co_spawn.hpp>
#include <doctest/doctest.h>

#include "async/task_group.hpp"
#include "paper_server/client.hpp"
#include "support/in_project.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using namespace std::chrono_literals;

namespace {

/// The market of config/demo.yaml.
struct market {
    std::uint64_t seed = 57;
    int swing = 12; ///< percent a minute
};

std::vector<std::string> all_bodies() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{in_project("tests/contract/seed_bodies")})
        names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    std::vector<std::string> bodies;
    for (const auto& name : names) bodies.push_back(seed_body(name));
    return bodies;
}

paper_server::options demo_options(const market& of) {
    using money::decimal;
    auto how = manual_options();
    how.manual_clock = false;
    how.accounts = {{{1}, "paper_trading", true, {{"USDT", decimal{100'000}}, {"BTC", decimal{10}}}}};
    const money::price start{decimal{9700}};
    how.prices = {{{"USDT", "BTC"}, {start, start, start}}};
    how.market = paper_server::options::walk{of.seed, money::percent{decimal{of.swing}}};
    return how;
}

/// How the exits of a demonstration ended.
struct endings {
    int targets = 0;        ///< take-profit steps
    int stops = 0;          ///< stops that do not trail
    int trailing_exits = 0; ///< trailing steps and trailing stops
    bool all_kinds() const { return targets > 0 && stops > 0 && trailing_exits > 0; }
};

endings count_endings(const json::array& trades) {
    endings seen;
    const auto is_done = [](const json::value& order) { return order.at("status").at("type") == "finished"; };
    for (const auto& trade : trades) {
        for (const auto& step : trade.at("take_profit").at("steps").as_array())
            if (is_done(step)) ++(step.at("trailing").at("enabled").as_bool() ? seen.trailing_exits : seen.targets);
        const auto& stop = trade.at("stop_loss");
        if (stop.at("enabled").as_bool() && is_done(stop))
            ++(stop.at("conditional").at("trailing").at("enabled").as_bool() ? seen.trailing_exits : seen.stops);
    }
    return seen;
}

/// All 24 documented examples, the first posted at `first` and the last at `last` after the start of the market, and
/// what became of them 55 seconds after that.
endings demonstrate(const market& of, std::chrono::milliseconds first, std::chrono::milliseconds last) {
    client api{demo_options(of)};
    asio::io_context ctx{1};
    async::task_group tasks{ctx.get_executor()};
    const auto bodies = all_bodies();
    tasks.spawn([&] { return api.exchange.run(); });
    tasks.spawn([&]() -> asio::awaitable<void> {
        const auto start = api.clock.now();
        for (std::size_t i = 0; i < bodies.size(); ++i) {
            const auto pause = (last - first) * static_cast<int>(i) / static_cast<int>(bodies.size());
            co_await api.clock.sleep_until(start + first + pause);
            api.create(bodies[i]);
        }
        co_await api.clock.sleep_until(start + last + 55s);
        tasks.cancel();
    });
    auto joined = [&tasks] { return tasks.join(); };
    asio::co_spawn(ctx, joined, [](std::exception_ptr error) { CHECK(!error); });
    run_simulated(ctx, api.clock, api.clock.now() + 1h);
    return count_endings(api.get("/v2/smart_trades?account_id=1&per_page=100").body.as_array());
}

/// Whenever in the first three seconds the examples are posted.
std::vector<endings> demonstrate_at_any_start(const market& of) {
    std::vector<endings> all;
    for (const auto at : {0ms, 500ms, 1500ms, 2500ms, 2999ms}) all.push_back(demonstrate(of, at, at));
    all.push_back(demonstrate(of, 100ms, 2999ms));
    all.push_back(demonstrate(of, 900ms, 1600ms));
    return all;
}

} // namespace

TEST_CASE("demo market: within 55 seconds a target, a stop and a trailing exit are seen, whenever the trades begin") {
    for (const auto& seen : demonstrate_at_any_start(market{})) {
        CHECK(seen.targets > 0);
        CHECK(seen.stops > 0);
        CHECK(seen.trailing_exits > 0);
    }
}

TEST_CASE("demo market: the same market makes the same endings") {
    const auto once = demonstrate(market{}, 500ms, 1500ms);
    const auto again = demonstrate(market{}, 500ms, 1500ms);
    CHECK(once.targets == again.targets);
    CHECK(once.stops == again.stops);
    CHECK(once.trailing_exits == again.trailing_exits);
}

// Finds seeds for the market above: paper_server_test --no-skip --test-case="search*"
TEST_CASE("search: seeds whose market shows every kind of exit" * doctest::skip()) {
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        if (!demonstrate({seed, market{}.swing}, 500ms, 500ms).all_kinds()) continue;
        const auto all = demonstrate_at_any_start({seed, market{}.swing});
        if (!std::ranges::all_of(all, &endings::all_kinds)) continue;
        const auto& shown = all.front();
        MESSAGE("seed " << seed << ": targets " << shown.targets << ", stops " << shown.stops << ", trailing exits "
                        << shown.trailing_exits);
    }
}
