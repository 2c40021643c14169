#include <doctest/doctest.h>

#include "paper/world.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using trade::entry_type;
using trade::order_type;
using trade::price_type;
using trade::side;

TEST_CASE("entry: a market buy pays the ask and its fee, a market sell gets the bid less its fee") {
    world exchange{"10000", "10001"};
    const auto bought = exchange.create(simple(side::buy, entry_type::market));
    const auto sold = exchange.create(simple(side::sell, entry_type::market));
    CHECK(exchange.status(bought) == "created");
    CHECK(exchange.see(bought).may.force_start);
    exchange.tick();
    CHECK(exchange.status(bought) == "finished");
    CHECK(exchange.status(sold) == "finished");
    CHECK(exchange.see(bought).entered_total.to_string() == "100.11001");
    CHECK(exchange.see(sold).entered_total.to_string() == "99.9");
    CHECK(exchange.total("USDT") == "99999.78999");
    CHECK(exchange.total("BTC") == "1");
}

TEST_CASE("entry: what is accepted happens at the next tick, at that tick's prices") {
    world exchange{"10000", "10000.01"};
    const auto id = exchange.create(market_buy());
    exchange.tick("9000");
    CHECK(exchange.see(id).average_enter_price_without_commission->to_string() == "9000.01");
}

TEST_CASE(
    "entry: a limit order fills at its own price or, if the market is better when it is placed, at the market's") {
    struct row {
        const char *name, *limit, *next, *fill;
        side type;
    };
    for (const row& r : {row{"buy, market better at once", "10500", "10000", "10000.01", side::buy},
                         row{"buy, price falls through it", "9500", "9000", "9500.0", side::buy},
                         row{"sell, market better at once", "9500", "10000", "10000.0", side::sell},
                         row{"sell, price rises through it", "10500", "11000", "10500.0", side::sell}}) {
        CAPTURE(r.name);
        world exchange{"10000", "10000.01"};
        const auto id = exchange.create(limit_entry(r.type, r.limit));
        exchange.tick();
        exchange.tick(r.next);
        CHECK(exchange.status(id) == "waiting_targets");
        CHECK(exchange.see(id).average_enter_price_without_commission->to_string() == r.fill);
        CHECK(exchange.reserved("USDT") == "0");
        CHECK(exchange.reserved("BTC") == "0");
    }
}

TEST_CASE("entry: a resting order reserves its money") {
    world exchange{"10000", "10000.01"};
    exchange.create(limit_entry(side::buy, "9000"));
    exchange.create(limit_entry(side::sell, "11000"));
    exchange.tick();
    CHECK(exchange.reserved("USDT") == "90.09");
    CHECK(exchange.reserved("BTC") == "0.01");
}

TEST_CASE("entry: a conditional order waits on the side of its trigger that the price was on at creation") {
    struct row {
        const char *name, *trigger, *before, *after;
        side type;
    };
    for (const row& r : {row{"trigger above", "10100", "10099", "10100", side::buy},
                         row{"trigger below", "9900", "9900.01", "9899.99", side::buy},
                         row{"sell, trigger above", "10100", "10099", "10100", side::sell},
                         row{"sell, trigger below", "9900", "9900.01", "9900", side::sell}}) {
        CAPTURE(r.name);
        world exchange{"10000", "10000.01"};
        const auto id = exchange.create(conditional_entry(r.type, r.trigger));
        exchange.tick();
        CHECK(exchange.see(id).position.status.text() == "to_process");
        CHECK(exchange.reserved("USDT") == "0");
        if (r.type == side::buy && std::string_view{r.name} == "trigger above")
            exchange.tick("10099.98");
        else
            exchange.tick(r.before);
        CHECK(exchange.status(id) == "waiting_position");
        exchange.tick(r.after);
        CHECK(exchange.status(id) == "waiting_targets");
    }
}

TEST_CASE("entry: a triggered conditional limit places its order, on whichever side of the trigger it lies") {
    world exchange{"9700", "9700.01"};
    auto above = conditional_entry(side::buy, "10000");
    above.position.conditional->order = order_type::limit;
    above.position.price = at("10500");
    const auto taken = exchange.create(above);
    auto below = above;
    below.position.price = at("9900");
    const auto resting = exchange.create(below);
    exchange.tick();
    exchange.tick("10010");
    CHECK(exchange.see(taken).average_enter_price_without_commission->to_string() == "10010.01");
    CHECK(exchange.see(resting).position.status.text() == "order_placed");
    exchange.tick("9800");
    CHECK(exchange.see(resting).average_enter_price_without_commission->to_string() == "9900.0");
}

TEST_CASE("entry: a conditional order follows the price it names") {
    world exchange{"10000", "10000.01"};
    auto wish = conditional_entry(side::buy, "10100");
    wish.position.conditional->follows = price_type::last;
    const auto id = exchange.create(wish);
    exchange.tick();
    exchange.run(paper::tick{exchange.state.now, btc_market, at("10200"), at("10200.01"), {}});
    CHECK(exchange.status(id) == "waiting_position");
    exchange.run(paper::tick{exchange.state.now, btc_market, {}, {}, at("10100")});
    CHECK(exchange.status(id) == "waiting_targets");
}

