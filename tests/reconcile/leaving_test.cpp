// Trades whose entry leaves the plans, comes back, or goes on under another name or revision.
#include <doctest/doctest.h>

#include "reconcile/led_scene.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

namespace {

/// Trades that the plans held, as every accepted set is journaled.
struct leaving_scene : led_scene {
    leaving_scene() { accept("set1"); }

    void accept(const std::string& hash) {
        rules.plans_hash = hash;
        rules.utc_now += 1s;
        for (const auto& each : lifecycle_facts(wishes, past, hash, rules.utc_now)) past.apply(each, now);
    }
    void remove_all(const std::string& hash = "set2") {
        taken = std::exchange(wishes, {});
        accept(hash);
    }
    void bring_back(const std::string& hash = "set3") {
        wishes = std::exchange(taken, {});
        accept(hash);
    }
    void rename(const action& what) {
        fact renamed;
        renamed.kind = fact_kind::renamed;
        renamed.identity = what.identity;
        renamed.text = what.text;
        past.apply(renamed, now);
    }
    const standing& only_left(const decision& d) const {
        REQUIRE(d.left.size() == 1);
        return d.left.front();
    }
    std::vector<wish> taken;
};

} // namespace

TEST_CASE("leaving: what becomes of a trade whose text is gone is what the text said while it was there") {
    using trade::removal;
    struct row {
        removal on_remove;
        bool entered, is_protected;
        const char* action;
        const char* why;
    };
    for (const row& r : {
             row{removal::leave, false, false, "", "no longer in the plans: left as it is"},
             row{removal::leave, true, false, "", "no longer in the plans: left as it is"},
             row{removal::cancel, false, false, "cancel a", "no longer in the plans, on_remove is cancel"},
             row{removal::cancel, true, false, "", "no longer in the plans: left as it is"},
             row{removal::close, false, false, "cancel a", "no longer in the plans, on_remove is close"},
             row{removal::close, true, false, "close a", "no longer in the plans, on_remove is close"},
             row{removal::cancel, false, true, "", "no longer in the plans: left as it is"},
             row{removal::close, true, true, "", "no longer in the plans: left as it is"},
         }) {
        CAPTURE(std::string{base::name_of(r.on_remove)});
        CAPTURE(r.entered);
        CAPTURE(r.is_protected);
        leaving_scene s;
        s.life().on_remove = r.on_remove;
        s.life().protect = r.is_protected;
        s.accept("set1b");
        if (r.entered) s.enter();
        s.remove_all();
        const auto d = s.decide();
        CHECK(words(d) == r.action);
        CHECK(s.only_left(d).why == r.why);
        CHECK(s.only_left(d).trade_id == trade::smart_trade_id{7});
        CHECK(s.settle().actions.empty());
        CHECK(s.writes == (std::string{r.action}.empty() ? 0 : 1));
    }
}

TEST_CASE("leaving: on_remove counts as it was accepted, not as it was meant a moment before") {
    leaving_scene s;
    s.life().on_remove = trade::removal::close; // never accepted: the set with it was refused
    s.enter();
    s.remove_all();
    CHECK(words(s.decide()) == "");
}

TEST_CASE("leaving: a trade that is left is not led, and is taken up again with its text") {
    leaving_scene s;
    s.remove_all();
    s.entity().take_profit[0].price = price_at("60900");
    s.entity().note_raw = "somebody's";
    s.look();
    CHECK(words(s.decide()) == "");
    s.entity().note_raw = scene::tag("a", "aaaaaaaa") + " swing";
    s.bring_back();
    CHECK(words(s.decide()) == "update a");
    const auto d = s.settle();
    CHECK(d.standings[0].verdict == verdict::in_sync);
    CHECK(d.left.empty());
    CHECK(s.entity().take_profit[0].price == price_at("61000"));
}

TEST_CASE("leaving: a removed trade that ended meanwhile says so when its text returns, and does not run again") {
    leaving_scene s;
    s.remove_all();
    s.entity().status = trade::trade_status::finished;
    CHECK(s.decide().left.empty());
    s.bring_back();
    const auto d = s.settle();
    CHECK(d.standings[0].phase == phase::ended);
    CHECK(s.writes == 0);
}

