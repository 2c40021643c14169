// Whose a trade is: by tag, by note; and two of them under one name.
#include <doctest/doctest.h>

#include "reconcile/led_scene.hpp"
#include "reconcile/tags.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

namespace {

/// `a` was created twice, ids 7 and 8: the first create's outcome was unknown for too long.
struct doubled_scene : led_scene {
    doubled_scene() {
        fact intent;
        intent.kind = fact_kind::intent;
        intent.identity = {main_account, "a", 1};
        intent.nonce = "bbbbbbbb";
        intent.body = wishes[0].body;
        past.apply(intent, now);
        tell(fact_kind::outcome, "a", "bbbbbbbb", outcome::unknown);
        seen.trades[trade::smart_trade_id{8}] = {
            exchange.made_from(usual_request(), 8, scene::tag("a", "bbbbbbbb") + " swing"), now};
    }
    void enter_one(std::int64_t id) { exchange.fill(entity(id), "60000"); }
};

} // namespace

TEST_CASE("F14: a trade of the same pair, side and time without our tag is never taken for ours") {
    scene s;
    s.want("a");
    s.attempted("a", "aaaaaaaa", outcome::unknown);
    s.see(8, "");
    s.see(9, scene::tag("a", "aaaaaaaa", "other"));
    s.see(10, "a copy of " + scene::tag("a", "aaaaaaaa"));
    CHECK(words(s.decide()) == "search a");
}

TEST_CASE("ownership: an edited note is set behind the tag it wears") {
    led_scene s;
    s.wishes[0].trade.request.note = "now a scalp";
    const auto d = s.decide();
    REQUIRE(words(d) == "set_note a");
    CHECK(d.actions[0].text == "now a scalp");
    CHECK(d.actions[0].difference == scene::tag("a", "aaaaaaaa") + " now a scalp");
    CHECK(d.actions[0].reason == "its note was edited");
    CHECK(s.settle().standings[0].verdict == verdict::in_sync);
    s.wishes[0].trade.request.note = "";
    CHECK(s.settle().standings[0].verdict == verdict::in_sync);
    CHECK(s.entity().note_raw == scene::tag("a", "aaaaaaaa"));
    CHECK(s.writes == 2);
}

TEST_CASE("ownership: a note of unknown outcome is settled by the note") {
    led_scene s;
    s.wishes[0].trade.request.note = "now a scalp";
    const auto sent = *find_action(s.decide(), action_kind::set_note);
    s.execute(sent);
    s.sent(sent, outcome::unknown);
    CHECK(find_action(s.decide(), action_kind::settle_write)->ended == outcome::accepted);
    CHECK(s.settle().standings[0].verdict == verdict::in_sync);
    CHECK(s.writes == 1);
}

TEST_CASE("ownership: words changed elsewhere behind our tag go back, or are told where on_drift is report") {
    led_scene s;
    s.entity().note_raw = scene::tag("a", "aaaaaaaa") + " hello";
    const auto d = s.decide();
    REQUIRE(words(d) == "set_note a");
    CHECK(d.actions[0].reason == "its note was changed elsewhere");
    auto told = s;
    told.life().on_drift = trade::drift_policy::report;
    CHECK(words(told.decide()) == "");
    CHECK(told.decide().standings[0].verdict == verdict::in_sync);
    CHECK(told.decide().standings[0].why == "its note was changed elsewhere; on_drift is report");
    CHECK(s.settle().standings[0].verdict == verdict::in_sync);
    CHECK(s.entity().note_raw == scene::tag("a", "aaaaaaaa") + " swing");
}

TEST_CASE("ownership: words that come back after three reverts stay") {
    led_scene s;
    for (int i = 0; i < 10; ++i) {
        s.entity().note_raw = scene::tag("a", "aaaaaaaa") + " hello";
        s.now += 1h;
        s.look();
        s.settle();
    }
    CHECK(s.writes == 3);
    CHECK(s.decide().standings[0].why == "its note was changed elsewhere again after 3 reverts: it stays");
}

