#include "reconcile/reconcile.hpp"

#include <doctest/doctest.h>

#include "reconcile/scene.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

TEST_CASE("reconcile: what the plans have and the exchange has not is created") {
    scene s;
    s.want("a");
    s.want("b");
    const auto d = s.decide();
    CHECK(words(d) == "create a, create b");
    CHECK(d.standings[0].verdict == verdict::pending);
    CHECK(d.standings[0].phase == phase::submitting);
}

TEST_CASE("F5: nothing is created before the account was read completely") {
    scene s;
    s.want("a");
    s.seen.gates_open.clear();
    CHECK(words(s.decide()) == "");
    CHECK(s.decide().standings[0].verdict == verdict::pending);
}

TEST_CASE("reconcile: nothing is created on an account whose key is in trouble") {
    scene s;
    s.want("a");
    s.seen.paused[main_account] = "401 signature_invalid";
    const auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].verdict == verdict::pending); // no trade is marked (design.md 5)
    CHECK(d.standings[0].why == "401 signature_invalid");
}

TEST_CASE("reconcile: a key that was read again is tried at once, whatever the old one was refused") {
    scene s;
    s.want("a");
    s.tell(fact_kind::intent, "a", "aaaaaaaa");
    s.tell(fact_kind::outcome, "a", "aaaaaaaa", outcome::credential);
    s.now += 10s;
    CHECK(words(s.decide()) == "");
    s.rules.key_since = s.now;
    CHECK(words(s.decide()) == "create a");
}

TEST_CASE("reconcile: nothing is created on an account whose type does not fit its mode") {
    scene s;
    s.want("a");
    s.seen.unfit[main_account] = "it is a real account (binance), but its mode here is paper";
    const auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].verdict == verdict::pending);
    CHECK(d.standings[0].why == "it is a real account (binance), but its mode here is paper");
}

TEST_CASE("reconcile: the first create of an account goes alone until its note came back unchanged") {
    scene s;
    s.past = {};
    s.want("a");
    s.want("b");
    CHECK(words(s.decide()) == "create a");

    s.tell(fact_kind::intent, "a", "aaaaaaaa");
    CHECK(words(s.decide()) == "");
    s.tell(fact_kind::outcome, "a", "aaaaaaaa", outcome::accepted, 7);
    s.tell(fact_kind::bound, "a", "aaaaaaaa", {}, 7);
    CHECK(words(s.decide()) == "read_back a");

    s.now += 1s;
    s.see(7, scene::tag("a", "aaaaaaaa"));
    CHECK(words(s.decide()) == "prove_canary a, create b");
    s.prove_canary();
    CHECK(words(s.decide()) == "create b");
}

TEST_CASE("reconcile: an exchange that changes our notes gets no second trade") {
    scene s;
    s.past = {};
    s.want("a");
    s.want("b");
    s.created("a", "aaaaaaaa", 7);
    s.now += 1s;
    s.see(7, "#st:main:a.1:aaaa");
    const auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[1].verdict == verdict::held);
    CHECK(d.standings[1].why.find("changed the note of a (id 7)") != std::string::npos);
}

TEST_CASE("reconcile: a refused canary hands its role on") {
    scene s;
    s.past = {};
    s.want("a");
    s.want("b");
    s.attempted("a", "aaaaaaaa", outcome::refused);
    CHECK(words(s.decide()) == "create b");
}

TEST_CASE("F1, F3: a create of unknown outcome is settled by its tag, never sent again") {
    scene s;
    s.want("a");
    s.attempted("a", "aaaaaaaa", outcome::unknown);
    auto d = s.decide();
    CHECK(words(d) == "search a");
    CHECK(d.standings[0].verdict == verdict::unknown);
    s.see(7, scene::tag("a", "aaaaaaaa") + " note");
    d = s.decide();
    CHECK(words(d) == "bind a");
    CHECK(d.actions[0].trade_id == trade::smart_trade_id{7});
    CHECK(d.actions[0].nonce == "aaaaaaaa");
}