TEST_CASE("leaving: the operator may still cancel or close what no plan names") {
    leaving_scene s;
    s.remove_all();
    s.order("cancel");
    CHECK(words(s.decide()) == "cancel a");
    s.enter();
    CHECK(words(s.decide()) == "");                                                // bought: a cancel would strip it
    CHECK(s.only_left(s.decide()).why == "no longer in the plans: left as it is"); // the cancel came too late
    s.order("close");
    CHECK(words(s.decide()) == "close a");
}

TEST_CASE("leaving: more trades removed within ten minutes than the guardrail allows wait for one word") {
    leaving_scene s;
    for (int i = 0; i < 4; ++i)
        s.add("t" + std::to_string(i), std::string{"nonceaa"} + static_cast<char>('b' + i), 20 + i, usual_request());
    for (auto& w : s.wishes) w.trade.life.on_remove = trade::removal::cancel;
    s.accept("set1b");
    s.remove_all("set2");
    s.rules.remove_max = 3;
    auto d = s.decide();
    CHECK(words(d) == "");
    REQUIRE(d.holds.size() == 1);
    CHECK(d.holds[0].trades.size() == 5);
    CHECK(d.left[0].verdict == verdict::held);
    CHECK(d.left[0].why
          == "5 trades removed within 10 minutes, guardrails.max_changes.remove allows 3: `smarttraded confirm "
                 + d.holds[0].id + "`");
    auto confirmed = s;
    confirmed.confirm(d.holds[0].id);
    CHECK(words(confirmed.decide()) == "cancel a, cancel t0, cancel t1, cancel t2, cancel t3");
    auto later = s; // held is held, however long nobody looks
    later.now += 1h;
    later.look();
    CHECK(words(later.decide()) == "");
    s.rules.plans_hash = "set4"; // another set: the word for the old one does not count
    s.confirm(d.holds[0].id);
    CHECK(words(s.decide()) == "");
}

TEST_CASE("leaving: what is removed one by one over hours is no mass removal") {
    leaving_scene s;
    s.rules.remove_max = 1;
    s.add("b", "bbbbbbbb", 8, usual_request());
    for (auto& w : s.wishes) w.trade.life.on_remove = trade::removal::cancel;
    s.accept("set1b");
    s.wishes.pop_back();
    s.accept("set2");
    s.rules.utc_now += 10min;
    s.remove_all("set3");
    CHECK(words(s.decide()) == "cancel a, cancel b");
}

TEST_CASE("leaving: a new trade where another was taken away in the same set looks like a rename, and both wait") {
    leaving_scene s;
    s.life().on_remove = trade::removal::cancel;
    s.accept("set1b");
    s.wishes.clear();
    s.plan("b", usual_request());
    s.accept("set2");
    auto d = s.decide();
    CHECK(words(d) == "");
    REQUIRE(d.holds.size() == 1);
    CHECK(d.holds[0].why == "looks like a rename of a: write `was: a`, or confirm that it is another trade");
    CHECK(d.holds[0].trades.size() == 2);
    CHECK(d.standings[0].verdict == verdict::held);
    CHECK(s.only_left(d).verdict == verdict::held);
    s.accept("set3"); // some other edit settles nothing of it
    CHECK(words(s.decide()) == "");
    s.confirm(d.holds[0].id);
    d = s.decide();
    CHECK(words(d) == "create b, cancel a");
}

TEST_CASE("leaving: another pair, another side or an older removal is no rename") {
    leaving_scene s;
    s.wishes.clear();
    auto request = usual_request();
    request.pair.base = "ETH";
    s.plan("b", request);
    s.know_market("ETH");
    request = usual_request();
    request.position.type = trade::side::sell;
    s.plan("c", request);
    s.accept("set2");
    CHECK(words(s.decide()) == "create b, create c");
    s.wishes.clear();
    s.plan("d", usual_request());
    s.accept("set3");
    CHECK(words(s.decide()) == "create d");
}

