#include "sim/invariants.hpp"

#include <doctest/doctest.h>

using namespace smarttrade;
using namespace smarttrade::sim;
using namespace std::chrono_literals;

namespace {

constexpr mono_time noon = mono_time{} + 1h;

/// What a sound world leaves behind: one create, sent, read and answered; the trade is there and told in sync.
struct sound_world {
    sound_world() {
        settings.rate_limits = {{"", 100, 60s, 300s, 5}, {"GET /v2/smart_trades", 40, 10s, 10s, 2}};
        auto& made = seen.requests.emplace_back();
        made.left_at = noon;
        made.method = "POST";
        made.path = "/v2/smart_trades";
        made.tag = trade::tag{"sim", "t1", 1, "abcdefgh"};
        made.account = 1;
        made.read_at = {noon + 10ms};
        made.made = {7};
        made.status = 201;
        auto& record = truth.market.trades[{7}].record;
        record.id = {7};
        record.request.account = {1};
        record.request.note = made.tag->text();
        record.status = trade::trade_status::waiting_targets;
        record.request.pair = {"USDT", "BTC"};
        record.entered_amount = money::quantity{money::decimal{1}};
        reconcile::standing now;
        now.identity = {{1}, "t1", 1};
        now.phase = reconcile::phase::entered;
        now.verdict = reconcile::verdict::in_sync;
        now.trade_id = trade::smart_trade_id{7};
        seen.standings.push_back(now);
        auto& wish = seen.wanted.emplace_back();
        wish.identity = now.identity;
        wish.request = record.request;
    }
    std::string broken() const {
        auto found = first_broken(safety(), seen);
        if (!found) found = first_broken(liveness(), seen);
        return found ? std::string{found->invariant} : "none";
    }
    sent_request& create() { return seen.requests.front(); }
    paper::trade_record& trade() { return truth.market.trades.at({7}).record; }

    paper_server::memory truth;
    config::settings settings;
    evidence seen{truth, settings};
};

void read_often(sound_world& in, int times, std::chrono::milliseconds apart) {
    for (int i = 0; i < times; ++i) {
        auto& made = in.seen.requests.emplace_back();
        made.method = "GET";
        made.path = "/v2/smart_trades";
        made.read_at = {noon + i * apart};
        made.status = 200;
    }
}

/// The create was answered so, through no fault of the daemon, and heard of it.
void forbid(sound_world& in, int status) {
    in.create().status = in.create().heard_status = status;
    in.create().heard_at = noon + 20ms;
    in.seen.throttle_causes.push_back({status, noon, noon + 1min});
}

/// A change of the one trade, as its owner.
sent_request& change(sound_world& in, const std::string& method, const std::string& what) {
    auto& made = in.seen.requests.emplace_back();
    made.method = method;
    made.path = "/v2/smart_trades/7" + what;
    made.left_at = noon + 5min;
    made.read_at = {noon + 5min + 10ms};
    made.status = 200;
    made.change = change_seen{};
    made.change->trade = {7};
    made.change->note = in.trade().request.note;
    return made;
}

void look(sound_world& in) {
    auto& made = in.seen.requests.emplace_back();
    made.method = "GET";
    made.path = "/v2/smart_trades/7";
    made.left_at = noon + 5min - 50ms;
    made.heard_at = noon + 5min - 10ms;
    made.status = made.heard_status = 200;
}

void move_stop(sound_world& in, int from, int to) {
    auto& made = change(in, "PATCH", "");
    made.change->stop_before = money::price{money::decimal{from}};
    made.change->stop_after = money::price{money::decimal{to}};
}

void send_at(sound_world& in, mono_time at) {
    auto& made = in.seen.requests.emplace_back();
    made.method = "GET";
    made.path = "/v2/accounts";
    made.left_at = at;
    made.read_at = {at + 10ms};
    made.status = 200;
}

struct row {
    const char* name;
    void (*spoil)(sound_world&);
};

void check(const row& r) {
    CAPTURE(std::string{r.name});
    sound_world world;
    r.spoil(world);
    CHECK(world.broken() == r.name);
}

} // namespace

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
