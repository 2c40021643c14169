#include "plan/print_plans.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/prng.hpp"
#include "plans.hpp"
#include "support/in_project.hpp"
#include "trade/random_request.hpp"

using namespace smarttrade;
namespace fs = std::filesystem;

namespace {

/// What is printed reads back to the same trades, and prints the same.
void check_round(const std::vector<trade::desired_trade>& trades) {
    const auto text = plan::print_plans(trades);
    CAPTURE(text);
    const auto set = test::plans_of(text);
    REQUIRE(!base::has_errors(set.diagnostics));
    const auto& again = set.trades;
    REQUIRE(again.size() == trades.size());
    for (std::size_t i = 0; i < trades.size(); ++i) {
        CHECK(again[i].identity == trades[i].identity);
        CHECK(again[i].account_name == trades[i].account_name);
        CHECK(again[i].request == trades[i].request);
        CHECK(again[i].life == trades[i].life);
    }
    CHECK(plan::print_plans(again) == text);
}

} // namespace

TEST_CASE("print: every documented plan is printed as a plan of the same trades") {
    std::size_t count = 0;
    const fs::path config = fs::path{test::in_project("config")};
    std::vector<fs::path> files{config / "lifecycle.yaml"};
    for (const auto& each : fs::directory_iterator{config / "plans"}) files.push_back(each.path());
    for (const auto& file : files) {
        CAPTURE(file.string());
        std::ifstream in{file};
        const auto trades = test::trades_of(std::string{std::istreambuf_iterator<char>{in}, {}});
        count += trades.size();
        check_round(trades);
    }
    CHECK(count > 25);
}

TEST_CASE("print: shorthands and defaults are worked in, and what holds anyway is not said") {
    CHECK(plan::print_plans(test::trades_of(R"(
defaults: {on_drift: report, price_type: bid, stop_loss: {order_type: market}}
trades:
  b:
    pair: USDT_ETH
    note: "swing #2"
    position: {type: buy, order_type: market, units: {value: "0.50"}}
    take_profit: [{order_type: limit, price: 5%}]
    stop_loss: {conditional: 3%, timeout: 90s}
  a: {pair: USDT_BTC, on_drift: revert, position: {type: sell, order_type: limit, units: 1, price: 60000}, stop_loss: none}
)")) == R"(trades:
  a:
    account: main
    pair: USDT_BTC
    position: {type: sell, order_type: limit, units: 1, price: 60000}
  b:
    account: main
    on_drift: report
    submit_within: 15m
    pair: USDT_ETH
    note: "swing #2"
    position: {type: buy, order_type: market, units: 0.5}
    take_profit:
      - {order_type: limit, price: 5% bid}
    stop_loss: {order_type: market, conditional: 3% bid, timeout: 90s}
)");
    CHECK(plan::print_plans({}) == "trades: {}\n");
}

TEST_CASE("print: whatever a plan may ask for comes out as it was") {
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        CAPTURE(seed);
        base::prng draw{seed};
        trade::desired_trade made;
        made.identity = {{7}, "t" + std::to_string(seed), 1 + static_cast<int>(draw.below(3))};
        made.account_name = "main";
        made.request = test::random_request{seed}.draw();
        made.request.account = {7};
        auto& life = made.life;
        for (std::size_t i = 0; i < made.request.take_profit.size(); ++i)
            life.steps.push_back({draw.below(3) == 0 ? "s-" + std::to_string(i) : "tp" + std::to_string(i + 1),
                                  static_cast<trade::step_state>(draw.below(3))});
        life.state = static_cast<trade::wanted_state>(draw.below(5));
        life.on_drift = static_cast<trade::drift_policy>(draw.below(2));
        life.on_remove = static_cast<trade::removal>(draw.below(3));
        if (draw.below(2) == 0) life.expires_after = std::chrono::seconds{1 + draw.below(200'000)};
        if (made.request.position.order != trade::entry_type::limit && !made.request.skip_enter_step)
            life.submit_within = std::chrono::seconds{1 + draw.below(5'000)};
        check_round({made});
    }
}
