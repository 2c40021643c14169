// What the plan and the operator say of a trade's life: its state, its time, its steps.
#include <doctest/doctest.h>

#include "reconcile/led_scene.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using trade::wanted_state;

namespace {

struct unborn_scene : scene {
    unborn_scene() {
        rules.utc_now = *base::parse_utc("2026-03-02T09:00:00Z");
        want("a");
    }
    trade::lifecycle& life() { return wishes[0].trade.life; }
};

} // namespace

TEST_CASE("lives: state says what becomes of a trade before and after its entry") {
    struct row {
        wanted_state state;
        bool entered;
        const char* action;
        verdict what;
        const char* why;
    };
    using enum verdict;
    for (const row& r : {
             row{wanted_state::open, false, "", in_sync, ""},
             row{wanted_state::open, true, "", in_sync, ""},
             row{wanted_state::entered, false, "force_start a", pending, "its state is entered"},
             row{wanted_state::entered, true, "", in_sync, ""},
             row{wanted_state::closed, false, "cancel a", pending, "its state is closed"},
             row{wanted_state::closed, true, "close a", pending, "its state is closed"},
             row{wanted_state::cancelled, false, "cancel a", pending, "its state is cancelled"},
             row{wanted_state::cancelled, true, "", blocked,
                 "entered: a cancel would leave its position without exits; `closed` sells it, `released` leaves it "
                 "alone"},
             row{wanted_state::released, false, "", released, "released"},
             row{wanted_state::released, true, "", released, "released"},
         }) {
        CAPTURE(std::string{base::name_of(r.state)});
        CAPTURE(r.entered);
        led_scene s;
        if (r.entered) s.enter();
        s.life().state = r.state;
        const auto d = s.decide();
        CHECK(words(d) == r.action);
        CHECK(d.standings[0].verdict == r.what);
        CHECK(d.standings[0].why == r.why);
        CHECK(s.settle().actions.empty()); // and it is said once
        CHECK(s.writes == (std::string{r.action}.empty() ? 0 : 1));
    }
}

TEST_CASE("lives: an entry that says closed, cancelled or released is never created; entered is created first") {
    for (const auto state : {wanted_state::closed, wanted_state::cancelled, wanted_state::released}) {
        CAPTURE(std::string{base::name_of(state)});
        unborn_scene s;
        s.life().state = state;
        const auto d = s.decide();
        CHECK(words(d) == "");
        CHECK(d.standings[0].phase == phase::ended);
        CHECK(d.standings[0].verdict == verdict::in_sync);
        CHECK(count_missing(s.wishes, s.past, s.rules.utc_now) == 0);
    }
    unborn_scene s;
    s.life().state = wanted_state::entered;
    CHECK(words(s.decide()) == "create a");
}

TEST_CASE("lives: a create of unknown outcome is settled before its state is believed, then ended as the plan says") {
    unborn_scene s;
    s.attempted("a", "aaaaaaaa", outcome::unknown);
    s.life().state = wanted_state::closed;
    CHECK(words(s.decide()) == "search a");
    s.see(7, scene::tag("a", "aaaaaaaa"));
    CHECK(words(s.decide()) == "bind a");
    s.tell(fact_kind::bound, "a", "aaaaaaaa", {}, 7);
    CHECK(words(s.decide()) == "cancel a");
}

TEST_CASE("lives: a trade that is being ended is waited for, and ended is the end of it") {
    using enum trade::trade_status;
    struct row {
        trade::trade_status status;
        bool entered;
        const char* why;
    };
    for (const row& r : {row{cancellation_pending, false, "is being cancelled"},
                         row{cancellation_in_progress, false, "is being cancelled"},
                         row{panic_sell_pending, true, "is being closed at market"},
                         row{panic_sell_in_progress, true, "is being closed at market"}}) {
        CAPTURE(std::string{base::name_of(r.status)});
        led_scene s;
        if (r.entered) s.enter();
        s.life().state = wanted_state::closed;
        s.entity().status = r.status;
        const auto d = s.decide();
        CHECK(words(d) == "");
        CHECK(d.standings[0].phase == phase::ending);
        CHECK(d.standings[0].why == r.why);
    }
}

