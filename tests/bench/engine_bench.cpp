// What the engine costs (tests/README.md): ticks that touch nobody, ticks of which one in a hundred fires an order with
// all its bookkeeping, both with few and with very many orders pending; a naive scan of the same orders; memory.
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "base/prng.hpp"
#include "paper/engine.hpp"

using namespace smarttrade;

namespace {

constexpr int pairs = 50;
constexpr std::size_t block_ticks = 5'000; ///< one firing tick for each pair
constexpr std::int64_t middle = 1'000'000; ///< cents: prices move around 10000

double cpu_seconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

money::price cents(std::int64_t count) { return money::price{money::decimal{count, 2}}; }
money::percent hundredths(std::int64_t count) {
    return money::percent{money::decimal{count, 2}};
}

trade::pair pair_of(int place) { return {"USDT", "C" + std::to_string(place)}; }

/// Smart trades in position with a stop. Of three, one trails by money, one by a percent (and has the level that it is
/// never looser than), one stands still: half of the triggers trail.
trade::trade_request wish(int place, base::prng& draw) {
    trade::trade_request made;
    made.account = {1};
    made.pair = pair_of(static_cast<int>(draw.below(pairs)));
    made.position.type = draw.below(2) == 0 ? trade::side::buy : trade::side::sell;
    made.position.order = trade::entry_type::market;
    made.position.units = money::quantity{money::decimal{1, 2}};
    const auto far = static_cast<std::int64_t>(120'000 + draw.below(300'000));
    auto& stop = made.stop_loss.emplace();
    stop.follows = trade::price_type::last;
    stop.trigger = cents(made.position.type == trade::side::buy ? middle - far : middle + far);
    if (place % 3 == 2) return made;
    stop.trailing.emplace();
    if (place % 3 == 1) stop.trailing->distance = hundredths(static_cast<std::int64_t>(1200 + draw.below(3000)));
    return made;
}

/// Triggers to trades: four for every three.
constexpr int trades_for(int triggers) { return triggers * 3 / 4; }

paper::state make_world() {
    paper::state world;
    auto& account = world.accounts[{1}];
    account.id = {1};
    account.balances["USDT"].total = money::decimal{1'000'000'000'000};
    for (int i = 0; i < pairs; ++i) {
        account.balances["C" + std::to_string(i)].total = money::decimal{1'000'000'000};
        const auto price = cents(middle);
        world.markets[pair_of(i)].move_to(price, price, price);
    }
    return world;
}

/// Creates and enters so many trades.
void fill(paper::state& world, int trades, base::prng& draw) {
    paper::effects told;
    for (int i = 0; i < trades; ++i) {
        paper::advance(world, paper::event{paper::create{wish(i, draw)}}, told);
        if (!std::holds_alternative<trade::smart_trade_id>(told.reply)) {
            std::fprintf(stderr, "a trade of the benchmark was refused\n");
            std::exit(1);
        }
    }
    paper::advance(world, paper::tick{}, told);
}

std::size_t pending_triggers(const paper::state& world) {
    std::size_t count = 0;
    for (const auto& [id, live] : world.trades) count += live.watches.size() + live.trails.size();
    return count;
}

/// Prices of a walk inside +-`reach` cents, made beforehand.
std::vector<paper::tick> make_ticks(std::size_t count, base::prng& draw, std::int64_t reach) {
    std::vector<std::int64_t> at(pairs, middle);
    std::vector<paper::tick> made;
    made.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto place = static_cast<std::size_t>(draw.below(pairs));
        const auto moved = at[place] + static_cast<std::int64_t>(draw.below(2001)) - 1000;
        at[place] = std::clamp(moved, middle - reach, middle + reach);
        const auto price = cents(at[place]);
        made.push_back({{}, paper::market_id{static_cast<std::int64_t>(place)}, price, price, price});
    }
    return made;
}

struct figures {
    double ticks_per_second = 0;
    std::size_t fired = 0;
    std::size_t pending = 0;
};

void clear(paper::effects& told) {
    told.events.clear();
    told.touched.trades.clear();
    told.touched.balances.clear();
    told.touched.markets.clear();
}