TEST_CASE("F2: evidence of acceptance stops a retry that is due") {
    scene s;
    s.want("a");
    s.attempted("a", "aaaaaaaa", outcome::not_sent);
    s.now += 1h;
    CHECK(words(s.decide()) == "create a");
    s.see(7, scene::tag("a", "aaaaaaaa"));
    CHECK(words(s.decide()) == "bind a");
}

TEST_CASE("reconcile: absence needs two complete searches at least settle apart, four times that for market entries") {
    struct row {
        const char* name;
        trade::entry_type order;
        int searches;
        std::chrono::seconds apart;
        const char* action;
    };
    for (const row& r : {row{"one search", trade::entry_type::limit, 1, 0s, ""},
                         row{"two too close", trade::entry_type::limit, 2, 29s, ""},
                         row{"two apart", trade::entry_type::limit, 2, 30s, "believe_absent a"},
                         row{"market, two apart", trade::entry_type::market, 2, 119s, ""},
                         row{"market, far apart", trade::entry_type::market, 2, 120s, "believe_absent a"}}) {
        CAPTURE(std::string{r.name});
        scene s;
        s.want("a", r.order);
        s.attempted("a", "aaaaaaaa", outcome::unknown);
        s.seen.absences["aaaaaaaa"] = {start, start + r.apart, r.searches};
        s.now = start + 1s;
        const auto d = s.decide();
        CHECK(words(d) == r.action);
        if (std::string{r.action}.empty()) {
            const auto gap = r.order == trade::entry_type::market ? 120s : 30s;
            CHECK(d.wake_at == start + gap); // and the next search is due then
            s.now = d.wake_at;
            CHECK(words(s.decide()) == "search a");
        }
    }
}

TEST_CASE("reconcile: what was proven absent is sent again, or held where resend is never") {
    scene s;
    s.want("a");
    s.attempted("a", "aaaaaaaa", outcome::unknown);
    s.tell(fact_kind::absent, "a", "aaaaaaaa");
    CHECK(words(s.decide()) == "create a");
    s.rules.resend = resend_policy::never;
    CHECK(words(s.decide()) == "");
    CHECK(s.decide().standings[0].verdict == verdict::held);
    s.see(7, scene::tag("a", "aaaaaaaa")); // a late commit is still found
    CHECK(words(s.decide()) == "bind a");
}

TEST_CASE("F7: a refused create is tried again after 30 s and 5 min, then blocked until it is edited") {
    scene s;
    s.want("a");
    for (const auto pause : {30s, 300s}) {
        s.attempted("a", "aaaaaaa" + std::to_string(pause.count() % 7), outcome::refused);
        const auto d = s.decide();
        CHECK(words(d) == "");
        CHECK(d.wake_at == s.now + pause);
        s.now = d.wake_at - 1ns;
        CHECK(words(s.decide()) == "");
        s.now += 1ns;
        CHECK(words(s.decide()) == "create a");
    }
    s.attempted("a", "cccccccc", outcome::refused);
    s.now += 240h;
    CHECK(words(s.decide()) == "");
    CHECK(s.decide().standings[0].verdict == verdict::blocked);
    CHECK(s.decide().standings[0].why == "refused three times: said so; edit it, or `smarttraded retry a`");
    s.wishes[0].body = std::string{"edited"};
    CHECK(words(s.decide()) == "create a");
}

TEST_CASE("reconcile: a throttled or unsent create is tried again soon, with growing pauses") {
    scene s;
    s.want("a");
    s.attempted("a", "aaaaaaaa", outcome::throttled);
    CHECK(s.decide().wake_at == s.now + 1s);
    auto longest = 0ns;
    for (int i = 0; i < 10; ++i) {
        s.attempted("a", "nonce" + std::to_string(i), outcome::not_sent);
        const auto pause = s.decide().wake_at - s.now;
        CHECK(pause >= longest);
        longest = pause;
        s.now += pause;
        CHECK(words(s.decide()) == "create a");
    }
    CHECK(longest == 60s);
}