TEST_CASE("lives: a close waits while the exchange allows none, and says in which status") {
    led_scene s;
    s.enter();
    s.life().state = wanted_state::closed;
    s.entity().may.panic_sell = false;
    s.entity().status = trade::trade_status::reduce_funds_in_progress;
    CHECK(words(s.decide()) == "");
    CHECK(s.decide().standings[0].why == "the exchange allows no close in status reduce_funds_in_progress");
}

TEST_CASE("lives: a cancel waits as well, as right after the create") {
    led_scene s;
    s.order("cancel");
    s.entity().may.cancel = false;
    auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].why.find("the exchange allows no cancel in status") == 0);
    s.entity().may.cancel = true;
    CHECK(words(s.decide()) == "cancel a");
}

TEST_CASE("lives: a protected trade is neither cancelled nor closed, whoever asks") {
    for (const bool entered : {false, true}) {
        CAPTURE(entered);
        led_scene s;
        if (entered) s.enter();
        s.life().protect = true;
        for (const char* word : {"close", "cancel"}) {
            if (entered && std::string{word} == "cancel") continue;
            s.order(word);
            CHECK(words(s.decide()) == "");
            CHECK(s.decide().standings[0].verdict == verdict::blocked);
            CHECK(s.decide().standings[0].why.starts_with("protected: "));
        }
        s.order("");
        s.life().state = wanted_state::closed;
        CHECK(words(s.decide()) == "");
        s.life().protect = false;
        CHECK(words(s.decide()) == (entered ? "close a" : "cancel a"));
    }
}

TEST_CASE("lives: what is not entered in time is cancelled, what is entered stays") {
    struct row {
        const char* name;
        std::function<void(trade::lifecycle&)> set;
    };
    const auto created = *base::parse_utc("2026-03-02T08:00:00Z");
    const std::vector<row> rows{
        {"expires_after", [](trade::lifecycle& l) { l.expires_after = 3600s + 600s; }},
        {"expires_at", [](trade::lifecycle& l) { l.expires_at = base::parse_utc("2026-03-02T09:10:00Z"); }}};
    for (const auto& r : rows) {
        CAPTURE(std::string{r.name});
        led_scene s;
        s.entity().created_at = created;
        r.set(s.life());
        auto d = s.decide();
        CHECK(words(d) == "");
        CHECK(d.wake_at == s.now + 10min); // nothing else has to happen for it
        s.rules.utc_now += 10min;
        auto bought = s;
        bought.enter();
        CHECK(words(bought.decide()) == "");
        CHECK(bought.decide().standings[0].verdict == verdict::in_sync);
        d = s.decide();
        REQUIRE(words(d) == "cancel a");
        CHECK(d.actions[0].reason == "expired 2026-03-02T09:10:00.000Z");
        s.life().protect = true;
        CHECK(words(s.decide()) == "");
    }
}

TEST_CASE("lives: an entry whose time has passed is never created") {
    unborn_scene s;
    s.life().expires_at = base::parse_utc("2026-03-02T09:00:01Z");
    CHECK(words(s.decide()) == "create a");
    s.rules.utc_now += 1s;
    const auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].phase == phase::ended);
    CHECK(d.standings[0].why == "expired 2026-03-02T09:00:01.000Z: never created");
}

TEST_CASE("lives: what was not sent within its time of the first accepted set is never sent, whatever held it") {
    unborn_scene s;
    s.life().submit_within = 900s;
    CHECK(words(s.decide()) == "create a"); // nothing accepted yet: its time has not begun
    fact managed;
    managed.kind = fact_kind::managed;
    managed.identity = s.wishes[0].trade.identity;
    managed.at = s.rules.utc_now;
    managed.text = "leave";
    s.past.apply(managed, s.now);
    managed.at += 10min; // the same revision in a newer set does not begin it again
    s.past.apply(managed, s.now);
    s.tell(fact_kind::halted, "");
    s.rules.utc_now += 900s - 1ms;
    CHECK(s.decide().standings[0].verdict == verdict::held);
    s.rules.utc_now += 1ms;
    s.tell(fact_kind::resumed, "");
    const auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].phase == phase::ended);
    CHECK(d.standings[0].why
          == "not sent within 900 s of 2026-03-02T09:00:00.000Z: never sent; raise revision to run it now");
}

