#include "sim/sound_world.hpp"

using namespace smarttrade;
using namespace smarttrade::sim;
using namespace std::chrono_literals;

namespace {

void name_in_plans(sound_world& in, int revision, mono_time from) {
    auto trades = in.seen.wanted;
    trades[0].identity.revision = revision;
    in.seen.plans.push_back({from, trades});
}

} // namespace

TEST_CASE("obedience: each is broken by what it is there for") {
    for (const row& r : {
             row{"halted is silent", [](sound_world& w) { w.seen.words.halts.push_back({noon - 1s}); }},
             row{"halted is silent",
                 [](sound_world& w) {
                     w.seen.words.halts.push_back({noon + 1min, noon + 10min});
                     change(w, "PATCH", "");
                 }},
             row{"creates what is planned", [](sound_world& w) { w.seen.plans[0].trades.clear(); }},
             row{"creates what is planned", [](sound_world& w) { name_in_plans(w, 2, noon - 10s); }},
             row{"creates what is planned", [](sound_world& w) { w.create().units = "2"; }},
             row{"an older revision lives on",
                 [](sound_world& w) {
                     name_in_plans(w, 2, noon + 1min);
                     change(w, "POST", "/close_by_market");
                 }},
             row{"renamed is not run again",
                 [](sound_world& w) {
                     w.seen.words.renamed_away[{{1}, "t1", 1}] = noon - 1min;
                     w.seen.words.confirmed.push_back({"rename-t2-abc", noon - 1min});
                 }},
             row{"far stops have a word",
                 [](sound_world& w) {
                     w.settings.guardrails.max_stop_move = money::percent{money::decimal{10}};
                     w.seen.words.confirmed.push_back({"stop-t11-abc", noon - 1min});
                     move_stop(w, 100, 116);
                 }},
             row{"untagged is left alone",
                 [](sound_world& w) {
                     w.seen.words.untagged[7] = noon + 1min;
                     look(w);
                     change(w, "PATCH", "").change->note = "mine now";
                 }},
             row{"one change at a time",
                 [](sound_world& w) {
                     change(w, "PATCH", "").heard_at.reset();
                     change(w, "PATCH", "");
                 }},
             row{"nothing is sent twice",
                 [](sound_world& w) {
                     change(w, "PATCH", "");
                     change(w, "PATCH", "").change->changed_terms = false;
                 }},
         })
        check(r);
}

TEST_CASE("obedience: what people and plans asked for may be done") {
    for (const row& r : {
             row{"none", [](sound_world& w) { w.seen.words.halts.push_back({noon + 1s}); }},
             row{"none",
                 [](sound_world& w) {
                     w.seen.words.halts.push_back({noon - 1h, noon - 1s});
                 }},
             row{"none",
                 [](sound_world& w) { // the operator's own close
                     w.seen.words.halts.push_back({noon + 1s});
                     w.seen.words.ordered.insert(7);
                     change(w, "POST", "/close_by_market");
                 }},
             row{"none",
                 [](sound_world& w) {
                     w.settings.guardrails.max_stop_move = money::percent{money::decimal{10}};
                     w.seen.words.confirmed.push_back({"stop-t1-abc", noon - 1min});
                     move_stop(w, 100, 116);
                 }},
             row{"none", [](sound_world& w) { name_in_plans(w, 2, noon - 500ms); }}, // it was on its way
             row{"none",
                 [](sound_world& w) { // nobody had read that the tag is gone
                     w.seen.words.untagged[7] = noon + 5min - 5s;
                     look(w);
                     change(w, "PATCH", "").change->note = "mine now";
                 }},
             row{"none",
                 [](sound_world& w) { // its outcome was read
                     change(w, "PATCH", "").heard_at.reset();
                     w.seen.requests.back().left_at = noon + 4min;
                     look(w);
                     change(w, "PATCH", "");
                 }},
         })
        check(r);
}
