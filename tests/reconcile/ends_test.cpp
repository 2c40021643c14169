// Ends that a person waits for.
#include <doctest/doctest.h>

#include "reconcile/led_scene.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

TEST_CASE("ends: an end that was never executed is tried again within 5 s, however long the outage") {
    led_scene s;
    s.enter();
    s.order("close");
    for (int i = 0; i < 10; ++i) {
        s.sent(*find_action(s.decide(), action_kind::close), outcome::not_sent);
        const auto due = s.told().write->since + 5s;
        CHECK(s.decide().wake_at <= due);
        s.now = due;
        s.look();
    }
    CHECK(words(s.settle()) == "");
    CHECK(s.entity().is_final());
}

TEST_CASE("ends: a close that is typed again waits for no pause of the one before") {
    led_scene s;
    s.enter();
    for (int i = 0; i < 4; ++i) { // a fourth one, too: three refusals block what the plans want, not a person
        s.order("close");
        const auto d = s.decide();
        REQUIRE(words(d) == "close a");
        s.sent(d.actions[0], outcome::refused);
        CHECK(words(s.decide()) == "");
    }
}

TEST_CASE("ends: whoever waits for an end need not wait for the next pass over the account") {
    led_scene s;
    s.enter();
    s.order("close");
    const auto nonce = s.begin(*find_action(s.decide(), action_kind::close));
    s.now += 1s;
    s.end(nonce, outcome::accepted);
    auto due = s.decide().wake_at;
    CHECK(due == s.told().write->since + 2s);
    for (int i = 0; i < 4; ++i) { // and it stays on its way: looked at after twice the time each time
        s.now = due;
        CHECK(words(s.decide()) == "read_trade a");
        s.look();
        s.entity().status = trade::trade_status::panic_sell_pending;
        const auto next = s.decide();
        CHECK(words(next) == "");
        CHECK(next.wake_at - s.now == s.now - s.told().write->since);
        due = next.wake_at;
    }
    s.order("");
    s.life().state = trade::wanted_state::closed;
    s.now = due;
    CHECK(words(s.decide()) == ""); // nobody waits for what the plans want
}

TEST_CASE("ends: a trade that the exchange does not know any more is not asked for again and again") {
    led_scene s;
    s.enter();
    s.wishes.clear();
    s.order("close");
    s.sent(*find_action(s.decide(), action_kind::close), outcome::refused);
    s.now += 10s;
    CHECK(words(s.decide()) == "read_trade a");
    s.seen.missing.insert(trade::smart_trade_id{s.entity().id});
    const auto d = s.decide();
    CHECK(words(d) == "");
    REQUIRE(d.left.size() == 1);
    CHECK(d.left[0].verdict == verdict::blocked);
}

TEST_CASE("ends: a cancel that came too late keeps nothing back") {
    led_scene s;
    s.order("cancel");
    s.enter();
    s.entity().note_raw = "";
    CHECK(s.decide().standings[0].verdict == verdict::held); // its tag is gone: the plans wait for a word
}
