// One live trade under edits, changes made elsewhere, fills and faults, by seed.
#include <doctest/doctest.h>

#include "base/prng.hpp"
#include "reconcile/led_scene.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

namespace {

class edited_world {
public:
    explicit edited_world(std::uint64_t seed) : random_{seed} {
        faults_ = random_.below(2) == 0 ? 0 : random_.below(60);
    }

    /// The user edits, others meddle, prices move, requests fail: in any order.
    void live() {
        for (std::uint64_t n = 1 + random_.below(12), i = 0; i < n; ++i) {
            switch (random_.below(4)) {
            case 0: meddle(); break;
            case 1: move_on(); break;
            default: edit(); break;
            }
            for (std::uint64_t rounds = random_.below(3), k = 0; k < rounds; ++k) round();
        }
    }

    /// Faults end: all is in sync within bounded time, and then nothing is to do.
    void converge() {
        faults_ = 0;
        scene_.order("retry"); // breakers of the time of faults
        decision d;
        for (int i = 0; i < 400; ++i) {
            scene_.look();
            d = scene_.decide();
            if (d.actions.empty() && d.wake_at == mono_time::max()) break;
            round();
        }
        CHECK(words(d) == "");
        CHECK(d.actions.empty());
        CAPTURE(d.standings[0].why);
        const bool has_no_open_step = d.standings[0].why.starts_with("every step of its plan has ended");
        CHECK((d.standings[0].verdict == verdict::in_sync || has_no_open_step));
        check_exits();
    }

    int writes() const { return scene_.writes; }
    bool is_entered() const { return trade::is_entered(scene_.seen.trades.begin()->second.entity); }

private:
    template <class T> const T& one_of(const std::vector<T>& all) { return all[random_.below(all.size())]; }
    money::price near(std::int64_t around) {
        return money::price{money::decimal{around + static_cast<std::int64_t>(random_.below(100)) * 10}};
    }

