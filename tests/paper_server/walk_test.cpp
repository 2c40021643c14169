#include <cmath>

#include <boost/asio/co_spawn.hpp>

#include <doctest/doctest.h>

#include "async/task_group.hpp"
#include "paper_server/client.hpp"
#include "paper_server/keeper.hpp"
#include "paper_server/walk.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using money::decimal;

namespace {

const trade::pair btc{"USDT", "BTC"};
const money::price cent{decimal{1, 2}};
const money::price highest{decimal{1'000'000}};
const money::price start{decimal{10'000}};

money::price next(std::uint64_t seed, std::uint64_t k, const trade::pair& pair = btc,
                  const money::price& from = start) {
    return paper_server::walk_price(seed, pair, k, from, money::percent{decimal{12}}, cent, highest);
}

} // namespace

TEST_CASE("walk: a step depends on its seed, its pair and its number, and on nothing else") {
    CHECK(next(7, 1) == next(7, 1));
    CHECK(next(7, 1) != next(7, 2));
    CHECK(next(7, 1) != next(8, 1));
    CHECK(next(7, 1) != next(7, 1, {"USDT", "ETH"}));
}

TEST_CASE("walk: a minute of steps moves the price by about the swing") {
    double squares = 0;
    constexpr int minutes = 400;
    for (std::uint64_t seed = 0; seed < minutes; ++seed) {
        auto price = start;
        for (std::uint64_t k = 1; k <= 60; ++k) price = next(seed, k, btc, price);
        const auto moved = price.value().approximate() / 10'000 - 1;
        squares += moved * moved;
    }
    const auto swing = std::sqrt(squares / minutes);
    CHECK(swing > 0.10);
    CHECK(swing < 0.14);
}

TEST_CASE("walk: a market without room to walk is refused at the start, and the line says where the room is") {
    struct row {
        const char *price, *step, *max;
    };
    for (const row& r : {row{"0.01", "0.01", "0.015"}, row{"0.004", "0.01", "100"}, row{"100", "0.01", "100"}}) {
        CAPTURE(r.price);
        CAPTURE(r.max);
        auto how = manual_options();
        const auto price = money::price::parse(r.price).value();
        how.prices[btc] = {price, price, price};
        how.limits[btc].price_step = money::price::parse(r.step).value();
        how.limits[btc].max_price = money::price::parse(r.max).value();
        CHECK_NOTHROW(client{how});
        how.market = paper_server::options::walk{};
        const auto expected = fmt::format("paper exchange: USDT_BTC cannot walk from {}, expected a price from its "
                                          "priceStep {} to a step below its maxPrice {}",
                                          r.price, r.step, r.max);
        CHECK_THROWS_WITH_AS(client{how}, expected.c_str(), std::runtime_error);
    }
}

TEST_CASE("walk: a pair that a tick puts where it cannot walk stands there, and the others go on") {
    auto how = manual_options();
    how.manual_clock = false;
    how.market = paper_server::options::walk{};
    client api{how};
    api.tick(R"({"pair":"USDT_PEPE","bid":"0.00001","ask":"0.00002"},{"pair":"USDT_GOLD","last":"1000000000"})");
    asio::io_context ctx{1};
    async::task_group tasks{ctx.get_executor()};
    tasks.spawn([&api] { return api.exchange.run(); });
    run_simulated(ctx, api.clock, api.clock.now() + std::chrono::seconds{10});
    const auto& markets = api.exchange.truth().market.markets;
    CHECK(markets.at(trade::pair{"USDT", "PEPE"}).now().bid.to_short_string() == "0.00001");
    CHECK(markets.at(trade::pair{"USDT", "GOLD"}).now().last.to_short_string() == "1000000000");
    CHECK(markets.at(btc).now().bid != start);
    tasks.cancel();
    ctx.restart();
    ctx.poll();
}

TEST_CASE("walk: what was accepted is carried out also while no pair can walk") {
    auto how = manual_options();
    how.manual_clock = false;
    how.market = paper_server::options::walk{};
    client api{how};
    const auto id = api.create(limit_buy());
    api.tick(R"({"pair":"USDT_BTC","bid":"1000000000","ask":"1000000000","last":"1000000000"})");
    CHECK(api.send("DELETE", fmt::format("/public/api/v2/smart_trades/{}", id)).status == 200);
    asio::io_context ctx{1};
    async::task_group tasks{ctx.get_executor()};
    tasks.spawn([&api] { return api.exchange.run(); });
    run_simulated(ctx, api.clock, api.clock.now() + std::chrono::seconds{2});
    CHECK(api.status(id) == "cancelled");
    tasks.cancel();
    ctx.restart();
    ctx.poll();
}

TEST_CASE("walk: prices stay on the price step and inside the market") {
    auto low = cent;
    auto high = highest;
    for (std::uint64_t k = 1; k < 500; ++k) {
        low = next(3, k, btc, low);
        high = next(3, k, btc, high);
        CHECK(low >= cent);
        CHECK(high <= highest);
        CHECK(high.value().is_multiple_of(cent.value()));
    }
}
