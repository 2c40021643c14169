// Trades that somebody made in the app, and the plan takes over.
#include <doctest/doctest.h>

#include "reconcile/led_scene.hpp"
#include "reconcile/tags.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

namespace {

/// Somebody made trade 42 in the app; the plan wants to lead it as `a`.
struct adopting_scene : led_scene {
    adopting_scene() {
        seen.trades.clear();
        past = {};
        prove_canary();
        tell(fact_kind::history_read, "");
        life().adopt = trade::smart_trade_id{42};
        seen.trades[trade::smart_trade_id{42}] = {exchange.made_from(usual_request(), 42, "my own words"), now};
    }
    void bind(const action& what) {
        fact bound;
        bound.kind = fact_kind::bound;
        bound.identity = what.identity;
        bound.trade_id = what.trade_id;
        past.apply(bound, now);
    }
};

} // namespace

TEST_CASE("ownership: an adopted trade is bound, its note left alone, and what differs from the plan is edited") {
    adopting_scene s;
    auto d = s.decide();
    REQUIRE(words(d) == "bind a");
    CHECK(d.actions[0].trade_id == trade::smart_trade_id{42});
    CHECK(d.actions[0].nonce == "");
    CHECK(count_missing(s.wishes, s.past, {}) == 0);
    s.bind(d.actions[0]);
    d = s.settle();
    CHECK(d.standings[0].verdict == verdict::in_sync);
    CHECK(s.writes == 0); // it is as the plan says
    CHECK(s.entity(42).note_raw == "my own words");
    s.edit([](auto& r) { r.stop_loss->trigger = price_at("58800"); });
    CHECK(words(s.decide()) == "update a");
    CHECK(s.settle().standings[0].verdict == verdict::in_sync);
    CHECK(s.entity(42).note_raw == "my own words");
}

TEST_CASE("ownership: an adopted trade that differs from the plan is brought to it") {
    adopting_scene s;
    s.entity(42).stop_loss->trigger = price_at("58000");
    s.bind(s.decide().actions.at(0));
    const auto d = s.decide();
    REQUIRE(words(d) == "update a");
    CHECK(find_action(d, action_kind::update)->difference == "stop 58000->58500");
    CHECK(s.settle().standings[0].verdict == verdict::in_sync);
}

TEST_CASE("ownership: a stop that is tighter than in the plan is not loosened by adopting its trade") {
    for (const bool moves_itself : {false, true}) { // as a breakeven stop does
        CAPTURE(moves_itself);
        adopting_scene s;
        s.exchange.fill(s.entity(42), "60000");
        auto& stop = *s.entity(42).stop_loss;
        stop.trigger = price_at("59000");
        if (moves_itself) {
            stop.breakeven = true;
            s.entity(42).take_profit[0].status = trade::order_status::finished;
            s.edit([](auto& r) { r.stop_loss->breakeven = true; });
        }
        s.bind(s.decide().actions.at(0));
        s.look();
        const auto d = s.settle();
        CHECK(d.standings[0].verdict == verdict::in_sync);
        if (!moves_itself) CHECK(d.standings[0].why == "its stop 59000 is tighter than 58500 in the plan and stays");
        CHECK(s.entity(42).stop_loss->trigger == price_at("59000"));
        s.edit([](auto& r) { r.stop_loss->trigger = price_at("58400"); }); // that is an edit
        s.settle();
        CHECK(s.entity(42).stop_loss->trigger == price_at("58400"));
    }
}

TEST_CASE("ownership: adopting tightens a stop that moves itself, and asks before it takes one away") {
    struct row {
        const char* name;
        std::function<void(led_scene&)> prepare;
    };
    const std::vector<row> rows{{"breakeven",
                                 [](led_scene& s) {
                                     s.entity(42).stop_loss->breakeven = true;
                                     s.entity(42).take_profit[0].status = trade::order_status::finished;
                                     s.edit([](auto& r) { r.stop_loss->breakeven = true; });
                                 }},
                                {"trailing", [](led_scene& s) {
                                     s.entity(42).stop_loss->is_trailing = true;
                                     s.entity(42).stop_loss->trailing = share_of("2");
                                     s.edit(
                                         [](auto& r) { r.stop_loss->trailing = trade::stop_trailing{share_of("2")}; });
                                 }}};
    for (const auto& each : rows) {
        CAPTURE(std::string{each.name});
        adopting_scene s;
        s.exchange.fill(s.entity(42), "60000");
        each.prepare(s);
        s.edit([](auto& r) { r.stop_loss->trigger = price_at("59000"); });
        s.bind(s.decide().actions.at(0));
        s.look();
        s.settle();
        CHECK(s.entity(42).stop_loss->trigger == price_at("59000"));
    }
    adopting_scene s;
    s.edit([](auto& r) { r.stop_loss.reset(); });
    s.bind(s.decide().actions.at(0));
    s.look();
    const auto d = s.decide();
    CHECK(words(d) == "");
    REQUIRE(d.holds.size() == 1);
    CHECK(d.holds[0].why == "its stop at 58500 is taken away");
}

TEST_CASE("ownership: what cannot be adopted is told, and nothing is created in its place") {
    struct row {
        const char* why;
        std::function<void(adopting_scene&)> spoil;
    };
    const std::vector<row> rows{
        {"adopt: the exchange does not know a trade 42",
         [](adopting_scene& s) {
             s.seen.trades.clear();
             s.seen.missing.insert(trade::smart_trade_id{42});
         }},
        {"account", [](adopting_scene& s) { s.entity(42).account.id = trade::account_id{2}; }},
        {"USDT_ETH", [](adopting_scene& s) { s.entity(42).pair.base = "ETH"; }},
        {"has ended", [](adopting_scene& s) { s.entity(42).status = trade::trade_status::finished; }},
        {"belongs to b: `was: b` in place of `adopt` takes it over",
         [](adopting_scene& s) {
             s.make("b", "bbbbbbbb", 42, usual_request());
             s.look();
         }},
        {"revision 2 ran already: set 2 again, or 3 to run the trade once more",
         [](adopting_scene& s) {
             s.wishes[0].trade.identity.revision = 2;
             s.bind(s.decide().actions[0]);
             s.wishes[0].trade.identity.revision = 1;
         }},
    };
    for (const auto& r : rows) {
        CAPTURE(std::string{r.why});
        adopting_scene s;
        r.spoil(s);
        const auto d = s.decide();
        CHECK(words(d).find("create") == std::string::npos);
        CHECK(d.standings[0].verdict == verdict::blocked);
        CHECK(d.standings[0].why.find(r.why) != std::string::npos);
    }
}

TEST_CASE("ownership: a higher revision of an adopted trade waits for its end, then runs anew") {
    adopting_scene s;
    s.bind(s.decide().actions[0]);
    s.wishes[0].trade.identity.revision = 2;
    auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].why == "revision 1 still lives as id 42: waits for its end");
    s.entity(42).status = trade::trade_status::finished;
    s.look();
    CHECK(count_missing(s.wishes, s.past, {}) == 1);
    d = s.decide();
    CHECK(words(d) == "create a");
    CHECK(d.actions[0].reason == "in the plans, not on the exchange; `adopt` was for an earlier revision");
}

TEST_CASE("ownership: a trade to be adopted is read first") {
    adopting_scene s;
    s.seen.trades.clear();
    const auto d = s.decide();
    CHECK(words(d) == "read_trade a");
    CHECK(d.actions[0].trade_id == trade::smart_trade_id{42});
    CHECK(d.standings[0].verdict == verdict::pending);
}
