// Exits and entries that hang on the price of a moment.
#include <doctest/doctest.h>

#include "reconcile/differences.hpp"
#include "reconcile/led_scene.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

namespace {

/// Exits 5 % above and 2.5 % below the entry.
trade::trade_request percent_request(trade::entry_type order) {
    auto r = usual_request();
    r.position.order = order;
    if (order == trade::entry_type::market) r.position.price.reset();
    r.take_profit = {target_at("1", "100")};
    r.take_profit[0].level = share_of("5");
    r.stop_loss->trigger = share_of("2.5");
    return r;
}

struct new_scene : led_scene {
    explicit new_scene(const trade::trade_request& asked) {
        wishes.clear();
        seen.trades.clear();
        seen.markets.clear();
        past = {};
        prove_canary();
        tell(fact_kind::history_read, "");
        plan("a", asked);
    }
    void quote(const char* bid, const char* ask) {
        price(price_at(bid));
        seen.markets.begin()->second.rates.ask = price_at(ask);
    }
    action create() const {
        const auto d = decide();
        REQUIRE(words(d) == "create a");
        return d.actions[0];
    }
};

std::string exits_of(const trade::trade_request& r) {
    return text_of(r.take_profit.at(0).level) + " " + text_of(r.stop_loss->trigger);
}

} // namespace

TEST_CASE("prices: percent exits of a limit entry are prices off it before the create, whatever the market costs") {
    new_scene s{percent_request(trade::entry_type::limit)};
    s.know_market();
    const auto sent = s.create();
    REQUIRE(sent.request.has_value());
    CHECK(exits_of(*sent.request) == "63000 58500");
}

TEST_CASE("prices: percent exits of a market entry are prices off what it will meet, read right before") {
    struct row {
        trade::side side;
        const char* exits;
    };
    for (const row& r : {row{trade::side::buy, "63105 58597.5"}, row{trade::side::sell, "57000 61500"}}) {
        CAPTURE(std::string{base::name_of(r.side)});
        auto request = percent_request(trade::entry_type::market);
        request.position.type = r.side;
        new_scene s{request};
        auto d = s.decide();
        CHECK(words(d) == "read_market a");
        CHECK(d.standings[0].verdict == verdict::pending);
        s.quote("60000", "60100");
        const auto sent = s.create();
        CHECK(sent.pair == request.pair); // and is read once more in the same moment
        REQUIRE(sent.request.has_value());
        CHECK(exits_of(*sent.request) == r.exits);
        s.now += 61s;
        CHECK(words(s.decide()) == "read_market a"); // that price is too old by now
    }
}

TEST_CASE("prices: once entered, percent exits are counted again from the average price") {
    const auto asked = percent_request(trade::entry_type::market);
    auto shown = asked;
    shown.take_profit[0].level = price_at("63000");
    shown.stop_loss->trigger = price_at("58500");
    new_scene s{asked};
    s.price(price_at("60000"));
    s.make("a", "aaaaaaaa", 7, asked, shown);
    s.settle();
    CHECK(s.writes == 0); // not entered: nothing to count from yet
    s.enter("60100");
    auto d = s.decide();
    REQUIRE(words(d) == "update a");
    CHECK(find_action(d, action_kind::update)->difference == "tp1 63000->63105, stop 58500->58597.5");
    d = s.settle();
    CHECK(d.standings[0].verdict == verdict::in_sync);
    CHECK(s.writes == 1);
    s.edit([](auto& r) { r.take_profit[0].level = share_of("6"); });
    CHECK(find_action(s.decide(), action_kind::update)->difference == "tp1 63105->63706");
}

TEST_CASE("prices: an average that moves with every fill moves the exits each time; what is not taken is still told") {
    const auto asked = percent_request(trade::entry_type::market);
    auto shown = asked;
    shown.take_profit[0].level = price_at("63000");
    shown.stop_loss->trigger = price_at("58500");
    new_scene s{asked};
    s.price(price_at("60000"));
    s.make("a", "aaaaaaaa", 7, asked, shown);
    s.settle();
    for (const char* average : {"60010", "60020", "60030", "60040", "60050"}) {
        s.enter(average);
        const auto d = s.decide();
        REQUIRE(words(d) == "update a");
        CHECK(d.actions.back().reason == "its percents count from the average entry price");
        CHECK(s.settle().standings[0].verdict == verdict::in_sync);
    }
    s.enter("60100");
    for (int tries = 1; tries <= 2; ++tries) {
        s.now += 1min;
        s.look();
        s.sent(*find_action(s.decide(), action_kind::update), outcome::accepted); // and nothing happens
        for (const auto& each : s.decide().actions) s.carry_out(each);
    }
    s.now += 24h;
    s.look();
    CHECK(words(s.decide()) == "");
    CHECK(s.decide().standings[0].verdict == verdict::blocked);
}

