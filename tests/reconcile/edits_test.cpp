// What the user edits of a trade that lives, and what is sent for it.
#include <doctest/doctest.h>

#include "reconcile/led_scene.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

namespace {

/// The change that one decision sends; nothing else may be sent with it.
action only_update(const led_scene& s) {
    const auto d = s.decide();
    REQUIRE(words(d) == "update a");
    return *find_action(d, action_kind::update);
}

std::vector<std::int64_t> ids_of(const action& sent) {
    std::vector<std::int64_t> ids;
    for (const auto& step : sent.change->take_profit) ids.push_back(step.id ? step.id->value : 0);
    return ids;
}

trade::trade_request conditional_request() {
    auto r = usual_request();
    r.position.order = trade::entry_type::conditional;
    r.position.conditional = trade::conditional_entry{price_at("60100"), {}, trade::order_type::limit, {}};
    return r;
}

} // namespace

TEST_CASE("edits: whatever the user edits is sent as one change, named as old and new, and is then in sync") {
    using request = trade::trade_request;
    struct row {
        const char* difference;
        std::function<void(request&)> edit;
        std::vector<std::int64_t> steps; ///< ids in the change, 0 for a new one
    };
    const std::vector<row> rows{
        {"price 60000->59900", [](request& r) { r.position.price = price_at("59900"); }, {11, 12}},
        {"units 0.01->0.02", [](request& r) { r.position.units = units_of("0.02"); }, {11, 12}},
        {"leverage changes",
         [](request& r) {
             r.leverage = trade::leverage{trade::margin_type::isolated, 3};
         },
         {11, 12}},
        {"tp1 61000->61500", [](request& r) { r.take_profit[0].level = price_at("61500"); }, {11, 12}},
        {"tp2 changes its terms", [](request& r) { r.take_profit[1].order = trade::order_type::market; }, {11, 12}},
        {"stop 58500->58800", [](request& r) { r.stop_loss->trigger = price_at("58800"); }, {11, 12}},
        {"stop 58500->58200", [](request& r) { r.stop_loss->trigger = price_at("58200"); }, {11, 12}},
        {"stop 58500->none", [](request& r) { r.stop_loss.reset(); }, {11, 12}},
        {"stop changes its terms", [](request& r) { r.stop_loss->timeout = 30s; }, {11, 12}},
        {"tp1 50%->100%, step 2 62000->none",
         [](request& r) {
             r.take_profit.pop_back();
             r.take_profit[0].volume = share_of("100");
         },
         {11}},
        {"step 1 61000->none, step 2 62000->none", [](request& r) { r.take_profit.clear(); }, {}},
        {"tp2 50%->30%, tp3 none->63000",
         [](request& r) {
             r.take_profit[1].volume = share_of("30");
             r.take_profit.push_back(target_at("63000", "20"));
         },
         {11, 12, 0}},
        {"units 0.01->0.03, tp1 61000->61100, stop 58500->58600",
         [](request& r) {
             r.position.units = units_of("0.03");
             r.take_profit[0].level = price_at("61100");
             r.stop_loss->trigger = price_at("58600");
         },
         {11, 12}},
    };
    for (const auto& each : rows) {
        CAPTURE(std::string{each.difference});
        led_scene s;
        REQUIRE(words(s.decide()) == "");
        s.edit(each.edit);
        if (s.wishes[0].trade.request.take_profit.size() == 3) s.life().steps.push_back({"tp3", {}});
        while (s.life().steps.size() > s.wishes[0].trade.request.take_profit.size()) s.life().steps.pop_back();
        const auto sent = only_update(s);
        CHECK(sent.difference == each.difference);
        CHECK(sent.reason == "edited in the plan");
        CHECK(ids_of(sent) == each.steps); // the whole group, kept steps by their id (V30)
        CHECK(sent.change->stop_loss == s.wishes[0].trade.request.stop_loss);
        const auto d = s.settle();
        CHECK(words(d) == "");
        CHECK(d.standings[0].verdict == verdict::in_sync);
        CHECK(d.standings[0].why == "");
        CHECK(s.writes == 1);
    }
}

TEST_CASE("edits: a conditional entry's trigger moves until it is bought") {
    led_scene s{conditional_request()};
    s.edit([](auto& r) { r.position.conditional->trigger = price_at("60200"); });
    const auto sent = only_update(s);
    CHECK(sent.difference == "trigger 60100->60200");
    CHECK(sent.change->position->conditional->trigger == price_at("60200"));
    CHECK_FALSE(sent.change->position->units.has_value());
    CHECK(s.settle().standings[0].verdict == verdict::in_sync);
}

