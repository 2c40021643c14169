// What others change of a trade that lives, and what the exchange does of itself.
#include <doctest/doctest.h>

#include "reconcile/led_scene.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

namespace {

trade::trade_request with_breakeven() {
    auto r = usual_request();
    r.stop_loss->breakeven = true;
    return r;
}

trade::trade_request with_trailing_stop() {
    auto r = usual_request();
    r.stop_loss->trailing = trade::stop_trailing{share_of("2.5")};
    return r;
}

} // namespace

TEST_CASE("drift: what somebody changes elsewhere goes back to the plan") {
    using entity = trade::smart_trade;
    struct row {
        const char* difference;
        std::function<void(entity&)> change;
    };
    const std::vector<row> rows{
        {"price 59000->60000", [](entity& e) { e.position.price = price_at("59000"); }},
        {"units 0.05->0.01", [](entity& e) { e.position.units = units_of("0.05"); }},
        {"leverage changes",
         [](entity& e) {
             e.leverage = trade::leverage{trade::margin_type::cross, 20};
         }},
        {"tp1 60900->61000", [](entity& e) { e.take_profit[0].price = price_at("60900"); }},
        {"tp1 80%->50%, tp2 20%->50%",
         [](entity& e) {
             e.take_profit[0].volume = share_of("80");
             e.take_profit[1].volume = share_of("20");
         }},
        {"stop 58000->58500", [](entity& e) { e.stop_loss->trigger = price_at("58000"); }},
        {"stop none->58500", [](entity& e) { e.stop_loss.reset(); }},
        {"stop changes its terms", [](entity& e) { e.stop_loss->timeout = 60s; }},
    };
    for (const auto& each : rows) {
        CAPTURE(std::string{each.difference});
        led_scene s;
        each.change(s.entity());
        s.look();
        const auto d = s.decide();
        REQUIRE(words(d) == "update a");
        CHECK(d.actions[0].difference == each.difference);
        CHECK(d.actions[0].reason == "changed elsewhere: back to the plan");
        const auto after = s.settle();
        CHECK(after.standings[0].verdict == verdict::in_sync);
        CHECK(s.told().reverts == 1);
        CHECK(s.writes == 1);
    }
}

TEST_CASE("drift: with on_drift report a change made elsewhere is told and left") {
    led_scene s;
    s.life().on_drift = trade::drift_policy::report;
    s.entity().take_profit[0].price = price_at("60900");
    const auto d = s.settle();
    CHECK(d.standings[0].verdict == verdict::in_sync);
    CHECK(d.standings[0].why == "changed elsewhere; on_drift is report");
    CHECK(s.writes == 0);
    CHECK(s.entity().take_profit[0].price == price_at("60900"));
}

TEST_CASE("drift: a change that comes back after three reverts is only told, until the plan is edited") {
    led_scene s;
    for (int i = 0; i < 3; ++i) {
        s.entity().take_profit[0].price = price_at("60900");
        s.now += 1min;
        s.look();
        CHECK(words(s.decide()) == "update a");
        s.settle();
    }
    s.entity().take_profit[0].price = price_at("60900");
    s.now += 24h;
    s.look();
    auto d = s.settle();
    CHECK(s.writes == 3);
    CHECK(d.standings[0].verdict == verdict::blocked);
    CHECK(d.standings[0].why == "changed elsewhere again after 3 reverts: it stays; edit it, or `smarttraded retry a`");
    s.edit([](auto& r) { r.take_profit[0].level = price_at("61100"); });
    CHECK(s.settle().standings[0].verdict == verdict::in_sync);
    s.entity().take_profit[0].price = price_at("60900");
    s.look();
    CHECK(words(s.decide()) == "update a"); // and it counts from the start
}

TEST_CASE("drift: a stop that was tightened elsewhere stays, is named, and is in sync") {
    led_scene s;
    s.enter();
    s.entity().stop_loss->trigger = price_at("59000");
    const auto d = s.settle();
    CHECK(s.writes == 0);
    CHECK(d.standings[0].verdict == verdict::in_sync);
    CHECK(d.standings[0].why == "its stop 59000 is tighter than 58500 in the plan and stays");
}

TEST_CASE("drift: a short's stop is tighter below: it stays there, and one above goes back") {
    auto request = usual_request();
    request.position.type = trade::side::sell;
    request.take_profit = {target_at("59000", "100")};
    request.stop_loss->trigger = price_at("61500");
    led_scene s{request};
    s.enter();
    s.entity().stop_loss->trigger = price_at("61000");
    CHECK(s.settle().standings[0].why == "its stop 61000 is tighter than 61500 in the plan and stays");
    CHECK(s.writes == 0);
    s.entity().stop_loss->trigger = price_at("62000");
    s.settle();
    CHECK(s.entity().stop_loss->trigger == price_at("61500"));
}

TEST_CASE("drift: no change loosens a tightened stop unless the user edits just that") {
    using request = trade::trade_request;
    struct row {
        const char* name;
        std::function<void(request&)> edit;
        const char* stop;
    };
    const std::vector<row> rows{
        {"a target", [](request& r) { r.take_profit[0].level = price_at("61500"); }, "59000"},
        {"the stop's terms", [](request& r) { r.stop_loss->timeout = 30s; }, "59000"},
        {"the stop, tighter", [](request& r) { r.stop_loss->trigger = price_at("59200"); }, "59200"},
        {"the stop, looser", [](request& r) { r.stop_loss->trigger = price_at("58000"); }, "58000"},
    };
    for (const auto& each : rows) {
        CAPTURE(std::string{each.name});
        led_scene s;
        s.enter();
        s.entity().stop_loss->trigger = price_at("59000");
        s.look();
        s.settle();
        s.edit(each.edit);
        const auto d = s.decide();
        REQUIRE(words(d) == "update a");
        CHECK(d.actions[0].change->stop_loss->trigger == trade::exit_level{price_at(each.stop)});
        CHECK(s.settle().standings[0].verdict == verdict::in_sync);
        CHECK(s.entity().stop_loss->trigger == price_at(each.stop));
    }
}