    void edit() {
        scene_.edit([&](trade::trade_request& r) {
            switch (random_.below(7)) {
            case 0: r.position.price = near(59'500); break;
            case 1: r.position.units = money::quantity{money::decimal{1 + std::int64_t(random_.below(5)), 2}}; break;
            case 2: edit_stop(r); break;
            case 3:
                if (!r.take_profit.empty()) r.take_profit[random_.below(r.take_profit.size())].level = near(61'000);
                break;
            case 4: add_step(r); break;
            case 5: drop_step(r); break;
            default: r.note = one_of(std::vector<std::string>{"swing", "scalp", ""}); break;
            }
        });
    }
    void edit_stop(trade::trade_request& r) {
        if (random_.below(5) == 0) {
            r.stop_loss.reset();
            return;
        }
        if (!r.stop_loss) r.stop_loss = usual_request().stop_loss;
        r.stop_loss->trigger = near(57'500);
        if (random_.below(3) == 0) r.stop_loss->timeout = std::chrono::seconds{1 + std::int64_t(random_.below(60))};
    }
    /// A new one takes half of the last one's volume; names are never used twice.
    void add_step(trade::trade_request& r) {
        if (r.take_profit.empty() || r.take_profit.back().volume < share_of("10")) return;
        auto added = r.take_profit.back();
        const auto half = money::percent{added.volume.value().divided_by(money::decimal{2}, 2, money::rounding::down)};
        r.take_profit.back().volume = added.volume - half;
        added.volume = half;
        added.level = near(62'000);
        r.take_profit.push_back(added);
        scene_.life().steps.push_back({"new" + std::to_string(++names_), {}});
    }
    void drop_step(trade::trade_request& r) {
        const auto has_ended = [](const auto& each) { return trade::is_final(each.status.type); };
        if (r.take_profit.size() < 2 || std::ranges::any_of(scene_.entity().take_profit, has_ended)) return;
        const auto freed = r.take_profit.back().volume;
        r.take_profit.pop_back();
        scene_.life().steps.pop_back();
        r.take_profit.back().volume = r.take_profit.back().volume + freed;
    }

    void meddle() {
        auto& e = scene_.entity();
        switch (random_.below(4)) {
        case 0:
            if (e.stop_loss) e.stop_loss->trigger = near(57'500);
            break;
        case 1:
            if (!e.take_profit.empty() && !trade::is_final(e.take_profit[0].status.type))
                e.take_profit[0].price = near(61'000);
            break;
        case 2: e.note_raw = scene::tag("a", "aaaaaaaa") + " meddled"; break;
        default: model_exchange::set_stop(e, {}); break;
        }
        scene_.look();
    }
    void move_on() {
        auto& e = scene_.entity();
        if (!trade::is_entered(e)) {
            if (random_.below(3) == 0) scene_.enter("60000");
            return;
        }
        const auto is_live = [](const auto& step) { return !trade::is_final(step.status.type); };
        if (std::ranges::count_if(e.take_profit, is_live) > 1 && random_.below(3) == 0) // the last would end the trade
            std::ranges::find_if(e.take_profit, is_live)->status = trade::order_status::finished;
        scene_.look();
    }

    /// One look, one decision, and what it asks for, perhaps with a fault.
    void round() {
        scene_.now += 1s;
        scene_.look();
        const auto d = scene_.decide();
        for (const auto& what : d.actions) act(what);
        if (d.actions.empty() && d.wake_at != mono_time::max()) scene_.now = std::max(scene_.now, d.wake_at);
    }
    void act(const action& what) {
        if (what.kind == action_kind::update && !what.change->take_profit.empty()) {
            money::percent sum; // V16
            for (const auto& step : what.change->take_profit) sum = sum + step.order.volume;
            CHECK(sum == share_of("100"));
        }
        if (!is_write(what.kind) || random_.below(100) >= faults_) return scene_.carry_out(what);
        const auto fate = random_.below(5);
        if (fate >= 3) scene_.execute(what); // 3: the reply is lost; 4: killed before it was written down
        if (fate == 4) {
            scene_.begin(what);
            scene_.past.close_open_attempts(scene_.now);
            return;
        }
        const std::vector<outcome> ends{outcome::refused, outcome::not_sent, outcome::unknown, outcome::unknown};
        scene_.sent(what, ends[fate]);
    }

    /// The exits on the exchange are those of the plan, but for a stop that stays because it is tighter.
    void check_exits() {
        const auto& e = scene_.entity();
        const auto& asked = scene_.wishes[0].trade.request;
        CHECK(e.note_raw
              == (asked.note.empty() ? scene::tag("a", "aaaaaaaa") : scene::tag("a", "aaaaaaaa") + " " + asked.note));
        CHECK(e.stop_loss.has_value() == asked.stop_loss.has_value());
        if (e.stop_loss && asked.stop_loss) {
            CHECK(*e.stop_loss->trigger >= std::get<money::price>(asked.stop_loss->trigger));
            CHECK(e.stop_loss->timeout == asked.stop_loss->timeout);
        }
        if (!trade::is_entered(e)) {
            CHECK(e.position.price == asked.position.price);
            CHECK(e.position.units == asked.position.units);
        }
        money::percent sum;
        for (const auto& step : e.take_profit) sum = sum + step.volume;
        CHECK((e.take_profit.empty() || sum == share_of("100")));
    }

    base::prng random_;
    led_scene scene_;
    std::uint64_t faults_ = 0; ///< in a hundred
    int names_ = 0;
};

} // namespace

TEST_CASE("live: whatever was edited, meddled with, filled and lost, a trade ends in sync and at rest") {
    int writes = 0, entered = 0;
    for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
        CAPTURE(seed);
        edited_world one{seed};
        one.live();
        one.converge();
        writes += one.writes();
        entered += one.is_entered() ? 1 : 0;
    }
    CHECK(writes > 4'000); // else these worlds are too quiet to prove anything
    CHECK(entered > 200);
}

TEST_CASE("live: the order of the wishes changes nothing of what is sent") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        CAPTURE(seed);
        base::prng random{seed};
        led_scene s;
        for (int i = 0; i < 6; ++i) {
            const auto name = "t" + std::to_string(i);
            s.add(name, "nonce00" + std::string(1, static_cast<char>('a' + i)), 20 + i, usual_request());
        }
        for (auto& w : s.wishes)
            if (random.below(2) == 0) {
                w.trade.request.stop_loss->trigger = price_at("58800");
                w.body = body_of(w.trade.request);
            } else if (random.below(2) == 0) {
                w.trade.life.state = trade::wanted_state::closed;
            }
        const auto summary = [](const decision& d) {
            std::vector<std::string> all;
            for (const auto& a : d.actions)
                all.push_back(std::string{base::name_of(a.kind)} + a.identity.name + a.difference);
            for (const auto& one : d.standings) all.push_back(one.identity.name + one.why);
            std::ranges::sort(all);
            return all;
        };
        const auto before = summary(s.decide());
        for (std::size_t i = s.wishes.size(); i > 1; --i) std::swap(s.wishes[i - 1], s.wishes[random.below(i)]);
        CHECK(summary(s.decide()) == before);
    }
}