TEST_CASE("ownership: a trade whose tag is gone was released elsewhere: nothing is written until somebody confirms") {
    for (const char* note : {"", "mine now", "#st:main:a.1:zzzzzzzz", "#st:other:a.1:aaaaaaaa"}) {
        CAPTURE(std::string{note});
        led_scene s;
        s.entity().note_raw = note;
        s.edit([](auto& r) { r.stop_loss->trigger = price_at("58800"); });
        auto d = s.decide();
        CHECK(words(d) == "");
        CHECK(d.standings[0].verdict == verdict::held);
        REQUIRE(d.holds.size() == 1);
        const auto told = std::string{note} == "#st:other:a.1:aaaaaaaa"
                              ? "its tag is of instance 'other', this daemon is 'main'; confirm to take it over"
                              : "its tag is gone: somebody released it elsewhere; confirm to take it up again";
        CHECK(d.standings[0].why == std::string{told} + ": `smarttraded confirm " + d.holds[0].id + "`");
        s.confirm(d.holds[0].id);
        CHECK(words(s.decide()) == "set_note a");
        CHECK(s.settle().standings[0].verdict == verdict::in_sync);
        CHECK(s.entity().note_raw == scene::tag("a", "aaaaaaaa") + " swing");
        CHECK(s.entity().stop_loss->trigger == price_at("58800"));
    }
}

TEST_CASE("ownership: of two trades that we made, the one not bought is cancelled, the bought one led on") {
    doubled_scene s;
    s.enter();
    s.look();
    auto d = s.decide();
    REQUIRE(words(d) == "cancel a");
    CHECK(d.actions[0].trade_id == trade::smart_trade_id{8});
    CHECK(d.actions[0].reason == "a second trade of a, not entered");
    CHECK(d.standings[0].trade_id == trade::smart_trade_id{7});
    s.entity(8).status = trade::trade_status::cancelled;
    d = s.settle();
    CHECK(d.standings[0].verdict == verdict::in_sync);
}

TEST_CASE("F15: two trades under one name that cannot be told apart safely are frozen, both, and told") {
    struct row {
        const char* name;
        std::function<void(doubled_scene&)> set;
    };
    const std::vector<row> rows{
        {"neither is bought", [](doubled_scene&) {}},
        {"both are bought",
         [](doubled_scene& s) {
             s.enter_one(7);
             s.enter_one(8);
         }},
        {"only the unbound one is bought", [](doubled_scene& s) { s.enter_one(8); }},
        {"the other is partly bought",
         [](doubled_scene& s) {
             s.enter_one(7);
             s.entity(8).entered_amount = units_of("0.001");
         }},
        {"one wears a copy of the other's tag",
         [](doubled_scene& s) {
             s.enter_one(7);
             s.entity(8).note_raw = s.entity(7).note_raw;
         }},
        {"protected",
         [](doubled_scene& s) {
             s.enter_one(7);
             s.life().protect = true;
         }},
    };
    for (const auto& r : rows) {
        CAPTURE(std::string{r.name});
        doubled_scene s;
        r.set(s);
        s.edit([](auto& request) { request.stop_loss->trigger = price_at("58800"); });
        s.look();
        const auto d = s.decide();
        CHECK(words(d) == "");
        CHECK(d.standings[0].verdict == verdict::blocked);
        CHECK(d.standings[0].why
              == "trades 7 and 8 are both live under this name and neither is touched: look at them, then `smarttraded "
                 "release a --id 8` or `--id 7`");
    }
}