TEST_CASE("edits: leverage that the plan drops is said to be off, for what is left out may be left alone") {
    auto request = usual_request();
    request.leverage = trade::leverage{trade::margin_type::isolated, 3};
    led_scene s{request};
    s.edit([](auto& r) { r.leverage.reset(); });
    const auto sent = only_update(s);
    CHECK(sent.change->ends_leverage);
    CHECK_FALSE(sent.change->leverage.has_value());
    CHECK(s.settle().standings[0].verdict == verdict::in_sync);
    CHECK_FALSE(s.entity().leverage.has_value());
    s.edit([](auto& r) { r.stop_loss->trigger = price_at("58800"); });
    CHECK_FALSE(only_update(s).change->ends_leverage);
}

TEST_CASE("edits: what is edited goes out alone; the other groups go out as the exchange shows them") {
    led_scene s;
    s.life().on_drift = trade::drift_policy::report;
    s.entity().take_profit[0].price = price_at("61200"); // by somebody in the app
    s.edit([](auto& r) { r.stop_loss->trigger = price_at("58800"); });
    const auto sent = only_update(s);
    CHECK(sent.difference == "stop 58500->58800");
    CHECK_FALSE(sent.change->position.has_value());
    CHECK(sent.change->take_profit[0].order.level == trade::exit_level{price_at("61200")});
    CHECK(sent.change->take_profit[1].order == target_at("62000", "50"));
}

TEST_CASE("edits: steps that have ended stand in front, as they were, and the rest makes up the hundred") {
    led_scene s;
    s.enter();
    s.entity().take_profit[1].status = trade::order_status::finished;
    s.edit([](auto& r) { r.take_profit[0].level = price_at("61500"); });
    const auto sent = only_update(s);
    CHECK(ids_of(sent) == std::vector<std::int64_t>{12, 11});
    CHECK(sent.change->take_profit[0].order == target_at("62000", "50"));
    CHECK(sent.change->take_profit[1].order == target_at("61500", "50"));
}

TEST_CASE("edits: volumes that no longer fit what ended steps have taken share what is left, and come to rest") {
    led_scene s;
    s.enter();
    s.entity().take_profit[1].status = trade::order_status::finished; // half is sold
    s.edit([](auto& r) {
        r.take_profit[1].volume = share_of("20"); // which the plan now calls a fifth
        r.take_profit.push_back(target_at("63000", "30"));
    });
    s.life().steps.push_back({"tp3", {}});
    const auto sent = only_update(s);
    CHECK(sent.difference == "tp1 50%->31.25%, tp3 none->63000");
    CHECK(sent.change->take_profit[2].order.volume == share_of("18.75"));
    CHECK(s.settle().standings[0].verdict == verdict::in_sync);
    CHECK(s.writes == 1);
}

TEST_CASE("edits: the text of an ended step may go; its share is sold and asks for nothing") {
    led_scene s;
    s.enter();
    s.entity().take_profit[1].status = trade::order_status::finished;
    s.edit([](auto& r) {
        r.take_profit.pop_back();
        r.take_profit[0].volume = share_of("100");
    });
    s.life().steps.pop_back();
    CHECK(s.settle().standings[0].verdict == verdict::in_sync);
    CHECK(s.writes == 0);
}

TEST_CASE("edits: a plan whose only step has ended with coins left is told, and the other targets stay") {
    led_scene s;
    s.enter();
    s.entity().take_profit[0].status = trade::order_status::finished; // while the user merges both into one
    s.edit([](auto& r) {
        r.take_profit.pop_back();
        r.take_profit[0].volume = share_of("100");
    });
    s.life().steps.pop_back();
    auto d = s.settle();
    CHECK(s.writes == 0);
    CHECK(d.standings[0].verdict == verdict::blocked);
    CHECK(d.standings[0].why
          == "every step of its plan has ended, and not all is sold: the others stay; add a step for the rest");
    s.edit([](auto& r) { r.stop_loss->trigger = price_at("58800"); }); // its stop is led all the same
    d = s.settle();
    CHECK(s.entity().stop_loss->trigger == price_at("58800"));
    CHECK(s.entity().take_profit.size() == 2);
    CHECK(d.standings[0].verdict == verdict::blocked);
}

TEST_CASE("edits: targets that are turned off after one has ended are sent as off, not as the ended one alone") {
    led_scene s;
    s.enter();
    s.entity().take_profit[0].status = trade::order_status::finished;
    s.edit([](auto& r) { r.take_profit.clear(); });
    s.life().steps.clear();
    CHECK(only_update(s).change->take_profit.empty());
    CHECK(s.settle().standings[0].verdict == verdict::in_sync);
    s.edit([](auto& r) { r.stop_loss->trigger = price_at("58800"); });
    CHECK(only_update(s).change->take_profit.empty());
}

