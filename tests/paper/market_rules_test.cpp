// The rules of the market as an author is told them, against the exchange that enforces them.
#include <doctest/doctest.h>

#include "base/prng.hpp"
#include "paper/limits.hpp"
#include "paper/world.hpp"
#include "trade/rules_market.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using trade::side;

namespace {

trade::market_rates rates_of(const paper::market& of) {
    const auto& limits = of.limits;
    trade::market_rates made;
    made.last = of.now().last;
    made.bid = of.now().bid;
    made.ask = of.now().ask;
    made.min_price = limits.min_price;
    made.max_price = limits.max_price;
    made.price_step = limits.price_step;
    made.min_lot = limits.min_lot;
    made.max_lot = limits.max_lot;
    made.lot_step = limits.lot_step;
    made.min_total = limits.min_total;
    made.min_market_total = limits.min_market_total;
    made.max_total = limits.max_total;
    made.min_market_buy = limits.min_market_buy;
    made.min_market_sell = limits.min_market_sell;
    made.max_market_buy = limits.max_market_buy;
    made.max_market_sell = limits.max_market_sell;
    made.bid_multiplier_down = limits.bid_multiplier_down;
    made.bid_multiplier_up = limits.bid_multiplier_up;
    made.ask_multiplier_down = limits.ask_multiplier_down;
    made.ask_multiplier_up = limits.ask_multiplier_up;
    return made;
}

/// Requests and limits around each other, so that about half of them fit.
class around_limits {
public:
    explicit around_limits(std::uint64_t seed) : random_{seed} {}

    paper::market_limits limits() {
        paper::market_limits drawn;
        drawn.price_step = price{step()};
        drawn.lot_step = quantity{step()};
        drawn.min_lot = drawn.lot_step * decimal{whole(1, 5)};
        drawn.max_lot = quantity{decimal{whole(1, 400)}};
        drawn.min_price = drawn.price_step * decimal{whole(1, 3)};
        drawn.max_price = price{decimal{whole(100, 700)}};
        drawn.min_total = money::money{decimal{whole(1, 100), 1}};
        drawn.min_market_total = money::money{decimal{whole(1, 100), 1}};
        drawn.max_total = money::money{decimal{whole(100, 20'000)}};
        if (chance()) drawn.max_market_buy = quantity{decimal{whole(1, 300)}};
        if (chance()) drawn.max_market_sell = quantity{decimal{whole(1, 300)}};
        if (chance()) drawn.min_market_buy = quantity{decimal{whole(1, 100), 2}};
        if (chance()) drawn.min_market_sell = quantity{decimal{whole(1, 100), 2}};
        if (chance()) drawn.bid_multiplier_down = decimal{9, 1};
        if (chance()) drawn.ask_multiplier_up = decimal{12, 1};
        return drawn;
    }

    trade::trade_request request() {
        auto wish = market_buy();
        auto& entry = wish.position;
        entry.type = chance() ? side::buy : side::sell;
        entry.order = static_cast<trade::entry_type>(whole(0, 2));
        entry.units = chance() ? quantity{decimal{whole(1, 40'000), 2}} : quantity{number(5)};
        wish.skip_enter_step = entry.order != trade::entry_type::conditional && whole(0, 5) == 0;
        if (entry.order == trade::entry_type::conditional) {
            trade::conditional_entry conditional;
            conditional.trigger = price{number(100)};
            conditional.order = chance() ? trade::order_type::limit : trade::order_type::market;
            if (conditional.order == trade::order_type::limit) entry.price = price{number(100)};
            entry.conditional = conditional;
        }
        if (entry.order == trade::entry_type::limit || wish.skip_enter_step) entry.price = price{number(100)};
        const auto steps = whole(0, 3);
        for (std::int64_t i = 0; i < steps; ++i) {
            const auto volume = i + 1 == steps ? 100 - 10 * (steps - 1) : 10;
            wish.take_profit.push_back({{}, {}, price{number(110)}, percent{decimal{volume}}, {}});
        }
        if (!chance()) return wish;
        wish.stop_loss.emplace();
        wish.stop_loss->trigger = price{number(90)};
        if (chance()) wish.stop_loss->limit_price = price{number(90)};
        return wish;
    }

    trade::funds_order funds() {
        trade::funds_order drawn;
        drawn.order = chance() ? trade::order_type::limit : trade::order_type::market;
        drawn.units = quantity{number(5)};
        if (drawn.order == trade::order_type::limit) drawn.price = price{number(100)};
        return drawn;
    }

private:
    std::int64_t whole(std::int64_t least, std::int64_t most) {
        return least + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(most - least + 1)));
    }
    bool chance() { return random_.below(2) == 0; }
    decimal step() { return decimal{1, static_cast<int>(whole(0, 3))}; }
    /// About `middle`, mostly with few decimals.
    decimal number(std::int64_t middle) {
        const auto scale = static_cast<int>(whole(0, 7) == 0 ? 4 : whole(0, 2));
        decimal scaled{middle};
        for (int i = 0; i < scale; ++i) scaled = scaled * decimal{10};
        const auto most = scaled.scaled(0, money::rounding::down) * (whole(0, 9) == 0 ? 8 : 2);
        return decimal{whole(1, most), scale};
    }

    base::prng random_;
};

std::string words(const std::vector<trade::violation>& all) {
    std::string text;
    for (const auto& each : all) text += each.message + "; ";
    return text;
}
std::string words(const std::vector<paper::field_error>& all) {
    std::string text;
    for (const auto& each : all) text += each.field + " " + each.message + "; ";
    return text;
}

} // namespace

TEST_CASE("market rules: what they accept the exchange does not refuse, and what they refuse it refuses") {
    std::size_t accepted = 0, refused = 0;
    for (std::uint64_t seed = 1; seed <= 20'000; ++seed) {
        CAPTURE(seed);
        around_limits draw{seed};
        world exchange{"99.9", "100.1"};
        auto& market = exchange.state.markets[usdt_btc];
        market.limits = draw.limits();
        const auto wish = draw.request();
        const auto judged = trade::judge_by_market(wish, rates_of(market)).breaches;
        const auto said = paper::market_errors(exchange.state, wish);
        CAPTURE(words(judged));
        CAPTURE(words(said));
        REQUIRE(judged.empty() == said.empty());
        ++(judged.empty() ? accepted : refused);
    }
    CHECK(accepted > 1000);
    CHECK(refused > 1000);
}

TEST_CASE("market rules: funds that they accept the exchange does not refuse, and what they refuse it refuses") {
    std::size_t accepted = 0, refused = 0;
    for (std::uint64_t seed = 1; seed <= 5'000; ++seed) {
        CAPTURE(seed);
        around_limits draw{seed};
        world exchange{"99.9", "100.1"};
        auto& market = exchange.state.markets[usdt_btc];
        market.limits = draw.limits();
        const auto order = draw.funds();
        for (const auto what : {side::buy, side::sell}) {
            const auto met = what == side::buy ? market.now().ask : market.now().bid;
            const auto judged = trade::judge_funds_by_market(order, what, usdt_btc, rates_of(market), {}).breaches;
            const auto said = paper::funds_errors(market, order, order.price.value_or(met), what);
            CAPTURE(words(judged));
            CAPTURE(words(said));
            REQUIRE(judged.empty() == said.empty());
            ++(judged.empty() ? accepted : refused);
        }
    }
    CHECK(accepted > 200);
    CHECK(refused > 200);
}
