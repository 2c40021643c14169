// How writes end, what that keeps back, and how an unknown end is settled.
#include <doctest/doctest.h>

#include "reconcile/led_scene.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

namespace {

/// A trade whose stop was edited, and the change that is sent for it.
struct edited_scene : led_scene {
    edited_scene() {
        edit([](auto& r) { r.stop_loss->trigger = price_at("58800"); });
    }
    action update() const {
        const auto d = decide();
        REQUIRE(words(d) == "update a");
        return *find_action(d, action_kind::update);
    }
};

} // namespace

TEST_CASE("writes: while one is on its way the trade's next one waits, and goes out right after it") {
    edited_scene s;
    const auto nonce = s.begin(s.update());
    auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].verdict == verdict::pending);
    CHECK(d.standings[0].why == "its update is on its way");
    s.edit([](auto& r) { r.stop_loss->trigger = price_at("58900"); }); // newer wishes replace older ones
    CHECK(words(s.decide()) == "");
    s.entity().stop_loss->trigger = price_at("58800");
    s.end(nonce, outcome::accepted);
    s.now += 1s;
    s.look();
    d = s.decide();
    REQUIRE(words(d) == "update a");
    CHECK(find_action(d, action_kind::update)->difference == "stop 58800->58900");
}

TEST_CASE("F10: a read begun before the reply to a change says nothing of that change") {
    edited_scene s;
    const auto sent = s.update();
    const auto nonce = s.begin(sent);
    s.now += 1s;
    s.look(); // shows the trade as it was, begun while the change was on its way
    s.now += 1s;
    s.end(nonce, outcome::accepted);
    s.now += 10min; // however old it gets
    auto d = s.decide();
    CHECK(d.actions.empty());
    CHECK(d.standings[0].verdict == verdict::pending);
    CHECK(d.standings[0].why == "update was accepted, not yet seen");
    s.execute(sent);
    s.look();
    CHECK(s.settle().standings[0].verdict == verdict::in_sync);
    CHECK(s.writes == 1);
}

TEST_CASE("F11: half an edit in a read begun before its reply is neither drift nor an end") {
    edited_scene s;
    const auto sent = s.update();
    const auto nonce = s.begin(sent);
    s.entity().take_profit.clear(); // exits are being replaced
    s.look();
    CHECK(words(s.decide()) == "");
    s.now += 1s;
    s.end(nonce, outcome::accepted);
    CHECK(s.decide().actions.empty());
    CHECK(s.decide().standings[0].verdict == verdict::pending);
}

TEST_CASE("writes: a change of unknown outcome is settled at once where a read shows its effect") {
    edited_scene s;
    const auto sent = s.update();
    s.execute(sent);
    s.sent(sent, outcome::unknown);
    auto d = s.decide();
    REQUIRE(words(d) == "settle_write a");
    CHECK(d.actions[0].ended == outcome::accepted);
    CHECK(d.actions[0].nonce == s.told().write->nonce);
    CHECK(d.standings[0].verdict != verdict::blocked);
    CHECK(s.settle().standings[0].verdict == verdict::in_sync);
    CHECK(s.writes == 1);
}

TEST_CASE("writes: a change of unknown outcome that shows no effect is sent again, but only after settle") {
    edited_scene s;
    s.sent(s.update(), outcome::unknown);
    auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].verdict == verdict::unknown);
    CHECK(d.standings[0].why == "the outcome of its update is unknown: said so");
    CHECK(d.wake_at == s.told().write->since + 30s);
    s.now = d.wake_at - 1ns;
    s.look();
    CHECK(words(s.decide()) == "");
    s.now += 1ns;
    CHECK(words(s.decide()) == ""); // the read that shows it must have begun by then
    s.look();
    d = s.decide();
    REQUIRE(words(d) == "settle_write a");
    CHECK(d.actions[0].ended == outcome::not_sent);
    CHECK(s.settle().standings[0].verdict == verdict::pending); // sent again after a pause
    s.now += 10s;
    s.look();
    CHECK(s.settle().standings[0].verdict == verdict::in_sync);
    CHECK(s.writes == 2);
}

