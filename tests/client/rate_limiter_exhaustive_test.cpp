#include <doctest/doctest.h>

#include <set>
#include <string>

#include "client/rate_limiter.hpp"

using namespace smarttrade::client;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

constexpr std::size_t slots = 2;
constexpr nanoseconds window = 4s, timeout = 2s;

/// When the server may have counted a request, by our clock. `to` absent: still in flight.
struct counted {
    mono_time from;
    std::optional<mono_time> to;
};

/// One limiter with two slots, and what a server may have counted, at its worst.
struct state {
    rate_limiter limiter{{{"", slots, window, 10s, 0}}, timeout, std::make_shared<ip_ban>()};
    mono_time now = mono_time{} + 1h;
    std::vector<std::pair<ticket, counted>> sent;
    std::size_t left_waiting = 0; ///< that were asked for

    std::optional<ticket> in_flight(std::size_t n) const {
        for (const auto& [id, when] : sent)
            if (!when.to && n-- == 0) return id;
        return std::nullopt;
    }
    void end(ticket id, mono_time to) {
        std::ranges::find(sent, id, [](const auto& each) { return each.first; })->second.to = to;
    }

    /// Whether some window may hold too many: each request counted at the worst moment it can be.
    bool may_be_overfull() const {
        const auto end_of = [this](const counted& each) { return each.to.value_or(now); };
        for (const auto& [id, last] : sent) {
            const auto begin = end_of(last);
            const auto in_window = std::ranges::count_if(sent, [&](const auto& each) {
                return each.second.from < begin + window && end_of(each.second) >= begin;
            });
            if (static_cast<std::size_t>(in_window) > slots) return true;
        }
        return false;
    }

    /// Two states with the same text go on alike.
    std::string text() {
        std::erase_if(sent, [this](const auto& each) { return each.second.to && *each.second.to + 2 * window < now; });
        std::multiset<std::string> parts;
        const auto since = [this](mono_time at) { return std::to_string((at - now).count()); };
        for (const auto& [id, each] : sent) parts.insert(since(each.from) + '-' + (each.to ? since(*each.to) : "?"));
        for (const auto& slot : limiter.memory(now).slots)
            parts.insert(slot.settled_at ? since(*slot.settled_at) : "held");
        auto all = std::to_string(limiter.waiting()) + (doubt_until > now ? '/' + since(doubt_until) : "");
        for (const auto& part : parts) all += ' ' + part;
        return all;
    }
    mono_time doubt_until{};
};

/// What can happen. False: not now.
using move = bool (*)(state&);

bool ask(state& in) {
    if (in.limiter.waiting() >= 2) return false;
    in.limiter.ask(lane::poll, "GET /x", in.now);
    return true;
}
bool admit(state& in) {
    const auto admitted = in.limiter.admit(in.now);
    for (const auto& one : admitted) in.sent.emplace_back(one.id, counted{in.now, std::nullopt});
    return !admitted.empty();
}
template <std::size_t N> bool reply(state& in) {
    const auto id = in.in_flight(N);
    if (!id) return false;
    in.limiter.replied(*id, in.now);
    in.end(*id, in.now);
    return true;
}
template <std::size_t N> bool lose(state& in) {
    const auto id = in.in_flight(N);
    if (!id) return false;
    in.limiter.lost(*id, in.now);
    in.end(*id, in.now + timeout);
    return true;
}
bool not_sent(state& in) {
    const auto id = in.in_flight(0);
    if (!id) return false;
    in.limiter.not_sent(*id);
    std::erase_if(in.sent, [&](const auto& each) { return each.first == *id; });
    return true;
}
bool time_passes(state& in) {
    in.now += 1s;
    return true;
}
bool next_moment_comes(state& in) {
    const auto next = in.limiter.next_admission(in.now);
    if (next == mono_time::max() || next <= in.now) return false;
    in.now = next;
    return true;
}
bool just_before_it(state& in) {
    const auto next = in.limiter.next_admission(in.now);
    if (next == mono_time::max() || next - 1ns <= in.now) return false;
    in.now = next - 1ns;
    return true;
}
bool kill_and_restart(state& in) {
    const auto kept = in.limiter.memory(in.now);
    in.limiter = rate_limiter{{{"", slots, window, 10s, 0}}, timeout, std::make_shared<ip_ban>()};
    in.limiter.restore(kept, in.now);
    in.doubt_until = in.now + timeout + in.limiter.hold_max();
    for (auto& [id, each] : in.sent) {
        id = ticket{}; // the next process may give it out again
        if (!each.to) each.to = in.now + timeout;
    }
    return true;
}

constexpr std::array moves{ask,      admit,       reply<0>,          reply<1>,       lose<0>,         lose<1>,
                           not_sent, time_passes, next_moment_comes, just_before_it, kill_and_restart};

struct survey {
    std::map<std::string, int> seen; ///< with how many moves left it was looked at
    std::size_t overfull = 0, stuck = 0;

    void explore(const state& from, int depth) {
        for (const auto& each : moves) {
            auto next = from;
            if (!each(next)) continue;
            if (next.may_be_overfull()) ++overfull;
            // Whoever waits has a moment to wait for, unless only a reply helps.
            if (next.limiter.waiting() > 0 && !next.in_flight(0)
                && next.limiter.next_admission(next.now) > next.now + 2 * timeout + window + 10ms)
                ++stuck;
            auto& left = seen[next.text()];
            if (depth - 1 <= left) continue;
            left = depth - 1;
            explore(next, depth - 1);
        }
    }
};

} // namespace

TEST_CASE("rate_limiter: with two slots, no order of twelve events overfills a window or leaves one waiting for ever") {
    survey all;
    all.explore(state{}, 12);
    CHECK(all.overfull == 0);
    CHECK(all.stuck == 0);
    CHECK(all.seen.size() > 10'000);
    MESSAGE(all.seen.size() << " states");
}