TEST_CASE("drift: after the first target the breakeven stop is the exchange's own") {
    led_scene s{with_breakeven()};
    s.enter();
    s.entity().take_profit[0].status = trade::order_status::finished;
    s.entity().stop_loss->trigger = price_at("60000");
    auto d = s.settle();
    CHECK(s.writes == 0);
    CHECK(d.standings[0].verdict == verdict::in_sync);
    CHECK(d.standings[0].why == "");
    s.edit([](auto& r) { r.take_profit[1].level = price_at("63000"); }); // and goes out as it stands
    d = s.decide();
    REQUIRE(words(d) == "update a");
    CHECK(d.actions[0].change->stop_loss->trigger == trade::exit_level{price_at("60000")});
    CHECK(d.actions[0].difference == "tp2 62000->63000");
    s.settle();
    s.edit([](auto& r) { r.stop_loss->trigger = price_at("60300"); }); // the user may still move it
    CHECK(s.decide().actions.at(0).difference == "stop 60000->60300");
}

TEST_CASE("drift: a stop that trails is not followed, and other edits send it as it stands") {
    led_scene s{with_trailing_stop()};
    s.enter();
    for (const char* trigger : {"58600", "59100", "59900"}) {
        s.entity().stop_loss->trigger = price_at(trigger);
        s.look();
        const auto d = s.settle();
        CHECK(d.standings[0].verdict == verdict::in_sync);
        CHECK(d.standings[0].why == "");
    }
    CHECK(s.writes == 0);
    s.edit([](auto& r) { r.take_profit[0].level = price_at("61500"); });
    const auto d = s.decide();
    REQUIRE(words(d) == "update a");
    CHECK(d.actions[0].change->stop_loss->trigger == trade::exit_level{price_at("59900")});
}

TEST_CASE("F28: less than one price step is no difference, and the step is asked for before anything is sent") {
    led_scene s;
    s.seen.markets.clear();
    s.entity().take_profit[0].price = price_at("61000.004");
    s.entity().position.price = price_at("59999.9960");
    auto d = s.decide();
    CHECK(words(d) == "read_market a");
    CHECK(d.standings[0].verdict == verdict::pending);
    s.price(price_at("60500")); // in steps of 0.01
    d = s.settle();
    CHECK(d.standings[0].verdict == verdict::in_sync);
    CHECK(s.writes == 0);
    s.entity().take_profit[0].price = price_at("61000.01");
    s.look();
    CHECK(words(s.decide()) == "update a");
}

TEST_CASE("F28: an exchange that keeps another form of a price than was sent is not asked again and again") {
    led_scene s;
    s.edit([](auto& r) { r.take_profit[0].level = price_at("61234.57"); });
    const auto d = s.decide();
    REQUIRE(words(d) == "update a");
    s.execute(d.actions[0]);
    s.entity().take_profit[0].price = price_at("61234.563");
    s.sent(d.actions[0], outcome::accepted);
    for (int i = 0; i < 3; ++i) CHECK(s.settle().standings[0].verdict == verdict::in_sync);
    CHECK(s.writes == 1);
}

TEST_CASE("drift: what the exchange does not take is sent three times, then told, never called in sync") {
    led_scene s;
    s.edit([](auto& r) { r.take_profit[0].level = price_at("61500"); });
    for (int tries = 1; tries <= 3; ++tries) {
        s.now += 1min;
        s.look();
        const auto d = s.decide();
        REQUIRE(words(d) == "update a");
        CHECK(d.actions[0].change->take_profit[0].order == target_at("61500", "50"));
        s.sent(d.actions[0], outcome::accepted); // and nothing happens
        for (const auto& each : s.decide().actions) s.carry_out(each);
        CHECK(s.decide().standings[0].verdict != verdict::in_sync);
    }
    s.now += 24h;
    s.look();
    const auto d = s.settle();
    CHECK(s.writes == 3);
    CHECK(d.standings[0].verdict == verdict::blocked);
    CHECK(d.standings[0].why
          == "the exchange shows other exits than were sent three times: look at the trade in the app; edit it, or "
             "`smarttraded retry a`");
    s.edit([](auto& r) { r.take_profit[0].level = price_at("61600"); });
    CHECK(s.settle().standings[0].verdict == verdict::in_sync);
}

TEST_CASE("drift: two parts changed at once, by the user and elsewhere, come out as the plan says in one change") {
    led_scene s;
    s.entity().take_profit[0].price = price_at("60900");
    s.edit([](auto& r) { r.stop_loss->trigger = price_at("58800"); });
    const auto d = s.decide();
    REQUIRE(words(d) == "update a");
    CHECK(d.actions[0].difference == "tp1 60900->61000, stop 58500->58800");
    CHECK(s.settle().standings[0].verdict == verdict::in_sync);
    CHECK(s.writes == 1);
}