TEST_CASE("writes: a stop tightened after an edit of unknown outcome is not loosened when the edit is sent again") {
    struct row {
        const char* name;
        bool arrived;
        const char* by_hand; ///< where somebody moves the stop then
        bool edits_target;   ///< by the same edit
        const char* stop;
    };
    const std::vector<row> rows{
        {"executed, then tightened in the app", true, "59000", false, "59000"},
        {"and the edit has more to bring", true, "59000", true, "59000"},
        {"executed, then loosened in the app", true, "57000", false, "58000"},
        {"never there, and nobody moved it", false, "58500", false, "58000"},
    };
    for (const auto& each : rows) {
        CAPTURE(std::string{each.name});
        led_scene s;
        s.enter();
        s.edit([&](auto& r) {
            r.stop_loss->trigger = price_at("58000");
            if (each.edits_target) r.take_profit[0].level = price_at("61500");
        });
        auto d = s.decide();
        REQUIRE(words(d) == "update a");
        if (each.arrived) s.execute(d.actions[0]);
        s.entity().stop_loss->trigger = price_at(each.by_hand);
        if (each.edits_target) s.entity().take_profit[0].price = price_at("61000");
        s.sent(d.actions[0], outcome::unknown);
        for (int i = 0; i < 3; ++i) {
            s.now += 1min;
            s.look();
            d = s.settle();
        }
        CHECK(d.standings[0].verdict == verdict::in_sync);
        CHECK(s.entity().stop_loss->trigger == price_at(each.stop));
        CHECK(s.entity().take_profit[0].price == price_at(each.edits_target ? "61500" : "61000"));
        s.edit([](auto& r) { r.stop_loss->trigger = price_at("57900"); }); // said once more, it is done
        CHECK(words(s.decide()) == "update a");
    }
}

TEST_CASE("F4: a change that was on its way when the daemon was killed is unknown, and settled by reads") {
    for (const bool arrived : {false, true}) {
        CAPTURE(arrived);
        edited_scene s;
        const auto sent = s.update();
        s.begin(sent);
        if (arrived) s.execute(sent);
        s.past.close_open_attempts(s.now);
        if (!arrived) CHECK(s.decide().standings[0].verdict == verdict::unknown);
        s.now += 30s;
        s.look();
        s.settle();
        s.now += 1min;
        s.look();
        CHECK(s.settle().standings[0].verdict == verdict::in_sync);
        CHECK(s.writes == (arrived ? 1 : 2));
    }
}

TEST_CASE("writes: what was not read for a minute is read before the plans change it") {
    edited_scene s;
    s.now += 60s;
    CHECK_FALSE(s.update().looks_first);
    s.now += 1ns;
    CHECK(s.update().looks_first);
    auto ordered = s;
    ordered.order("cancel");
    CHECK_FALSE(find_action(ordered.decide(), action_kind::cancel)->looks_first); // it has a look of its own
    s.look();
    CHECK_FALSE(s.update().looks_first);
}

TEST_CASE("writes: an unknown outcome keeps back other changes, but never a close or a cancel") {
    edited_scene s;
    s.sent(s.update(), outcome::unknown);
    s.wishes[0].trade.request.note = "another word";
    CHECK(words(s.decide()) == "");
    s.order("cancel");
    CHECK(words(s.decide()) == "cancel a");
    s.enter();
    s.order("close");
    CHECK(words(s.decide()) == "close a");
    s.order("");
    s.life().state = trade::wanted_state::closed;
    CHECK(words(s.decide()) == "close a");
}

TEST_CASE("writes: a close of unknown outcome is sent again only when a later read shows that it did nothing") {
    led_scene s;
    s.enter();
    s.order("close");
    const auto d = s.decide();
    REQUIRE(words(d) == "close a");
    const auto nonce = s.begin(d.actions[0]);
    s.now += 1s;
    s.end(nonce, outcome::unknown);
    s.now += 1s;
    CHECK(words(s.decide()) == "read_trade a");
    s.look();
    CHECK(words(s.decide()) == ""); // and not at once: an exchange in trouble is not hammered
    s.now += 2s;
    s.look();
    auto worked = s;
    worked.entity().status = trade::trade_status::panic_sell_pending;
    CHECK(words(worked.decide()) == "");
    CHECK(words(s.decide()) == "close a");
}

TEST_CASE("F7: the same change refused three times is not sent a fourth time, until `retry` or an edit") {
    edited_scene s;
    for (const auto pause : {30s, 300s}) {
        s.sent(s.update(), outcome::refused);
        const auto d = s.decide();
        CHECK(words(d) == "");
        CHECK(d.standings[0].verdict == verdict::pending);
        CHECK(d.wake_at == s.told().write->since + pause);
        s.now = d.wake_at;
    }
    s.sent(s.update(), outcome::refused);
    s.now += 240h;
    s.look();
    const auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].verdict == verdict::blocked);
    CHECK(d.standings[0].why == "update was refused three times: said so; edit it, or `smarttraded retry a`");
    auto retried = s;
    retried.order("retry");
    CHECK(words(retried.decide()) == "update a");
    CHECK(retried.settle().standings[0].verdict == verdict::in_sync);
    s.edit([](auto& r) { r.stop_loss->trigger = price_at("58900"); });
    CHECK(words(s.decide()) == "update a");
    CHECK(s.settle().standings[0].verdict == verdict::in_sync);
}