TEST_CASE("ownership: `release --id` of one of two leaves the other to the plans") {
    doubled_scene s;
    auto other = s;
    s.order("release", 8);
    CHECK(s.settle().standings[0].trade_id == trade::smart_trade_id{7});
    CHECK(s.settle().standings[0].verdict == verdict::in_sync);

    other.order("release", 7);
    auto d = other.decide();
    REQUIRE(words(d).starts_with("bind a"));
    CHECK(d.actions[0].trade_id == trade::smart_trade_id{8});
    CHECK(d.actions[0].nonce == "bbbbbbbb");
    fact bound;
    bound.kind = fact_kind::bound;
    bound.identity = {main_account, "a", 1};
    bound.nonce = "bbbbbbbb";
    bound.body = other.wishes[0].body;
    bound.trade_id = trade::smart_trade_id{8};
    other.past.apply(bound, other.now);
    other.now += 1s;
    other.look();
    d = other.settle();
    CHECK(d.standings[0].verdict == verdict::in_sync);
    CHECK(d.standings[0].trade_id == trade::smart_trade_id{8});
    other.edit([](auto& r) { r.stop_loss->trigger = price_at("58800"); });
    d = other.decide();
    REQUIRE(words(d) == "update a");
    const auto& sent = *find_action(d, action_kind::update);
    CHECK(sent.trade_id == trade::smart_trade_id{8});
    CHECK(sent.difference == "stop 58500->58800"); // its own steps, not those of the one let go
    CHECK(sent.change->take_profit.at(0).id == trade::sub_trade_id{13});
}

TEST_CASE("ownership: of two that wear the same tag after a lost journal the older one is ours, the other is told") {
    led_scene s;
    s.past = {};
    s.seen.trades[trade::smart_trade_id{8}] = {
        s.exchange.made_from(usual_request(), 8, scene::tag("a", "aaaaaaaa") + " swing"), s.now};
    const auto found = unbound_tags(s.seen, s.past, s.rules.instance);
    REQUIRE(found.size() == 1);
    CHECK(found.begin()->second.first == trade::smart_trade_id{7});
    const auto d = s.decide();
    REQUIRE(words(d) == "bind a");
    CHECK(d.actions[0].trade_id == trade::smart_trade_id{7});
    fact bound;
    bound.kind = fact_kind::bound;
    bound.identity = d.actions[0].identity;
    bound.nonce = d.actions[0].nonce;
    bound.trade_id = d.actions[0].trade_id;
    s.past.apply(bound, s.now);
    CHECK(s.decide().standings[0].why.find("trades 7 and 8 are both live under this name") == 0);
}

TEST_CASE(
    "ownership: what was believed lost and created again is looked for once an hour for a day, and told if it came") {
    scene s;
    s.want("a");
    s.rules.utc_now = base::utc_time{24h * 20'000};
    fact intent;
    intent.kind = fact_kind::intent;
    intent.identity = {main_account, "a", 1};
    intent.nonce = "aaaaaaaa";
    intent.text = "USDT_BTC";
    intent.at = s.rules.utc_now;
    s.past.apply(intent, s.now);
    s.tell(fact_kind::absent, "a", "aaaaaaaa");
    s.seen.absences["aaaaaaaa"] = {s.now, s.now, 2};
    s.created("a", "bbbbbbbb", 8);
    s.see(8, scene::tag("a", "bbbbbbbb"));
    CHECK(words(s.decide()) == "");
    s.now += 1h;
    const auto d = s.decide();
    REQUIRE(words(d) == "search a");
    CHECK(d.actions[0].nonce == "aaaaaaaa");
    CHECK(d.wake_at == mono_time::max()); // nobody waits for it
    auto later = s;
    later.rules.utc_now += 25h;
    CHECK(words(later.decide()) == "");
    s.seen.absences["aaaaaaaa"].newest = s.now;
    s.see(7, scene::tag("a", "aaaaaaaa"), trade::trade_status::finished); // it came, and went
    CHECK(s.decide().standings[0].verdict == verdict::blocked);
    CHECK(s.decide().standings[0].why
          == "trades 8 and 7 were both created under this name and neither is touched: look at them, then `smarttraded "
             "release a --id 7` or `--id 8`");
}