TEST_CASE("prices: an entry whose market cannot be read waits and says why") {
    new_scene s{percent_request(trade::entry_type::market)};
    s.seen.unpriced[{main_account, trade::pair{"USDT", "BTC"}}] = {"404: no such market", s.now};
    const auto d = s.decide();
    CHECK(words(d).find("create") == std::string::npos);
    CHECK(d.standings[0].verdict == verdict::pending);
    CHECK(d.standings[0].why == "its price cannot be read: 404: no such market");
    s.price(price_at("60000")); // one of before that does not count
    CHECK(words(s.decide()).find("create") == std::string::npos);
    s.seen.unpriced.clear();
    CHECK(words(s.decide()) == "create a");
}

TEST_CASE("prices: a trigger that the price has passed already is missed, not entered from the other side") {
    using enum trade::trigger_side;
    struct row {
        trade::trigger_side when;
        const char* trigger;
        bool missed;
    };
    for (const row& r : {row{above, "61000", false}, row{above, "60100", true}, row{above, "59000", true},
                         row{below, "60000", false}, row{below, "60100", true}, row{below, "61000", true}}) {
        CAPTURE(std::string{r.trigger});
        auto request = usual_request();
        request.position.order = trade::entry_type::conditional;
        request.position.conditional = trade::conditional_entry{price_at(r.trigger), {}, trade::order_type::limit, {}};
        new_scene s{request};
        s.life().when = r.when;
        CHECK(words(s.decide()) == "read_market a");
        s.quote("60000", "60100"); // a buy follows the ask (V11)
        const auto d = s.decide();
        CHECK(words(d) == (r.missed ? "" : "create a"));
        if (!r.missed) continue;
        CHECK(d.standings[0].verdict == verdict::blocked);
        CHECK(d.standings[0].why
              == "missed: the price is 60100, its trigger " + std::string{r.trigger} + " should be "
                     + (r.when == above ? "above" : "below") + " it; set another trigger");
    }
}

TEST_CASE("prices: a market entry whose exit the price is through already waits for a person") {
    auto request = usual_request();
    request.position.order = trade::entry_type::market;
    request.position.price.reset();
    new_scene s{request};
    s.price(price_at("61000"));
    const auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].verdict == verdict::held);
    REQUIRE(d.holds.size() == 1);
    CHECK(d.holds[0].why == "the price 61000 is already through take_profit step 1 at 61000");
    auto later = s;
    later.price(price_at("60000"));
    CHECK(words(later.decide()) == "create a"); // it turned by itself
    s.confirm(d.holds[0].id);
    CHECK(words(s.decide()) == "create a");
}

TEST_CASE(
    "prices: where order totals are limited, an unlisted quote currency or a market without a price buys nothing") {
    auto request = usual_request();
    request.position.order = trade::entry_type::market;
    request.position.price.reset();
    new_scene s{request};
    s.price(price_at("60000"));
    s.rules.order_totals = {{"EUR", money::money{money::decimal{1000}}}};
    CHECK(words(s.decide()) == "");
    CHECK(s.decide().standings[0].why == "guardrails.max_order_total does not list its quote currency");
    s.rules.order_totals = {{"USDT", money::money{money::decimal{606}}}}; // 0.01 at 60000 and 1 %
    CHECK(words(s.decide()) == "create a");
    auto more = s;
    auto& added = more.life().adjustments.emplace_back();
    added.kind = trade::adjustment_kind::add_funds;
    added.order.units = units_of("1"); // adding is part of what it may cost
    CHECK(words(more.decide()) == "");
    CHECK(more.decide().standings[0].why
          == "1.01 BTC at the ask + 1 % are 61206 USDT, above guardrails.max_order_total 606");
    s.rules.order_totals = {{"USDT", money::money{money::decimal{605}}}};
    CHECK(words(s.decide()) == "");
    s.seen.markets.begin()->second.rates.ask.reset();
    s.seen.markets.begin()->second.rates.last.reset();
    CHECK(s.decide().standings[0].why == "guardrails.max_order_total cannot be checked: the market shows no ask price");
}