TEST_CASE("F7: an end that was refused because the trade had ended already is done with, and never repeated") {
    led_scene s;
    s.enter();
    s.order("close");
    const auto sent = *find_action(s.decide(), action_kind::close);
    s.entity().status = trade::trade_status::stop_loss_finished;
    s.sent(sent, outcome::refused);
    s.now += 1h;
    s.look();
    const auto d = s.settle();
    CHECK(d.standings[0].phase == phase::ended);
    CHECK(d.standings[0].verdict == verdict::in_sync);
    CHECK(s.writes == 1);
}

TEST_CASE("F7: `retry` tries again what the operator had ordered, and takes no order back") {
    led_scene s;
    s.enter();
    s.order("close");
    for (int i = 0; i < 3; ++i) {
        s.sent(*find_action(s.decide(), action_kind::close), outcome::refused);
        s.now += 300s;
    }
    s.look();
    CHECK(s.decide().standings[0].why == "close was refused three times: said so; edit it, or `smarttraded retry a`");
    s.order("retry");
    CHECK(words(s.decide()) == "close a");
    s.order("release");
    s.order("retry");
    CHECK(s.decide().standings[0].verdict == verdict::released);
}

TEST_CASE("writes: what was never executed is sent again soon, with growing pauses") {
    edited_scene s;
    s.sent(s.update(), outcome::throttled);
    CHECK(words(s.decide()) == "update a"); // a second has passed; the limiter holds the rest
    auto longest = 0ns;
    for (int i = 0; i < 10; ++i) {
        s.sent(s.update(), outcome::not_sent);
        const auto d = s.decide();
        CHECK(words(d) == "");
        CHECK(d.standings[0].verdict == verdict::pending);
        const auto pause = d.wake_at - s.told().write->since;
        CHECK(pause >= longest);
        longest = pause;
        s.now = d.wake_at;
        s.look();
    }
    CHECK(longest == 60s);
    CHECK(s.settle().standings[0].verdict == verdict::in_sync);
}

TEST_CASE("writes: a refused key pauses the account and blames no trade; one write shows whether it is good again") {
    edited_scene s;
    s.add("b", "bbbbbbbb", 8, usual_request());
    s.wishes[1].trade.request.stop_loss->trigger = price_at("58700");
    s.wishes[1].body = body_of(s.wishes[1].trade.request);
    s.wishes[0].trade.request.stop_loss->trigger = price_at("58750");
    s.wishes[0].body = body_of(s.wishes[0].trade.request);
    auto d = s.decide();
    REQUIRE(words(d) == "update a, update b");
    s.sent(d.actions[0], outcome::credential);
    d = s.decide();
    CHECK(words(d) == "");
    for (const auto& one : d.standings) {
        CHECK(one.verdict == verdict::pending);
        CHECK(one.why == "the exchange refuses the key: said so");
    }
    CHECK(d.wake_at == s.told().write->since + 1min);
    s.now = d.wake_at;
    s.look();
    CHECK(words(s.decide()) == "update a"); // alone
    s.settle();
    CHECK(s.settle().standings[1].verdict == verdict::in_sync);
}

TEST_CASE("writes: an account that is closed to writes keeps them all, the operator's too") {
    struct row {
        const char* why;
        std::function<void(led_scene&)> close;
    };
    const std::vector<row> rows{
        {"401 signature_invalid", [](led_scene& s) { s.seen.paused[main_account] = "401 signature_invalid"; }},
        {"a real account", [](led_scene& s) { s.seen.unfit[main_account] = "a real account"; }},
        {"the account was not yet read completely", [](led_scene& s) { s.seen.gates_open.clear(); }},
    };
    for (const auto& each : rows) {
        CAPTURE(std::string{each.why});
        edited_scene s;
        each.close(s);
        auto d = s.decide();
        CHECK(words(d) == "");
        CHECK(d.standings[0].verdict == verdict::pending);
        CHECK(d.standings[0].why == each.why);
        s.order("cancel");
        CHECK(words(s.decide()) == "");
    }
}

TEST_CASE("writes: a halt stops everything but the close and the cancel that the operator orders") {
    edited_scene s;
    s.tell(fact_kind::halted, "");
    auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].verdict == verdict::held);
    CHECK(d.standings[0].why == "halted: nothing is sent until `smarttraded resume`");
    s.life().state = trade::wanted_state::cancelled;
    CHECK(words(s.decide()) == "");
    s.order("enter"); // no more than what lessens a risk
    CHECK(words(s.decide()) == "");
    s.order("cancel");
    CHECK(words(s.decide()) == "cancel a");
    s.enter();
    s.order("close");
    CHECK(words(s.decide()) == "close a");
    s.order("");
    s.life().state = {};
    s.tell(fact_kind::resumed, "");
    CHECK(words(s.decide()) == "update a");
}