TEST_CASE("leaving: with `was` the trade goes on under its new name, and its tag follows") {
    leaving_scene s;
    s.wishes.clear();
    s.plan("b", usual_request()).trade.life.was = "a";
    s.accept("set2");
    auto d = s.decide();
    REQUIRE(words(d) == "rename b");
    CHECK(d.actions[0].text == "a");
    CHECK(d.actions[0].trade_id == trade::smart_trade_id{7});
    CHECK(d.left.empty());
    s.rename(d.actions[0]);
    d = s.decide();
    REQUIRE(words(d) == "set_note b");
    CHECK(find_action(d, action_kind::set_note)->difference == scene::tag("b", "aaaaaaaa") + " swing");
    d = s.settle();
    CHECK(d.standings[0].verdict == verdict::in_sync);
    CHECK(d.standings[0].trade_id == trade::smart_trade_id{7});
    CHECK(d.left.empty());
    CHECK(s.writes == 1);
}

TEST_CASE("leaving: `was` works after the removal was accepted, and waits while the old name is not settled") {
    leaving_scene s;
    s.remove_all("set2");
    s.now += 1h;
    s.look();
    s.plan("b", usual_request()).trade.life.was = "a";
    s.accept("set3");
    CHECK(words(s.decide()) == "rename b");
    scene other;
    other.attempted("a", "aaaaaaaa", outcome::unknown);
    auto& w = other.want("b");
    w.trade.life.was = "a";
    const auto d = other.decide();
    CHECK(words(d) == "search a");
    CHECK(d.standings[0].why == "a request of a is not yet settled");
}

TEST_CASE("leaving: a raised revision waits for the older one's end, which is not taken for a removal") {
    leaving_scene s;
    s.life().on_remove = trade::removal::close;
    s.accept("set1b");
    s.enter();
    s.wishes[0].trade.identity.revision = 2;
    s.accept("set2");
    auto d = s.decide();
    CHECK(words(d) == ""); // neither closed nor created
    CHECK(d.standings[0].verdict == verdict::pending);
    CHECK(d.standings[0].why == "revision 1 still lives as id 7: waits for its end");
    CHECK(s.only_left(d).why == "an older revision: the newer one waits for its end");
    auto ordered = s;
    ordered.order("close");
    CHECK(words(ordered.decide()) == "close a");
    s.entity().status = trade::trade_status::finished;
    CHECK(words(s.decide()) == "create a");
}

TEST_CASE("leaving: a lowered revision runs nothing and says which one ran") {
    leaving_scene s;
    s.entity().status = trade::trade_status::finished;
    s.wishes[0].trade.identity.revision = 0;
    const auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].verdict == verdict::blocked);
    CHECK(d.standings[0].why == "revision 1 ran already: set 1 again, or 2 to run the trade once more");
}

TEST_CASE("leaving: lowered to a revision that ended while the newer one runs is a mistake at its value") {
    leaving_scene s;
    s.entity().status = trade::trade_status::finished;
    fact newer;
    newer.kind = fact_kind::bound;
    newer.identity = s.wishes[0].trade.identity;
    newer.identity.revision = 2;
    newer.trade_id = trade::smart_trade_id{8};
    s.past.apply(newer, s.now);
    const auto d = s.decide();
    CHECK(d.standings[0].verdict == verdict::blocked);
    CHECK(d.standings[0].why == "revision 2 ran already: set 2 again, or 3 to run the trade once more");
    REQUIRE(d.breaches.size() == 1);
    CHECK(d.breaches[0].violations[0].at == trade::field_path{"revision"});
    CHECK(d.breaches[0].violations[0].message
          == "revision 1, expected 2, which ran already, or 3 to run the trade once more");
}