TEST_CASE("reconcile: an end is final, whoever brought it about") {
    using enum trade::trade_status;
    for (const auto status : {finished, stop_loss_finished, panic_sold, cancelled, failed}) {
        CAPTURE(std::string{base::name_of(status)});
        scene s;
        s.want("a");
        s.created("a", "aaaaaaaa", 7);
        s.see(7, scene::tag("a", "aaaaaaaa"), status);
        s.now += 240h;
        const auto d = s.decide();
        CHECK(words(d) == "");
        CHECK(d.standings[0].phase == phase::ended);
        CHECK(d.standings[0].verdict == (status == failed ? verdict::blocked : verdict::in_sync));
    }
}

TEST_CASE("reconcile: coins that a cancelled trade left without a stop are told") {
    scene s;
    s.want("a");
    s.created("a", "aaaaaaaa", 7);
    auto& entity = s.see(7, scene::tag("a", "aaaaaaaa"), trade::trade_status::cancelled);
    entity.entered_amount = *money::quantity::parse("0.01");
    CHECK(s.decide().standings[0].verdict == verdict::unprotected);
    CHECK(s.decide().standings[0].why
          == "cancelled with 0.01 BTC held and no exit; `smarttraded release a` once it is dealt with");
    entity.closed_amount = entity.entered_amount;
    CHECK(s.decide().standings[0].verdict == verdict::in_sync);
}

TEST_CASE("reconcile: an edit of a trade that has ended says how to run it again") {
    scene s;
    auto& wanted = s.want("a");
    s.created("a", "aaaaaaaa", 7);
    auto& entity = s.see(7, scene::tag("a", "aaaaaaaa"), trade::trade_status::finished);
    CHECK(s.decide().standings[0].verdict == verdict::in_sync);
    wanted.body = wanted.body.string() + " edited";
    entity.closed_at = base::parse_utc("2026-03-02T09:00:00Z");
    CHECK(s.decide().standings[0].verdict == verdict::blocked);
    CHECK(s.decide().standings[0].why
          == "edited, but it ended as id 7 at 2026-03-02T09:00:00.000Z; raise revision to run it again");
}

TEST_CASE("reconcile: a live copy beside an ended trade is told, and hides no position without its exits") {
    scene s;
    s.want("a");
    s.created("a", "aaaaaaaa", 7);
    auto& ended = s.see(7, scene::tag("a", "aaaaaaaa"), trade::trade_status::cancelled);
    s.see(8, scene::tag("a", "aaaaaaaa"));
    CHECK(s.decide().standings[0].verdict == verdict::blocked);
    CHECK(s.decide().standings[0].why
          == "ended as id 7, but trade 8 is of the same name: look at it, close it by hand if it lives, then "
             "`smarttraded "
             "release a --id 8`");
    ended.entered_amount = *money::quantity::parse("0.01");
    CHECK(s.decide().standings[0].verdict == verdict::unprotected);
}

TEST_CASE("reconcile: a tag of ours that our journal never issued closes the account to creates") {
    scene s;
    s.want("a");
    s.see(9, scene::tag("other", "zzzzzzzz"));
    const auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].verdict == verdict::held);
    CHECK(d.standings[0].why.find("second daemon") != std::string::npos);
}

TEST_CASE("reconcile: a second writer that was looked at says nothing of the next one") {
    scene s;
    s.want("a");
    s.see(9, scene::tag("other", "zzzzzzzz"));
    auto d = s.decide();
    REQUIRE(d.holds.size() == 1);
    auto confirmed = s.tell(fact_kind::confirmed, "");
    confirmed.text = d.holds[0].id;
    s.past.apply(confirmed, s.now);
    CHECK(words(s.decide()) == "create a");
    s.see(10, scene::tag("third", "yyyyyyyy"));
    d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].verdict == verdict::held);
    CHECK(d.standings[0].why.find("trade 10 carries our tag") != std::string::npos);
}

TEST_CASE("reconcile: another instance's trades and foreign notes are none of our business") {
    for (const auto& note :
         {scene::tag("a", "zzzzzzzz", "other"), std::string{"#st:main:a.1:short"}, std::string{"a"}}) {
        CAPTURE(note);
        scene s;
        s.want("a");
        s.see(9, note);
        CHECK(words(s.decide()) == "create a");
    }
}