figures run_quiet(int triggers, std::size_t count) {
    base::prng draw{1};
    auto world = make_world();
    fill(world, trades_for(triggers), draw);
    const auto ticks = make_ticks(count, draw, 50'000);
    const auto pending = pending_triggers(world);
    paper::effects told;
    std::size_t events = 0;
    const auto start = cpu_seconds();
    for (const auto& tick : ticks) {
        paper::advance(world, tick, told);
        events += told.events.size();
        clear(told);
    }
    return {static_cast<double>(count) / (cpu_seconds() - start), events, pending};
}

/// The trade that the low of a block fires: a waiting limit entry is filled and its stop goes on the books, or a
/// trailing stop that has followed the walk sells the position and the trade is over.
trade::trade_request next_to_fire(std::size_t place, base::prng& draw, const money::price& low) {
    auto made = wish(static_cast<int>(place), draw);
    made.position.type = trade::side::buy;
    auto& stop = *made.stop_loss;
    stop.trailing.reset();
    if (place % 2 == 0) {
        made.position.order = trade::entry_type::limit;
        made.position.price = low;
        stop.trigger = cents(middle - 400'000);
    } else {
        stop.trigger = low;
        stop.trailing.emplace().distance = hundredths(250); // of a top of at least 9950
    }
    return made;
}

/// Every hundredth tick is a low that fires one order. The trades that replace the fired ones are made outside of the
/// measured time.
figures run_firing(int triggers, std::size_t count) {
    base::prng draw{2};
    auto world = make_world();
    fill(world, trades_for(triggers), draw);
    const auto pending = pending_triggers(world);
    const auto ticks = make_ticks(count, draw, 5'000);
    const auto low = cents(middle - 30'000);
    paper::effects told;
    double spent = 0;
    std::size_t fired = 0;
    for (std::size_t block = 0; block < count; block += block_ticks) {
        std::vector<paper::tick> lows;
        for (std::size_t i = 0; i < block_ticks / 100; ++i) {
            auto next = next_to_fire(i, draw, low);
            next.pair = pair_of(static_cast<int>(i % pairs));
            paper::advance(world, paper::event{paper::create{next}}, told);
            lows.push_back({{}, world.markets.id_of(next.pair), low, low, low});
        }
        paper::advance(world, paper::tick{}, told);
        clear(told);
        const auto start = cpu_seconds();
        for (std::size_t i = block; i < std::min(block + block_ticks, count); ++i) {
            paper::advance(world, i % 100 == 99 ? lows[i % block_ticks / 100] : ticks[i], told);
            for (const auto& each : told.events)
                fired += each.what == paper::happened::entered || each.what == paper::happened::stop_filled;
            clear(told);
        }
        spent += cpu_seconds() - start;
    }
    return {static_cast<double>(count) / spent, fired, pending};
}

/// What the books are for: every trigger compared with every price of its pair.
double run_naive(int triggers, std::size_t count) {
    struct trigger {
        int pair;
        bool above;
        money::price at;
    };
    base::prng draw{1};
    std::vector<trigger> all;
    for (int i = 0; i < triggers; ++i) {
        const auto far = static_cast<std::int64_t>(100'000 + draw.below(300'000));
        all.push_back({i % pairs, i % 2 == 0, cents(i % 2 == 0 ? middle + far : middle - far)});
    }
    const auto ticks = make_ticks(count, draw, 50'000);
    std::size_t touched = 0;
    const auto start = cpu_seconds();
    for (const auto& tick : ticks)
        for (const auto& each : all)
            if (each.pair == tick.on->value) touched += each.above ? *tick.last >= each.at : *tick.last <= each.at;
    const auto spent = cpu_seconds() - start;
    if (touched > 0) std::printf("naive: touched %zu\n", touched);
    return static_cast<double>(count) / spent;
}

std::size_t heap_in_use() { return mallinfo2().uordblks; }

} // namespace

int main() {
    const auto before = heap_in_use();
    {
        base::prng draw{3};
        auto world = make_world();
        fill(world, 50'000, draw);
        std::printf("{\"memory_bytes_per_trade\":%zu,\"trades\":50000}\n", (heap_in_use() - before) / 50'000);
    }
    double naive = run_naive(100'000, 2'000);
    std::printf("{\"naive_ticks_per_s\":%.0f,\"pending\":100000}\n", naive);
    for (const int triggers : {1'000, 10'000, 100'000}) {
        const auto quiet = run_quiet(triggers, 5'000'000);
        std::printf("{\"quiet_ticks_per_s\":%.0f,\"pending\":%zu,\"events\":%zu,\"naive_ratio\":%.0f}\n",
                    quiet.ticks_per_second, quiet.pending, quiet.fired, quiet.ticks_per_second / naive);
        const auto firing = run_firing(triggers, 1'000'000);
        std::printf("{\"firing_ticks_per_s\":%.0f,\"pending\":%zu,\"fired\":%zu}\n", firing.ticks_per_second,
                    firing.pending, firing.fired);
    }
    return 0;
}