TEST_CASE("unprotected: a cancelled trade with coins held is told in the plans and out of them, until it is released") {
    leaving_scene s;
    s.enter();
    s.entity().status = trade::trade_status::cancelled;
    auto d = s.settle();
    CHECK(d.standings[0].verdict == verdict::unprotected);
    CHECK(d.standings[0].why
          == "cancelled with 0.01 BTC held and no exit; `smarttraded release a` once it is dealt with");
    auto raised = s; // also when its name goes on to the next revision
    raised.wishes[0].trade.identity.revision = 2;
    raised.accept("set2");
    CHECK(raised.only_left(raised.decide()).verdict == verdict::unprotected);
    s.remove_all();
    s.now += 240h;
    s.look();
    d = s.settle();
    CHECK(s.only_left(d).verdict == verdict::unprotected);
    CHECK(s.only_left(d).why.starts_with("cancelled with 0.01 BTC held and no exit"));
    s.order("release");
    CHECK(s.decide().left.empty());
    s.bring_back();
    CHECK(s.decide().standings[0].verdict == verdict::released);
}

TEST_CASE("unprotected: coins that were held before the trade, or sold since, are not missed") {
    leaving_scene s;
    s.enter();
    s.entity().status = trade::trade_status::cancelled;
    s.entity().skip_enter_step = true;
    CHECK(s.decide().standings[0].verdict == verdict::in_sync);
    s.entity().skip_enter_step = false;
    s.entity().closed_amount = units_of("0.004");
    CHECK(s.decide().standings[0].why.starts_with("cancelled with 0.006 BTC held"));
    s.entity().closed_amount = s.entity().entered_amount;
    CHECK(s.decide().standings[0].why == "cancelled elsewhere; raise revision to run it again");
}

TEST_CASE("leaving: a trade whose tag somebody took away is left alone when its text goes, too") {
    for (const bool entered : {false, true}) {
        leaving_scene s;
        s.life().on_remove = trade::removal::close;
        s.accept("set1b");
        if (entered) s.enter();
        s.entity().note_raw = "mine now";
        s.remove_all();
        const auto d = s.decide();
        CHECK(words(d) == "");
        CHECK(s.only_left(d).why == "no longer in the plans, and its tag is gone: left as it is");
    }
}

TEST_CASE("leaving: a rename with a raised revision takes the older one along, and waits for its end") {
    leaving_scene s;
    s.life().on_remove = trade::removal::close;
    s.accept("set1b");
    s.enter();
    s.wishes.clear();
    auto& w = s.plan("b", usual_request());
    w.trade.life.was = "a";
    w.trade.identity.revision = 2;
    s.accept("set2");
    auto d = s.decide();
    REQUIRE(words(d) == "rename b"); // not created beside it, and the old one is not closed
    CHECK(d.actions[0].identity == trade::trade_identity{main_account, "b", 1});
    CHECK(d.left.empty());
    s.rename(d.actions[0]);
    d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].why == "revision 1 still lives as id 7: waits for its end");
}

TEST_CASE("leaving: a name that an entry was before it had a trade of its own does not keep another alive") {
    leaving_scene s;
    s.life().on_remove = trade::removal::close;
    s.add("b", "bbbbbbbb", 8, usual_request());
    s.accept("set1b");
    s.enter();
    s.wishes.erase(s.wishes.begin());
    s.wishes[0].trade.life.was = "a"; // but `b` has a trade already
    s.accept("set2");
    const auto d = s.decide();
    CHECK(words(d) == "close a");
    CHECK(s.only_left(d).why == "no longer in the plans, on_remove is close");
}

TEST_CASE("leaving: whichever of its names a renamed trade had, none of them runs again without a word") {
    leaving_scene s;
    for (const auto* name : {"b", "c"}) {
        s.wishes.clear();
        s.plan(name, usual_request()).trade.life.was = std::string{name} == "b" ? "a" : "b";
        s.accept(std::string{"set-"} + name);
        const auto d = s.decide();
        REQUIRE(words(d) == std::string{"rename "} + name);
        s.rename(d.actions[0]);
    }
    for (const auto* name : {"a", "b"}) {
        auto back = s;
        back.plan(name, usual_request());
        back.accept("set-back");
        const auto d = back.decide();
        CHECK(words(d).find("create") == std::string::npos);
        REQUIRE(d.holds.size() == 1);
        CHECK(d.holds[0].why == "its trade is c now: write `was: c`, or confirm that another is to be created");
    }
}
