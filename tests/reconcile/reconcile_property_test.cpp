#include <doctest/doctest.h>

#include <functional>

#include "base/prng.hpp"
#include "reconcile/scene.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

namespace {

/// An exchange that commits at once or never, and a daemon that does what is decided, by seed: replies get lost,
/// creates are refused or not sent, and the daemon restarts.
class world {
public:
    explicit world(std::uint64_t seed) : random_{seed} {
        scene_.past = {};
        for (std::uint64_t n = 1 + random_.below(6), i = 0; i < n; ++i) scene_.want("t" + std::to_string(i));
        faults_ = random_.below(100);
    }

    /// Rounds until nothing is to do and nothing will be; bounded.
    void run() {
        for (int round = 0; round < 2'000; ++round) {
            const auto d = scene_.decide();
            for (const auto& a : d.actions) act(a);
            check_never_doubled();
            scene_.now += 100ms;
            if (!d.actions.empty()) continue;
            if (d.wake_at == mono_time::max()) return;
            scene_.now = std::max(scene_.now, d.wake_at);
        }
        FAIL("no end of work");
    }

    void check_converged() {
        const auto d = scene_.decide();
        CHECK(words(d) == "");
        for (const auto& one : d.standings) {
            const bool refused = one.verdict == verdict::blocked;
            CHECK((one.verdict == verdict::in_sync || refused));
            CHECK(live(one.identity.name) == (refused ? 0 : 1));
        }
        auto backwards = scene_;
        std::ranges::reverse(backwards.wishes);
        CHECK(words(backwards.decide()) == "");
    }

private:
    bool strikes() { return random_.below(100) < faults_; }

    void act(const action& a) {
        const auto& name = a.identity.name;
        switch (a.kind) {
        case action_kind::create: return create(name);
        case action_kind::search: return search(a.nonce);
        case action_kind::believe_absent: scene_.tell(fact_kind::absent, name, a.nonce); return;
        case action_kind::bind: scene_.tell(fact_kind::bound, name, a.nonce, {}, a.trade_id->value); return;
        case action_kind::read_back: scene_.see(a.trade_id->value, exchange_.at(a.trade_id->value)); return;
        case action_kind::prove_canary: scene_.prove_canary(); return;
        case action_kind::take_echo: scene_.take_echo(a); return;
        default: FAIL("not decided in this world: " << base::name_of(a.kind));
        }
    }

    void create(const std::string& name) {
        const auto nonce = next_nonce();
        scene_.tell(fact_kind::intent, name, nonce);
        const auto fate = strikes() ? random_.below(5) : 5;
        const bool commits = fate >= 3;
        const auto id = static_cast<std::int64_t>(exchange_.size()) + 1;
        if (commits) exchange_.emplace(id, scene::tag(name, nonce));
        if (fate == 0) scene_.tell(fact_kind::outcome, name, nonce, outcome::refused);
        if (fate == 1) scene_.tell(fact_kind::outcome, name, nonce, outcome::not_sent);
        if (fate == 2 || fate == 3) scene_.tell(fact_kind::outcome, name, nonce, outcome::unknown);
        if (fate == 4) scene_.past.close_open_attempts(scene_.now); // killed before the outcome was written
        if (fate == 5) {
            scene_.tell(fact_kind::outcome, name, nonce, outcome::accepted, id);
            scene_.tell(fact_kind::bound, name, nonce, {}, id);
            scene_.see(id, exchange_.at(id));
        }
    }

    void search(const std::string& nonce) {
        for (const auto& [id, note] : exchange_)
            if (note.ends_with(nonce)) scene_.see(id, note);
        auto& absence = scene_.seen.absences[nonce];
        if (absence.searches++ == 0) absence.first = scene_.now;
        absence.newest = scene_.now;
    }

    int live(const std::string& name) const {
        int found = 0;
        for (const auto& [id, note] : exchange_) found += trade::tag::parse(note)->name == name ? 1 : 0;
        return found;
    }
    void check_never_doubled() const {
        for (const auto& w : scene_.wishes) CHECK(live(w.trade.identity.name) <= 1);
    }

    std::string next_nonce() {
        std::string nonce;
        for (int i = 0; i < 8; ++i) nonce += static_cast<char>('a' + random_.below(26));
        return nonce;
    }

    base::prng random_;
    scene scene_;
    std::map<std::int64_t, std::string> exchange_; ///< id -> note
    std::uint64_t faults_ = 0;                     ///< in a hundred
};

} // namespace

TEST_CASE("reconcile: under faults every world converges, never with two trades for one plan entry") {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        world one{seed};
        one.run();
        one.check_converged();
    }
}

TEST_CASE("reconcile: the order of the wishes does not change what is done") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        CAPTURE(seed);
        base::prng random{seed};
        scene s;
        for (int i = 0; i < 8; ++i) {
            const auto name = "t" + std::to_string(i);
            const auto nonce = "nonce" + std::string(3, static_cast<char>('a' + i));
            s.want(name);
            switch (random.below(6)) {
            case 0: s.attempted(name, nonce, outcome::unknown); break;
            case 1: s.attempted(name, nonce, outcome::refused); break;
            case 2: s.created(name, nonce, i + 1); break;
            case 3:
                s.created(name, nonce, i + 1);
                s.see(i + 1, scene::tag(name, nonce));
                break;
            default: break;
            }
        }
        const auto summary = [](const decision& d) {
            std::vector<std::string> all;
            for (const auto& a : d.actions) all.push_back(std::string{base::name_of(a.kind)} + a.identity.name);
            for (const auto& one : d.standings) all.push_back(one.identity.name + one.why);
            std::ranges::sort(all);
            return all;
        };
        const auto before = summary(s.decide());
        for (std::size_t i = s.wishes.size(); i > 1; --i) std::swap(s.wishes[i - 1], s.wishes[random.below(i)]);
        CHECK(summary(s.decide()) == before);
    }
}