TEST_CASE("entry: a trailing buy follows the price down and buys after the turn (trigger 400, 10 %, bought at 385)") {
    world exchange{"450", "450"};
    const auto tick = [&](std::string_view price) {
        exchange.run(paper::tick{exchange.state.now, btc_market, at(price), at(price), at(price)});
    };
    auto wish = conditional_entry(side::buy, "400");
    wish.position.units = of("0.1");
    wish.position.conditional->trailing = pct("10");
    const auto id = exchange.create(wish);
    exchange.tick();
    tick("401");
    CHECK(exchange.see(id).position.status.text() == "to_process");
    tick("400");
    CHECK(exchange.see(id).position.status.text() == "trailing_activated");
    tick("350");
    tick("384.99");
    CHECK(exchange.status(id) == "waiting_position");
    tick("385");
    CHECK(exchange.see(id).average_enter_price_without_commission->to_string() == "385.0");
}

TEST_CASE("entry: a trailing sell follows the price up and sells after the turn") {
    world exchange{"9700", "9700.01"};
    auto wish = conditional_entry(side::sell, "10000");
    wish.position.conditional->trailing = pct("10");
    const auto id = exchange.create(wish);
    exchange.tick();
    exchange.tick("10000");
    CHECK(exchange.see(id).position.status.text() == "trailing_activated");
    exchange.tick("12000");
    exchange.tick("10800.01");
    CHECK(exchange.status(id) == "waiting_position");
    exchange.tick("10800");
    CHECK(exchange.see(id).average_enter_price_without_commission->to_string() == "10800.0");
}

TEST_CASE("entry: percent exits become prices, from the average with commission, when a trailing entry fills") {
    world exchange{"9700", "9700.01"};
    auto wish = conditional_entry(side::buy, "10000");
    wish.position.conditional->trailing = pct("1");
    wish.take_profit = {target(order_type::limit, "1", "100")};
    wish.take_profit[0].level = pct("11");
    wish.stop_loss = stop_at("1");
    wish.stop_loss->trigger = pct("6");
    const auto id = exchange.create(wish);
    exchange.tick();
    CHECK(exchange.see(id).take_profit.at(0).percent->to_string() == "11.0");
    CHECK_FALSE(exchange.see(id).take_profit.at(0).price);
    CHECK(exchange.see(id).stop_loss->percent->to_string() == "6.0");
    exchange.tick("9999.99");
    const auto shown = exchange.see(id);
    CHECK(shown.status.text() == "waiting_targets");
    CHECK(shown.average_enter_price->to_string() == "10010.0");
    CHECK(shown.take_profit.at(0).price->to_string() == "11111.1");
    CHECK(shown.stop_loss->trigger->to_string() == "9409.4");
    CHECK_FALSE(shown.stop_loss->percent);
}

TEST_CASE("entry: a smart sell holds its coins already and has no average price") {
    world exchange{"9700", "9700.01"};
    auto wish = market_buy();
    wish.skip_enter_step = true;
    wish.position.price = at("8000");
    wish.take_profit = {target(order_type::limit, "10000", "100")};
    const auto id = exchange.create(wish);
    exchange.tick();
    auto shown = exchange.see(id);
    CHECK(shown.status.text() == "waiting_targets");
    CHECK(shown.position.status.text() == "smart_sell");
    CHECK(shown.position.editable);
    CHECK(shown.entered_total.to_string() == "80.0");
    CHECK_FALSE(shown.average_enter_price);
    CHECK(exchange.reserved("BTC") == "0.01");
    CHECK(exchange.total("USDT") == "100000");
    exchange.tick("10000");
    CHECK(exchange.status(id) == "finished");
    CHECK(exchange.total("USDT") == "100099.9");
    CHECK(exchange.total("BTC") == "0.99");
}

TEST_CASE("entry: without the money a trade fails and says so, whatever its order") {
    for (const auto order : {entry_type::market, entry_type::limit}) {
        world exchange{"10000", "10000.01"};
        exchange.state.accounts[spot].balances["USDT"].total = dec("50");
        auto wish = order == entry_type::market ? market_buy() : limit_entry(side::buy, "9000");
        const auto id = exchange.create(wish);
        exchange.tick();
        const auto shown = exchange.see(id);
        CHECK(shown.status.text() == "failed");
        CHECK(shown.status.error() == "Insufficient balance");
        CHECK(shown.position.status.error() == "Insufficient balance");
        CHECK(shown.is_position_not_filled);
        CHECK(exchange.total("USDT") == "50");
        CHECK(exchange.reserved("USDT") == "0");
    }
}

TEST_CASE("leverage: margin is reserved of the quote balance, and a close settles the result and both fees") {
    world exchange{"10000", "10000"};
    auto wish = market_buy();
    wish.account = contracts;
    wish.leverage = trade::leverage{trade::margin_type::isolated, 12};
    wish.take_profit = {target(order_type::market, "10100", "50"), target(order_type::market, "10200", "50")};
    const auto id = exchange.create(wish);
    exchange.tick();
    CHECK(exchange.reserved("USDT", contracts) == "8.33333334");
    CHECK(exchange.total("USDT", contracts) == "999.9");
    CHECK(exchange.see(id).margin_total->to_string() == "8.34166667");
    exchange.tick("10100");
    exchange.tick("10200");
    const auto shown = exchange.see(id);
    CHECK(shown.status.text() == "finished");
    CHECK(exchange.reserved("USDT", contracts) == "0");
    CHECK(dec(exchange.total("USDT", contracts)) - dec("1000") == shown.profit.volume->value());
    CHECK(shown.profit.roe->to_string() == (*shown.profit.percent * dec("12")).to_string());
}
