// Writes that wait for a person.
#include <doctest/doctest.h>

#include "reconcile/led_scene.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

namespace {

const hold& only_hold(const decision& d) {
    REQUIRE(d.holds.size() == 1);
    return d.holds.front();
}

bool is_hold_id(const std::string& id) {
    return !id.empty() && std::ranges::all_of(id, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

/// Held with this reason and the words that let it go; then let go.
void check_held(led_scene& s, const std::string& why, const char* after) {
    const auto d = s.decide();
    CHECK(words(d) == "");
    const auto& held = only_hold(d);
    CHECK(held.why == why);
    CHECK(is_hold_id(held.id));
    const auto& one = d.standings.back();
    CHECK(one.verdict == verdict::held);
    CHECK(one.why == why + ": `smarttraded confirm " + held.id + "`");
    s.confirm(held.id);
    CHECK(words(s.decide()) == after);
}

struct crowd : led_scene {
    crowd() {
        add("b", "bbbbbbbb", 8, usual_request());
        add("c", "cccccccc", 9, usual_request());
        rules.update_max = 2;
    }
    void edit_all(const char* stop) {
        for (auto& w : wishes) {
            w.trade.request.stop_loss->trigger = price_at(stop);
            w.body = body_of(w.trade.request);
        }
        rules.updates_asked = count_edited(wishes, seen, past);
    }
};

/// A journal that knows nothing takes trade 7 by its tag for `a`.
void find_again(led_scene& s) {
    fact bound;
    bound.kind = fact_kind::bound;
    bound.identity = s.wishes[0].trade.identity;
    bound.nonce = "aaaaaaaa";
    bound.trade_id = trade::smart_trade_id{7};
    s.past.apply(bound, s.now);
}

} // namespace

TEST_CASE("holds: more edits at once than the guardrail allows wait for one word, which counts for that set alone") {
    crowd s;
    s.edit_all("58800");
    CHECK(s.rules.updates_asked == 3);
    auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(only_hold(d).trades.size() == 3);
    CHECK(only_hold(d).why == "3 trades edited or adopted at once, guardrails.max_changes.update allows 2");
    const auto id = only_hold(d).id;
    CHECK(is_hold_id(id));
    auto next = s;
    next.rules.plans_hash = "set2";
    next.confirm(id);
    CHECK(words(next.decide()) == "");
    s.confirm(id);
    CHECK(words(s.decide()) == "update a, update b, update c");
}

TEST_CASE("holds: reverts of what others changed, and ended trades, are no mass change") {
    crowd s;
    for (const auto id : {7, 8, 9}) s.entity(id).take_profit[0].price = price_at("60900");
    s.rules.updates_asked = count_edited(s.wishes, s.seen, s.past);
    CHECK(s.rules.updates_asked == 0);
    CHECK(words(s.decide()) == "update a, update b, update c");
    crowd other;
    other.entity(9).status = trade::trade_status::finished;
    other.edit_all("58800");
    CHECK(other.rules.updates_asked == 2);
    CHECK(words(other.decide()) == "update a, update b");
}

TEST_CASE("holds: more new trades at once than the guardrail allows go after one word, and not in another set") {
    led_scene s;
    for (const char* name : {"b", "c"}) s.plan(name, usual_request());
    s.rules.create_max = 1;
    s.rules.creates_asked = count_missing(s.wishes, s.past, s.rules.utc_now);
    auto other = s;
    check_held(s, "2 new trades at once, guardrails.max_changes.create allows 1", "create b, create c");
    other.confirm(only_hold(other.decide()).id);
    other.rules.plans_hash = "set2";
    CHECK(words(other.decide()) == "");
}

TEST_CASE("holds: a stop that the user moves farther than max_stop_move waits, a nearer one does not") {
    struct row {
        const char* stop;
        bool held;
    };
    for (const row& r : {row{"58000", false}, row{"59670", false}, row{"57330", false}, row{"57329", true},
                         row{"59671", true}, row{"5850", true}}) {
        CAPTURE(std::string{r.stop});
        led_scene s;
        s.rules.stop_move_max = share_of("2"); // 1170 of 58500
        s.edit([&](auto& request) { request.stop_loss->trigger = price_at(r.stop); });
        CHECK(words(s.decide()) == (r.held ? "" : "update a"));
        if (!r.held) continue;
        check_held(s, "its stop moves 58500->" + std::string{r.stop} + ", more than guardrails.max_stop_move 2%",
                   "update a");
        s.edit([](auto& request) { request.stop_loss->trigger = price_at("50000"); });
        CHECK(words(s.decide()) == ""); // that word was for another stop
    }
}

TEST_CASE("holds: a stop that the user takes away altogether waits, where moves of stops are limited at all") {
    led_scene s;
    s.edit([](auto& r) { r.stop_loss.reset(); });
    CHECK(words(s.decide()) == "update a");
    s.rules.stop_move_max = share_of("2");
    check_held(s, "its stop at 58500 is taken away", "update a");
}

TEST_CASE("holds: a word counts once: the same edit made again asks again") {
    led_scene s;
    s.rules.stop_move_max = share_of("2");
    const auto move = [&](const char* stop) {
        s.edit([stop](auto& r) { r.stop_loss->trigger = price_at(stop); });
        const auto d = s.decide();
        CHECK(words(d) == "");
        s.confirm(only_hold(d).id);
        CHECK(s.settle().standings[0].verdict == verdict::in_sync);
    };
    move("50000");
    move("58500");
    move("50000");
    CHECK(s.writes == 3);
}

TEST_CASE("holds: a word on a mass change lapses with its set, also when that set comes back") {
    history past;
    const auto tell = [&](fact_kind kind, const char* text, const char* body) {
        fact told;
        told.kind = kind;
        told.text = text;
        told.body = body;
        past.apply(told, {});
    };
    tell(fact_kind::plans, "", "set A");
    tell(fact_kind::confirmed, "update-abc123", "");
    tell(fact_kind::confirmed, "account-1-abc", "");
    tell(fact_kind::plans, "", "set A"); // read again, as at each start
    CHECK(past.is_confirmed("update-abc123"));
    tell(fact_kind::plans, "", "set B");
    tell(fact_kind::plans, "", "set A");
    CHECK(!past.is_confirmed("update-abc123"));
    CHECK(past.is_confirmed("account-1-abc"));
}

TEST_CASE("holds: an exit that the price would trigger at once waits where coins are held") {
    struct row {
        const char* why;
        std::function<void(trade::trade_request&)> edit;
    };
    using request = trade::trade_request;
    const std::vector<row> rows{{"the price 60500 is already through the stop at 60600",
                                 [](request& r) { r.stop_loss->trigger = price_at("60600"); }},
                                {"the price 60500 is already through take_profit step 1 at 60400",
                                 [](request& r) { r.take_profit[0].level = price_at("60400"); }}};
    for (const auto& r : rows) {
        CAPTURE(std::string{r.why});
        led_scene s;
        s.entity().current_price =
            trade::smart_trade::market_view{price_at("60500"), price_at("60501"), price_at("60500")};
        s.edit(r.edit);
        CHECK(words(s.decide()) == "update a"); // nothing is bought yet
        s.enter();
        check_held(s, r.why, "update a");
    }
}

TEST_CASE("holds: trades found again after a lost journal are only looked at until somebody confirms") {
    led_scene s;
    s.past = {};
    s.prove_canary();
    s.plan("b", usual_request());
    auto d = s.decide();
    REQUIRE(words(d).starts_with("bind a"));
    find_again(s);
    s.tell(fact_kind::history_read, "");
    s.entity().stop_loss->trigger = price_at("58400");
    s.now += 1s;
    s.look();
    d = s.decide();
    CHECK(words(d) == "");
    CHECK(only_hold(d).id == "recovered-1");
    CHECK(only_hold(d).trades.size() == 2); // the edit of `a` and the create of `b`
    auto ordered = s;
    ordered.order("cancel");
    CHECK(words(ordered.decide()) == "cancel a");
    s.confirm("recovered-1");
    CHECK(words(s.decide()) == "update a, create b");
    s.entity().stop_loss->trigger = price_at("58600"); // tighter than the plan's, and nobody knows by whom
    CHECK(words(s.decide()).find("update a") == std::string::npos);
}

TEST_CASE("holds: a step that was cancelled before the journal was lost is not taken for the one that is left") {
    struct row {
        const char* name;
        const char* target;          ///< of tp2, as the plan has it now
        const char* actions;         ///< once it is confirmed
        const char* ended = "61000"; ///< where tp1 stood
    };
    for (const auto& each : {row{"as it was", "62000", ""}, row{"edited since", "62500", "update a"},
                             row{"one at the price of the other", "62000", "", "62000"}}) {
        CAPTURE(std::string{each.name});
        led_scene s;
        s.edit([&](auto& r) { r.take_profit[0].level = price_at(each.ended); });
        s.settle();
        s.life().steps[0].state = trade::step_state::cancelled;
        s.settle();
        s.edit([&](auto& r) { r.take_profit[1].level = price_at(each.target); });
        REQUIRE(s.entity().take_profit.size() == 1);
        s.past = history{};
        find_again(s);
        s.confirm("recovered-1");
        s.now += 1s;
        s.look();
        CHECK(words(s.decide()).find("cancel_step") == std::string::npos);
        CHECK(words(s.decide()).find(each.actions) != std::string::npos);
        CHECK(s.settle().standings[0].verdict == verdict::in_sync);
        CHECK(s.entity().take_profit.size() == 1);
        CHECK(s.entity().take_profit[0].id == trade::sub_trade_id{12});
        CHECK(s.entity().take_profit[0].price == price_at(each.target));
    }
}

TEST_CASE("holds: on a journal that is a restored backup nothing is created or changed until somebody confirms") {
    led_scene s;
    s.plan("b", usual_request());
    s.rules.restored = "restored-abc";
    s.entity().stop_loss->trigger = price_at("58400"); // by an edit that this journal does not know
    auto ordered = s;
    ordered.order("cancel");
    CHECK(words(ordered.decide()) == "cancel a");
    check_held(s, "the journal is a restored backup: what was done since is not known, and might be done again",
               "update a, create b");
}

TEST_CASE("F19: after a sleep nothing leaves before the account was read again, but what the operator orders") {
    led_scene s;
    s.plan("b", usual_request());
    s.edit([](auto& r) { r.stop_loss->trigger = price_at("58400"); });
    s.rules.is_awake = false;
    CHECK(words(s.decide()) == "");
    CHECK(s.decide().standings[0].why == "the machine slept, or its clock was set: the account is read again first");
    auto ordered = s;
    ordered.order("cancel");
    CHECK(words(ordered.decide()) == "cancel a");
    s.rules.is_awake = true;
    CHECK(words(s.decide()) == "update a, create b");
}

TEST_CASE("holds: what waits for one word waits beside nothing else: other trades go on") {
    crowd s;
    s.rules.stop_move_max = share_of("2");
    s.edit([](auto& r) { r.stop_loss->trigger = price_at("50000"); });
    s.entity(8).take_profit[0].price = price_at("60900");
    const auto d = s.decide();
    CHECK(words(d) == "update b");
    CHECK(only_hold(d).trades == std::vector{s.wishes[0].trade.identity});
}