TEST_CASE("lives: the operator's words do what the plan's do, before it") {
    struct row {
        const char* word;
        bool entered;
        const char* action;
    };
    for (const row& r :
         {row{"cancel", false, "cancel a"}, row{"close", false, "cancel a"}, row{"close", true, "close a"},
          row{"enter", false, "force_start a"}, row{"enter", true, ""}, row{"process", false, "force_process a"},
          row{"process", true, "force_process a"}, row{"release", false, ""}, row{"release", true, ""}}) {
        CAPTURE(std::string{r.word});
        CAPTURE(r.entered);
        led_scene s;
        if (r.entered) s.enter();
        s.order(r.word);
        const auto d = s.decide();
        CHECK(words(d) == r.action);
        if (!std::string{r.action}.empty()) CHECK(d.actions[0].reason == "`smarttraded " + std::string{r.word} + "`");
        const auto after = s.settle();
        CHECK(words(after) == "");
        CHECK(s.writes == (std::string{r.action}.empty() ? 0 : 1));
        CHECK((after.standings[0].verdict == verdict::released) == (std::string{r.word} == "release"));
    }
}

TEST_CASE("lives: a trade that the operator ended is not created again, nor one that was ordered to end first") {
    led_scene s;
    s.order("cancel");
    auto d = s.settle();
    CHECK(d.standings[0].phase == phase::ended);
    CHECK(d.standings[0].verdict == verdict::in_sync);
    CHECK(d.standings[0].why == "");
    unborn_scene other;
    fact ordered;
    ordered.kind = fact_kind::ordered;
    ordered.identity = other.wishes[0].trade.identity;
    ordered.text = "close";
    other.past.apply(ordered, other.now);
    d = other.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].why == "never created: `close` came first");
}

TEST_CASE("lives: `process` is sent once for each time it is said") {
    led_scene s;
    s.order("process");
    s.settle();
    CHECK(s.writes == 1);
    s.now += 1h;
    s.look();
    CHECK(words(s.settle()) == "");
    s.edit([](auto& r) { r.stop_loss->trigger = price_at("58400"); });
    s.sent(s.decide().actions.at(0), outcome::refused); // another write in between
    CHECK(words(s.decide()) == "");
    s.edit([](auto& r) { r.stop_loss->trigger = price_at("58500"); });
    s.order("process");
    s.now += 1h;
    s.look();
    s.settle();
    CHECK(s.writes == 3);
}

TEST_CASE("lives: a step that the plan closes or cancels is ended by its own call, and stays in the plan") {
    struct row {
        trade::step_state state;
        const char* action;
    };
    for (const row& r :
         {row{trade::step_state::closed, "close_step a"}, row{trade::step_state::cancelled, "cancel_step a"}}) {
        CAPTURE(std::string{r.action});
        led_scene s;
        s.enter();
        s.life().steps[1].state = r.state;
        const auto d = s.decide();
        REQUIRE(words(d) == r.action);
        CHECK(find_action(d, d.actions.back().kind)->order == trade::sub_trade_id{12});
        CHECK(s.settle().standings[0].verdict == verdict::in_sync);
        CHECK(s.writes == 1);
        s.edit([](auto& request) { request.take_profit[0].level = price_at("61500"); });
        const auto after = s.decide();
        REQUIRE(words(after) == "update a"); // the other step is edited without bringing that one back
        for (const auto& step : find_action(after, action_kind::update)->change->take_profit)
            CHECK(step.id.has_value());
        CHECK(s.settle().standings[0].verdict == verdict::in_sync);
    }
}

TEST_CASE("lives: a step waits until the exchange allows its end, and the last exit is never cancelled") {
    led_scene s;
    s.life().steps[0].state = trade::step_state::closed; // not entered: nothing to sell yet
    auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].why == "step tp1 is closed as soon as the exchange allows it");
    auto request = usual_request();
    request.stop_loss.reset();
    request.take_profit = {target_at("61000", "100")};
    led_scene last{request};
    last.enter();
    last.life().steps[0].state = trade::step_state::cancelled;
    d = last.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].verdict == verdict::blocked);
    CHECK(d.standings[0].why.find("is its last exit") != std::string::npos);
}
