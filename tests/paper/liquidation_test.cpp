#include <doctest/doctest.h>

#include "base/prng.hpp"
#include "paper/random_world.hpp"
#include "paper/rulings.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using trade::margin_type;
using trade::order_type;
using trade::side;

namespace {

trade::trade_request leveraged(side way, margin_type type, std::int64_t times) {
    auto wish = market_buy();
    wish.account = contracts;
    wish.position.type = way;
    wish.leverage = trade::leverage{type, times};
    return wish;
}

std::string level_of(const world& exchange, trade::smart_trade_id id) {
    const auto level = exchange.see(id).liquidation_price;
    return level ? level->to_short_string() : "none";
}

} // namespace

TEST_CASE("liquidation: an isolated position goes where its loss has eaten the margin, a cross one never") {
    struct row {
        const char* name;
        side way;
        margin_type type;
        std::int64_t times;
        const char *level, *before, *at;
    };
    for (const row& r : {row{"long 10x", side::buy, margin_type::isolated, 10, "9000", "9000.01", "9000"},
                         row{"long 3x", side::buy, margin_type::isolated, 3, "6666.67", "6666.68", "6666.67"},
                         row{"short 10x", side::sell, margin_type::isolated, 10, "11000", "10999.98", "10999.99"},
                         row{"short 3x", side::sell, margin_type::isolated, 3, "13333.33", "13333.31", "13333.32"},
                         row{"short 1x", side::sell, margin_type::isolated, 1, "20000", "19999.98", "19999.99"},
                         row{"long 1x", side::buy, margin_type::isolated, 1, "none", "0.01", ""},
                         row{"long cross", side::buy, margin_type::cross, 10, "none", "8000", ""},
                         row{"short cross", side::sell, margin_type::cross, 10, "none", "15000", ""}}) {
        CAPTURE(r.name);
        bought trade{leveraged(r.way, r.type, r.times)};
        CHECK(level_of(trade, trade.id) == r.level);
        trade.tick(r.before);
        CHECK(trade.status() == "waiting_targets");
        if (*r.at == '\0') continue;
        const auto told = trade.tick(r.at);
        CHECK(told.events.front().what == paper::happened::liquidated);
        CHECK(trade.status() == "failed");
        CHECK(trade.see().status.error() == "Position was liquidated");
        CHECK(trade.reserved("USDT", contracts) == "0");
    }
}

TEST_CASE("liquidation: the loss is never above the margin, however far the price jumps") {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        base::prng draw{seed};
        const auto way = draw.below(2) == 0 ? side::buy : side::sell;
        world exchange{"10000", "10000.01"};
        exchange.tick(cents(1'000'000 + static_cast<std::int64_t>(draw.below(100'000))).to_short_string());
        auto wish = leveraged(way, margin_type::isolated, 2 + static_cast<std::int64_t>(draw.below(124)));
        wish.position.units = quantity{cents(1 + static_cast<std::int64_t>(draw.below(5)))};
        wish.take_profit = {target(order_type::market, way == side::buy ? "12000" : "9000", "50"),
                            target(order_type::market, way == side::buy ? "13000" : "8000", "50")};
        const auto id = exchange.create(wish);
        exchange.tick();
        if (draw.below(2) == 0) { // sold in part, with margin and cost shared by then
            exchange.run(paper::close_order{id, exchange.see(id).take_profit.at(0).id});
            exchange.tick();
        }
        const auto before = exchange.state.accounts.at(contracts).balances.at("USDT");
        const auto margin = exchange.state.trades.at(id).record.margin;
        CHECK(before.reserved == margin);
        exchange.tick(way == side::buy ? "100" : "30000");
        CHECK(exchange.status(id) == "failed");
        const auto& after = exchange.state.accounts.at(contracts).balances.at("USDT");
        CHECK(before.total - after.total <= margin);
        CHECK(before.total - after.total >= margin - dec("0.01"));
        CHECK(after.reserved.is_zero());
    }
}

TEST_CASE("liquidation: added funds move the level with the average, and the old one is forgotten") {
    bought trade{leveraged(side::buy, margin_type::isolated, 10)};
    trade.tick("9400");
    trade.run(paper::add_funds{trade.id, {order_type::market, of("0.01"), {}}});
    trade.tick("9399.99"); // the ask is 9400
    CHECK(level_of(trade, trade.id) == "8730");
    trade.tick("9000");
    CHECK(trade.status() == "waiting_targets");
    trade.tick("8730");
    CHECK(trade.status() == "failed");
}

TEST_CASE("liquidation: it comes before a stop that the same price touches, and takes what rests with it") {
    auto wish = leveraged(side::buy, margin_type::isolated, 10);
    wish.take_profit = {target(order_type::limit, "11000", "100")};
    wish.stop_loss = stop_at("9100");
    wish.stop_loss->timeout = std::chrono::seconds{60};
    bought trade{wish};
    trade.run(paper::add_funds{trade.id, {order_type::limit, of("0.01"), at("8000")}});
    trade.tick("9050");
    trade.tick("8990");
    CHECK(trade.status() == "failed");
    CHECK(trade.reserved("USDT", contracts) == "0");
    CHECK(trade.state.timers.empty());
}

TEST_CASE("contracts: an account of contracts takes the whole price as margin where no leverage is asked for") {
    auto wish = market_buy();
    wish.account = contracts;
    wish.take_profit = {target(order_type::limit, "11000", "100")};
    world exchange{"10000", "10000"};
    exchange.state.accounts[contracts].contracts = true;
    const auto id = exchange.create(wish);
    exchange.tick();
    CHECK(exchange.reserved("USDT", contracts) == "100");
    CHECK(exchange.total("USDT", contracts) == "999.9");
    CHECK(level_of(exchange, id) == "none");
    CHECK_FALSE(exchange.state.accounts[contracts].balances.contains("BTC")); // no coin moves
    exchange.tick("0.01");
    CHECK(exchange.status(id) == "waiting_targets");
    exchange.tick("11000");
    CHECK(exchange.status(id) == "finished");
    CHECK(exchange.total("USDT", contracts) == "1009.79");
    CHECK(exchange.reserved("USDT", contracts) == "0");
}