TEST_CASE("reconcile: with a lost journal our trades are found by their tags before anything is created") {
    scene s;
    s.past = {};
    s.want("a");
    s.see(7, scene::tag("a", "aaaaaaaa"));
    CHECK(words(s.decide()) == "bind a");
}

TEST_CASE("reconcile: two live trades under one name freeze it") {
    scene s;
    s.want("a");
    s.created("a", "aaaaaaaa", 7);
    s.see(7, scene::tag("a", "aaaaaaaa"));
    s.attempted("a", "bbbbbbbb", outcome::unknown);
    s.see(8, scene::tag("a", "bbbbbbbb"));
    const auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].verdict == verdict::blocked);
    CHECK(d.standings[0].why.find("trades 7 and 8") != std::string::npos);
}

TEST_CASE("reconcile: more new trades at once than the guardrail allows are held, all of them") {
    scene s;
    for (const char* name : {"a", "b", "c"}) s.want(name);
    s.rules.create_max = 2;
    s.rules.creates_asked = count_missing(s.wishes, s.past, s.rules.utc_now);
    CHECK(s.rules.creates_asked == 3);
    CHECK(words(s.decide()) == "");
    for (const auto& one : s.decide().standings) CHECK(one.verdict == verdict::held);
}

TEST_CASE("reconcile: a status that is not known here counts as live and is told") {
    scene s;
    s.want("a");
    s.created("a", "aaaaaaaa", 7);
    s.see(7, scene::tag("a", "aaaaaaaa")).status = trade::told_status<trade::trade_status>::parse("sleeping");
    const auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].verdict == verdict::blocked);
    CHECK(d.standings[0].why.find("'sleeping'") != std::string::npos);
}

TEST_CASE("F10: a list that shows a create before its own reply came does not settle it twice") {
    scene s;
    s.want("a");
    s.tell(fact_kind::intent, "a", "aaaaaaaa");
    s.see(7, scene::tag("a", "aaaaaaaa"));
    CHECK(words(s.decide()) == "");
    s.tell(fact_kind::outcome, "a", "aaaaaaaa", outcome::unknown);
    CHECK(words(s.decide()) == "bind a");
}

TEST_CASE("reconcile: no more trades than max_active_trades live at a time; an end makes room") {
    scene s;
    for (const char* name : {"a", "b", "c"}) s.want(name);
    s.rules.active_max = 2;
    s.created("a", "aaaaaaaa", 7);
    auto& live = s.see(7, scene::tag("a", "aaaaaaaa"));
    auto d = s.decide();
    CHECK(words(d) == "create b");
    CHECK(d.standings[2].verdict == verdict::blocked);
    CHECK(d.standings[2].why == "2 of our trades are active, guardrails.max_active_trades allows no more");
    live.status = trade::trade_status::finished;
    CHECK(words(s.decide()) == "create b, create c");
}

TEST_CASE("reconcile: with a limit on order totals, an entry without a price is held against the ask first") {
    scene s;
    s.want("market", trade::entry_type::market);
    s.seen.markets.clear();
    s.rules.order_totals = {{"USDT", money::money{money::decimal{100}}}};
    auto d = s.decide();
    CHECK(words(d) == "read_market market");
    CHECK(d.standings[0].verdict == verdict::pending);
    s.price(money::price{money::decimal{99}});
    CHECK(words(s.decide()) == "create market");
    s.price(money::price{money::decimal{100}});
    d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].verdict == verdict::blocked);
    CHECK(d.standings[0].why == "1 BTC at the ask + 1 % are 101 USDT, above guardrails.max_order_total 100");
}

TEST_CASE("F9: a trade that the exchange says it does not know is told, and nothing takes its place") {
    scene s;
    s.want("a");
    s.created("a", "aaaaaaaa", 7);
    s.seen.missing.insert(trade::smart_trade_id{7});
    const auto d = s.decide();
    CHECK(words(d) == "");
    CHECK(d.standings[0].verdict == verdict::blocked);
    CHECK(d.standings[0].why
          == "the exchange does not know its id 7 any more: look for it in the app, then: smarttraded "
             "release a");
}
