#pragma once

#include <doctest/doctest.h>

#include "sim/invariants.hpp"

namespace smarttrade::sim {

using namespace std::chrono_literals;

inline constexpr mono_time noon = mono_time{} + 1h;

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
        record.request.position.units = money::quantity{money::decimal{1}};
        made.units = "1";
        made.pair = "USDT_BTC";
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
        seen.plans.push_back({mono_time{}, seen.wanted});
        seen.judged_at = noon + 1h;
    }
    std::string broken() const {
        auto found = first_broken(safety(), seen);
        if (!found) found = first_broken(obedience(), seen);
        if (!found) found = first_broken(liveness(), seen);
        return found ? std::string{found->invariant} : "none";
    }
    sent_request& create() { return seen.requests.front(); }
    paper::trade_record& trade() { return truth.market.trades.at({7}).record; }

    paper_server::memory truth;
    config::settings settings;
    evidence seen{truth, settings};
};

inline void read_often(sound_world& in, int times, std::chrono::milliseconds apart) {
    for (int i = 0; i < times; ++i) {
        auto& made = in.seen.requests.emplace_back();
        made.method = "GET";
        made.path = "/v2/smart_trades";
        made.read_at = {noon + i * apart};
        made.status = 200;
    }
}

/// The create was answered so, through no fault of the daemon, and heard of it.
inline void forbid(sound_world& in, int status) {
    in.create().status = in.create().heard_status = status;
    in.create().heard_at = noon + 20ms;
    in.seen.throttle_causes.push_back({status, noon, noon + 1min});
}

/// A change of the one trade, as its owner.
inline sent_request& change(sound_world& in, const std::string& method, const std::string& what) {
    auto& made = in.seen.requests.emplace_back();
    made.method = method;
    made.path = "/v2/smart_trades/7" + what;
    made.left_at = noon + 5min;
    made.read_at = {noon + 5min + 10ms};
    made.status = 200;
    made.change = change_seen{};
    made.change->trade = {7};
    made.change->account = {1};
    made.change->changed_terms = true;
    made.heard_at = made.left_at + 20ms;
    made.heard_status = 200;
    made.change->note = in.trade().request.note;
    return made;
}

inline void look(sound_world& in) {
    auto& made = in.seen.requests.emplace_back();
    made.method = "GET";
    made.path = "/v2/smart_trades/7";
    made.left_at = noon + 5min - 50ms;
    made.heard_at = noon + 5min - 10ms;
    made.status = made.heard_status = 200;
    made.showed_entered = false;
}

inline void move_stop(sound_world& in, int from, int to) {
    auto& made = change(in, "PATCH", "");
    made.change->stop_before = money::price{money::decimal{from}};
    made.change->stop_after = money::price{money::decimal{to}};
}

inline void send_at(sound_world& in, mono_time at) {
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

inline void check(const row& r) {
    CAPTURE(std::string{r.name});
    sound_world world;
    r.spoil(world);
    CHECK(world.broken() == r.name);
}

} // namespace smarttrade::sim
