#include <algorithm>
#include <map>

#include "paper/busy_exchange.hpp"
#include "plan/write_plans.hpp"
#include "plans.hpp"

using namespace smarttrade;

namespace {

bool is_level(const trade::exit_level& level, const std::optional<money::price>& price,
              const std::optional<money::percent>& percent) {
    if (const auto* wanted = std::get_if<money::price>(&level)) return price == *wanted;
    return !price && percent == std::get<money::percent>(level);
}

void check_entry(const trade::trade_request& wish, const trade::smart_trade& shown) {
    const auto& entry = wish.position;
    CHECK(wish.pair == shown.pair);
    CHECK(wish.type() == shown.type);
    CHECK(wish.leverage == shown.leverage);
    CHECK(wish.note == shown.note);
    CHECK(entry.order == shown.position.order);
    CHECK(entry.units == shown.position.units);
    if (entry.price) CHECK(entry.price == shown.position.price);
    const bool has_order_price = entry.order == trade::entry_type::limit || wish.skip_enter_step
                                 || (entry.conditional && entry.conditional->order == trade::order_type::limit);
    CHECK(entry.price.has_value() == has_order_price);
    CHECK(entry.conditional == shown.position.conditional);
}

void check_exits(const trade::trade_request& wish, const trade::smart_trade& shown) {
    REQUIRE(wish.take_profit.size() == shown.take_profit.size());
    for (std::size_t i = 0; i < wish.take_profit.size(); ++i) {
        const auto& step = wish.take_profit[i];
        const auto& there = shown.take_profit[i];
        CHECK(step.order == there.order);
        CHECK(step.follows == there.follows);
        CHECK(step.volume == there.volume);
        CHECK(step.trailing == there.trailing);
        CHECK(is_level(step.level, there.price, there.percent));
    }
    REQUIRE(wish.stop_loss.has_value() == shown.stop_loss.has_value());
    if (!wish.stop_loss) return;
    const auto& stop = *wish.stop_loss;
    const auto& there = *shown.stop_loss;
    CHECK(stop.order == there.order);
    CHECK(stop.follows == there.follows);
    CHECK(is_level(stop.trigger, there.trigger, there.percent));
    CHECK(stop.limit_price == there.limit_price);
    CHECK(stop.trailing.has_value() == there.is_trailing);
    if (stop.trailing) CHECK(stop.trailing->distance == there.trailing);
    CHECK(stop.timeout == there.timeout);
    CHECK(stop.breakeven == there.breakeven);
}

/// What the drawn trades were when they were written.
struct stages {
    int waiting = 0, entered = 0, stepped = 0, cut = 0, percents = 0, moved = 0;

    void see(const trade::smart_trade& of) {
        const auto is_done = [](const auto& step) { return trade::is_final(step.status.type); };
        ++(of.is_position_not_filled ? waiting : entered);
        stepped += std::ranges::any_of(of.take_profit, is_done) ? 1 : 0;
        money::percent sum;
        for (const auto& step : of.take_profit) sum = sum + step.volume;
        cut += !of.take_profit.empty() && sum < test::pct("100") ? 1 : 0;
        percents += of.stop_loss && of.stop_loss->percent ? 1 : 0;
        moved += of.stop_loss && of.stop_loss->trigger == of.average_enter_price ? 1 : 0;
    }
};

} // namespace

TEST_CASE("write_plans: whatever a trade has come to, its plan reads back without an error and asks for just that") {
    stages seen;
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        CAPTURE(seed);
        test::busy_exchange exchange{seed};
        for (int look = 0; look < 4; ++look) {
            exchange.go_on(8);
            for (const auto account : {test::spot, test::contracts}) {
                plan::surroundings around;
                around.accounts = {{"main", account}};
                const auto trades = exchange.of_account(account);
                const auto text = plan::write_plans(trades, {"main", "main", {}});
                CAPTURE(text);
                const auto set = test::plans_of(text, around);
                for (const auto& d : set.diagnostics)
                    if (d.level == base::severity::error) FAIL_CHECK(base::headline(d));
                std::map<trade::smart_trade_id, const trade::desired_trade*> wishes;
                for (const auto& wish : set.trades) wishes[wish.life.adopt.value()] = &wish;
                for (const auto& shown : trades) {
                    CAPTURE(shown.id.value);
                    CHECK(wishes.contains(shown.id) != shown.is_final());
                    if (shown.is_final() || !wishes.contains(shown.id)) continue;
                    seen.see(shown);
                    check_entry(wishes[shown.id]->request, shown);
                    if (!shown.instant) check_exits(wishes[shown.id]->request, shown);
                }
            }
        }
    }
    // The draw reaches every stage.
    for (const auto count : {seen.waiting, seen.entered, seen.stepped, seen.cut, seen.percents, seen.moved})
        CHECK(count > 20);
}
