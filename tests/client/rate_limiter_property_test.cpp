#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

#include "base/prng.hpp"
#include "client/sqlite_slot_store.hpp"

using namespace smarttrade;
using namespace smarttrade::client;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

constexpr nanoseconds timeout = 3s;

/// The server, with its own clock: it is off by some hours and runs up to 100 ppm fast or slow.
class counting_server {
public:
    explicit counting_server(base::prng& random)
        : offset_{static_cast<std::int64_t>(random.below(1'000'000'000'000))},
          drift_ppm_{static_cast<std::int64_t>(random.below(201)) - 100} {}

    void count(const std::string& request, mono_time at) { seen_.emplace_back(at, request); }

    /// Our process died: whatever is still under way arrives within a timeout, or never.
    void connections_closed(mono_time at) {
        for (auto& [counted, request] : seen_) counted = std::min(counted, at + timeout);
    }

    /// How many more than the limit stood in some window, fixed or sliding. 0: never too many.
    std::size_t excess(const rate_limit& limit) const {
        std::vector<nanoseconds> times;
        for (const auto& [at, request] : seen_) {
            const auto ours = nanoseconds{at.time_since_epoch()};
            if (counts(limit.match, request)) times.push_back(ours + ours / 1'000'000 * drift_ppm_ + offset_);
        }
        std::ranges::sort(times);
        std::size_t most = 0;
        std::map<std::int64_t, std::size_t> fixed;
        std::size_t first = 0;
        for (std::size_t last = 0; last < times.size(); ++last) {
            while (times[last] - times[first] >= limit.per) ++first;
            most = std::max({most, last - first + 1, ++fixed[times[last] / limit.per]});
        }
        return most > limit.requests ? most - limit.requests : 0;
    }
    std::size_t total() const { return seen_.size(); }

private:
    std::vector<std::pair<mono_time, std::string>> seen_;
    nanoseconds offset_;
    std::int64_t drift_ppm_;
};

/// One limiter, its store and a network by seed: slow, losing requests and replies, with restarts of our side.
class world {
public:
    explicit world(std::uint64_t seed) : random_{seed}, server_{random_} {
        limits_ = {{"", 5 + random_.below(20), nanoseconds{6s}, 20s, random_.below(3)},
                   {"GET /list", 2 + random_.below(6), nanoseconds{1s}, 2s, 0}};
        start_process();
    }

    void run(mono_time end) {
        while (now_ < end || limiter_->waiting() > 0) {
            REQUIRE(now_ < end + 5min); // whoever waits gets through
            asking_ = now_ < end;
            step();
            now_ += upto(120ms);
        }
        for (const auto& limit : limits_) CHECK(server_.excess(limit) == 0);
        CHECK(server_.total() > 20);
    }

private:
    void start_process() {
        limiter_.emplace(limits_, timeout, std::make_shared<ip_ban>());
        const auto left = store_.load(now_);
        REQUIRE(left.how == left_behind::trust::exact);
        limiter_->restore(left.memory, now_);
        REQUIRE(store_.replace(limiter_->memory(now_)));
        events_.clear();
    }

    void step() {
        while (!events_.empty() && events_.begin()->first <= now_) {
            const auto event = std::move(events_.begin()->second);
            events_.erase(events_.begin());
            event();
        }
        if (random_.below(500) == 0) {
            server_.connections_closed(now_);
            return start_process();
        }
        for (auto n = asking_ ? random_.below(3) : 0; n > 0 && limiter_->waiting() < 60; --n) {
            const auto who = static_cast<lane>(random_.below(20) == 0 ? 0 : 1 + random_.below(4));
            const auto* request = random_.below(2) == 0 ? "GET /list" : "POST /trade";
            limiter_->ask(who, request, now_);
        }
        for (const auto& one : limiter_->admit(now_)) {
            REQUIRE(store_.take(one, now_ - limiter_->hold_max()));
            send(one);
        }
    }

    nanoseconds upto(nanoseconds most) {
        return nanoseconds{static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(most.count())))};
    }

    void send(const held_slot& one) {
        const auto fate = random_.below(10);
        const auto id = one.id;
        if (fate == 0) {
            limiter_->not_sent(id);
            REQUIRE(store_.forget(id));
        } else if (fate <= 2) { // no reply; counted at any time up to a timeout after the connection closed, or never
            const auto closed = now_ + upto(timeout);
            if (fate == 1) server_.count(one.request, now_ + upto(closed - now_ + timeout));
            events_.emplace(closed, [this, id, closed] { REQUIRE(store_.settle(id, limiter_->lost(id, closed))); });
        } else {
            const auto answered = now_ + upto(timeout);
            server_.count(one.request, now_ + upto(answered - now_ + 1ns));
            events_.emplace(answered,
                            [this, id, answered] { REQUIRE(store_.settle(id, limiter_->replied(id, answered))); });
        }
    }

    base::prng random_;
    counting_server server_;
    std::vector<rate_limit> limits_;
    sqlite_slot_store store_{":memory:", "main", "boot"};
    std::optional<rate_limiter> limiter_;
    mono_time now_{};
    std::multimap<mono_time, std::function<void()>> events_;
    bool asking_ = true;
};

} // namespace

TEST_CASE("rate_limiter: whatever the network does and however often we restart, no window of the server is overfull") {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        world one{seed};
        one.run(mono_time{} + 4min);
    }
}
