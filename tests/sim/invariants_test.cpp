#include "sim/sound_world.hpp"

using namespace smarttrade;
using namespace smarttrade::sim;
using namespace std::chrono_literals;

TEST_CASE("invariants: a sound world breaks none") {
    sound_world world;
    read_often(world, 94, 600ms);
    CHECK(world.broken() == "none");
}

TEST_CASE("invariants: each about changes of trades is broken by what it is there for") {
    for (const row& r : {
             row{"touches only its own",
                 [](sound_world& w) {
                     auto& made = change(w, "DELETE", "");
                     made.change->trade = {9};
                     made.change->note = "somebody's";
                 }},
             row{"protected stays",
                 [](sound_world& w) {
                     look(w);
                     w.seen.protected_names.insert("t1");
                     change(w, "DELETE", "");
                 }},
             row{"protected stays",
                 [](sound_world& w) {
                     w.seen.protected_names.insert("t1");
                     change(w, "POST", "/close_by_market");
                 }},
             row{"cancels after a look", [](sound_world& w) { change(w, "DELETE", ""); }},
             row{"cancels after a look",
                 [](sound_world& w) {
                     look(w);
                     w.seen.requests.back().showed_entered = true;
                     change(w, "DELETE", "");
                 }},
             row{"no stop is loosened",
                 [](sound_world& w) {
                     move_stop(w, 90, 95);
                     move_stop(w, 97, 95);
                 }},
             row{"funds move once",
                 [](sound_world& w) {
                     paper::funds_record once;
                     once.wish.units = money::quantity{money::decimal{2}};
                     w.trade().additions = {once, once};
                 }},
         })
        check(r);
}

TEST_CASE("invariants: each is broken by what it is there for") {
    for (const row& r : {
             row{"one trade a name", [](sound_world& w) { w.create().made.push_back(8); }},
             row{"no write without a durable intent", [](sound_world& w) { w.create().intent_was_durable = false; }},
             row{"touches only its own", [](sound_world& w) { w.create().tag->instance = "other"; }},
             row{"touches only its own", [](sound_world& w) { w.create().tag.reset(); }},
             row{"touches only its own",
                 [](sound_world& w) {
                     w.seen.requests.push_back(w.create());
                     w.create().made.clear();
                 }},
             row{"writes where the mode fits", [](sound_world& w) { w.truth.market.accounts[{1}].type = "binance"; }},
             row{"no window exceeded", [](sound_world& w) { read_often(w, 96, 600ms); }},
             row{"no window exceeded", [](sound_world& w) { read_often(w, 39, 240ms); }},
             row{"never throttled by its own fault", [](sound_world& w) { w.create().status = 429; }},
             row{"nothing acknowledged is lost", [](sound_world& w) { w.seen.losses.emplace_back("an intent"); }},
             row{"an end is told once", [](sound_world& w) { w.seen.contradictions.emplace_back("t1"); }},
             row{"never fails by itself", [](sound_world& w) { w.seen.failures.emplace_back("why"); }},
             row{"everything settles", [](sound_world& w) { w.seen.unsettled = "t1 is unknown"; }},
             row{"in sync is true", [](sound_world& w) { w.truth.market.trades.clear(); }},
             row{"in sync is true", [](sound_world& w) { w.trade().status = trade::trade_status::finished; }},
             row{"naked is told",
                 [](sound_world& w) {
                     w.trade().status = trade::trade_status::cancelled;
                     w.seen.standings[0].phase = reconcile::phase::ended;
                 }},
             row{"duplicates are told",
                 [](sound_world& w) {
                     w.truth.market.trades[{8}].record = w.trade();
                     w.truth.market.trades[{8}].record.id = {8};
                 }},
             row{"every wish has a standing", [](sound_world& w) { w.seen.standings.clear(); }},
             row{"waits for a reason", [](sound_world& w) { w.seen.standings[0].verdict = reconcile::verdict::held; }},
             row{"waits for a reason",
                 [](sound_world& w) {
                     w.seen.standings[0].verdict = reconcile::verdict::blocked;
                     w.seen.standings[0].why = "refused three times: it was not";
                 }},
             row{"expired is gone",
                 [](sound_world& w) {
                     w.trade().status = trade::trade_status::waiting_position;
                     w.trade().entered_amount = {};
                     w.seen.wanted[0].life.expires_after = 50min;
                 }},
             row{"removed ends as told",
                 [](sound_world& w) {
                     w.seen.plans[0].trades[0].life.on_remove = trade::removal::close;
                     w.seen.wanted.clear();
                     w.seen.standings.clear();
                 }},
             row{"created as wished",
                 [](sound_world& w) {
                     w.seen.wanted[0].request.pair = {"USDT", "ETH"};
                 }},
             row{"naked is told",
                 [](sound_world& w) { // also when it is in no plan any more
                     w.trade().status = trade::trade_status::cancelled;
                     w.seen.standings.clear();
                     w.seen.wanted.clear();
                 }},
         }) {
        check(r);
    }
}

TEST_CASE("invariants: a 429 with a cause is no fault of the daemon") {
    sound_world world;
    world.create().status = 429;
    world.seen.throttle_causes.push_back({429, noon - 1min, noon + 1min});
    CHECK(world.broken() == "none");
}

TEST_CASE("invariants: nobody sends within the penalty of a 429 or a ban, and a kill is no way around") {
    struct row {
        const char* name;
        int status;
        std::chrono::milliseconds after;
        std::vector<mono_time> deaths;
    };
    for (const row& r :
         {row{"at once", 429, 21ms, {}}, row{"nearly over", 429, 300s, {}}, row{"a ban is longer", 418, 600s, {}},
          row{"killed", 429, 3s, {noon + 2s}}, row{"killed in a ban", 418, 599s, {noon + 2s, noon + 300s}}}) {
        CAPTURE(std::string{r.name});
        sound_world world;
        forbid(world, r.status);
        world.seen.deaths = r.deaths;
        send_at(world, noon + r.after);
        CHECK(world.broken() == "silent when told to be");
    }
}

TEST_CASE("invariants: silent is who sends nothing between a 429 and the end of its penalty") {
    sound_world world;
    forbid(world, 429);
    send_at(world, noon + 10ms); // it was under way, and its own 429 begins nothing
    auto& other = world.seen.requests.back();
    other.status = other.heard_status = 429;
    other.heard_at = noon + 8s;
    send_at(world, noon + 301s);
    CHECK(world.broken() == "none");
}

TEST_CASE("invariants: what a disk that failed did not keep, the next process may not know") {
    sound_world world;
    forbid(world, 429);
    world.seen.disk_failed = true;
    send_at(world, noon + 3s);
    CHECK(world.broken() == "silent when told to be");
    world.seen.deaths = {noon + 2s};
    CHECK(world.broken() == "none");
}