TEST_CASE("edits: an ended step stays ended, whatever the plan says of it now") {
    led_scene s;
    s.enter();
    s.entity().take_profit[0].status = trade::order_status::finished;
    s.look();
    CHECK(words(s.settle()) == "");
    s.edit([](auto& r) { r.take_profit[0].level = price_at("64000"); });
    const auto d = s.settle();
    CHECK(s.entity().take_profit[0].price == price_at("61000"));
    CHECK(d.standings[0].verdict == verdict::in_sync);
    CHECK(s.writes == 0);
}

TEST_CASE("edits: an entry that is filled is the exchange's own: its price and units are never compared nor sent") {
    led_scene s;
    s.enter("60001.37");
    s.entity().position.units = units_of("0.00999");
    s.look();
    CHECK(words(s.settle()) == "");
    s.edit([](auto& r) {
        r.position.price = price_at("59000");
        r.position.units = units_of("0.5");
    });
    CHECK(words(s.settle()) == "");
    CHECK(s.writes == 0);
    s.edit([](auto& r) { r.stop_loss->trigger = price_at("58800"); });
    CHECK_FALSE(only_update(s).change->position.has_value());
}

TEST_CASE("edits: an edit that asks for what is there already is applied by that, without a request") {
    led_scene s;
    s.entity().stop_loss->trigger = price_at("58800");
    s.edit([](auto& r) { r.stop_loss->trigger = price_at("58800"); });
    const auto d = s.settle();
    CHECK(d.standings[0].verdict == verdict::in_sync);
    CHECK(s.writes == 0);
    CHECK(s.told().applied == s.wishes[0].body);
}

TEST_CASE("edits: while the exchange allows no change the trade waits and says so") {
    led_scene s;
    s.entity().may.edit = false;
    s.edit([](auto& r) { r.stop_loss->trigger = price_at("58800"); });
    const auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].verdict == verdict::pending);
    CHECK(d.standings[0].why == "the exchange allows no change in status waiting_position");
}

TEST_CASE("edits: two edits in a row come out as the second, and both ways lead back") {
    led_scene s;
    s.edit([](auto& r) { r.stop_loss->trigger = price_at("58800"); });
    s.edit([](auto& r) { r.stop_loss->trigger = price_at("58700"); });
    CHECK(only_update(s).difference == "stop 58500->58700");
    s.settle();
    s.edit([](auto& r) { r.stop_loss->trigger = price_at("58500"); });
    CHECK(only_update(s).difference == "stop 58700->58500");
    CHECK(s.settle().standings[0].verdict == verdict::in_sync);
    CHECK(s.entity().stop_loss->trigger == price_at("58500"));
    CHECK(s.writes == 2);
}

TEST_CASE("edits: a plan that lists its steps in another order keeps each at its id") {
    led_scene s;
    s.edit([](auto& r) { std::swap(r.take_profit[0], r.take_profit[1]); });
    std::swap(s.life().steps[0], s.life().steps[1]);
    const auto d = s.settle();
    CHECK(d.standings[0].verdict == verdict::in_sync);
    for (const auto& step : s.entity().take_profit)
        CHECK(step.price == price_at(step.id.value == 11 ? "61000" : "62000"));
}

TEST_CASE(
    "edits: percent exits move with the price of an entry that is edited, in the same change and under one guard") {
    auto asked = usual_request();
    asked.stop_loss->trigger = money::percent{money::decimal{5}};
    led_scene s{asked};
    s.rules.stop_move_max = money::percent{money::decimal{2}};
    s.edit([](auto& r) { r.position.price = price_at("55000"); });
    auto d = s.decide();
    CHECK(words(d) == "");
    REQUIRE(d.holds.size() == 1);
    CHECK(d.holds[0].why.find("its stop moves 57000->52250, more than guardrails.max_stop_move 2%") == 0);
    s.confirm(d.holds[0].id);
    d = s.decide();
    REQUIRE(words(d) == "update a");
    CHECK(d.actions[0].difference == "price 60000->55000, stop 57000->52250");
}

TEST_CASE("edits: what would be another trade is blocked in words, never taken for in sync") {
    struct row {
        const char* told;
        std::function<void(trade::trade_request&)> edit;
    };
    const std::vector<row> rows{
        {"pair USDT_BTC->USDT_ETH", [](auto& r) { r.pair.base = "ETH"; }},
        {"type buy->sell", [](auto& r) { r.position.type = trade::side::sell; }},
        {"order_type limit->market", [](auto& r) { r.position.order = trade::entry_type::market; }},
        {"instant false->true", [](auto& r) { r.instant = true; }},
        {"skip_enter_step false->true", [](auto& r) { r.skip_enter_step = true; }},
    };
    for (const auto& r : rows) {
        CAPTURE(std::string{r.told});
        led_scene s;
        s.edit(r.edit);
        const auto d = s.decide();
        CHECK(words(d) == "");
        CHECK(d.standings[0].verdict == verdict::blocked);
        CHECK(d.standings[0].why
              == r.told + std::string{" cannot be changed while it lives: put it back, or end it and raise revision"});
    }
}
