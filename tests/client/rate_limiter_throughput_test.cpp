#include <map>

#include "base/prng.hpp"
#include "client/limiters.hpp"

using namespace smarttrade::test;

namespace {

/// Demand without end in some lanes, and a server that answers after a while: how much gets through, and how evenly.
class saturated {
public:
    explicit saturated(std::uint64_t seed) : draw_{seed} {
        general_ = {"", 5 + draw_.below(60), nanoseconds{1s} * static_cast<int>(1 + draw_.below(10)), 60s, 0};
        limits_ = {general_};
        if (draw_.below(2) == 0) limits_.push_back({"GET /list", 1 + draw_.below(general_.requests), 1s, 2s, 0});
        if (draw_.below(3) == 0) limits_.push_back({"GET /*", 1 + draw_.below(general_.requests), 2s, 2s, 0});
        slowest_ = upto(5s);
        steady_ = draw_.below(2) == 0;
        for (int i = 0; i < 6; ++i)
            if (draw_.below(3) != 0) lanes_.push_back(static_cast<lane>(i));
        if (lanes_.empty()) lanes_.push_back(lane::poll);
    }

    void run() {
        auto limiter = make(limits_);
        const auto hold = general_.per + 5ms + general_.per / 10'000;
        const auto end = start + 40 * (hold + slowest_);
        for (const auto who : lanes_)
            for (const auto* what : {"GET /list", "GET /one", "POST /trade"})
                for (std::size_t i = 0; i < general_.requests; ++i) ask(limiter, who, what, start);
        std::multimap<mono_time, ticket> replies;
        for (auto now = start; now < end;) {
            for (const auto& one : limiter.admit(now)) {
                pass(limiter, one, now);
                if (draw_.below(20) == 0) { // costs nothing
                    limiter.not_sent(one.id);
                    continue;
                }
                const auto rtt = steady_ ? slowest_ : upto(slowest_);
                replies.emplace(now + rtt, one.id);
                busy_ += std::min(rtt + hold, end - now);
            }
            now = limiter.next_admission(now);
            if (!replies.empty()) now = std::min(now, replies.begin()->first);
            for (; !replies.empty() && replies.begin()->first <= now; replies.erase(replies.begin()))
                limiter.replied(replies.begin()->second, now);
        }
        judge(end - start);
    }

private:
    nanoseconds upto(nanoseconds most) {
        return nanoseconds{static_cast<std::int64_t>(draw_.below(static_cast<std::uint64_t>(most.count()) + 1))};
    }
    void ask(rate_limiter& limiter, lane who, const std::string& what, mono_time now) {
        asked_.emplace(limiter.ask(who, what, now), who);
    }
    void pass(rate_limiter& limiter, const held_slot& one, mono_time now) {
        const auto who = asked_.extract(one.id).mapped();
        ask(limiter, who, one.request, now);
        ++passed_;
        auto& last = last_pass_[who];
        longest_gap_ = std::max(longest_gap_, passed_ - last);
        last = passed_;
    }

    void judge(nanoseconds lasted) const {
        const auto idle = 1.0
                          - static_cast<double>(busy_.count()) / static_cast<double>(lasted.count())
                                / static_cast<double>(general_.requests);
        CAPTURE(limits_.size());
        CAPTURE(general_.requests);
        CAPTURE(general_.per.count());
        CAPTURE(slowest_.count());
        CHECK(idle < 0.005); // then N per (W + RTT + guard) leave, less 0.5 %
        CHECK(last_pass_.size() == lanes_.size());
        for (const auto& [who, last] : last_pass_)
            CHECK(passed_ - last <= rate_limiter::passes_max + 3 * lanes_.size());
        CHECK(longest_gap_ <= rate_limiter::passes_max + 3 * lanes_.size()); // three lines in each lane
    }

    smarttrade::base::prng draw_;
    rate_limit general_;
    std::vector<rate_limit> limits_;
    nanoseconds slowest_{};
    bool steady_ = false;
    std::vector<lane> lanes_;
    std::map<ticket, lane> asked_;
    std::map<lane, std::size_t> last_pass_;
    std::size_t passed_ = 0, longest_gap_ = 0;
    nanoseconds busy_{}; ///< of all slots of the general limit: in flight or held after the reply
};

} // namespace

TEST_CASE("rate_limiter: with enough demand no slot idles, and no lane waits for more than some twenty others") {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        saturated{seed}.run();
    }
}
