#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "base/prng.hpp"
#include "client/rate_limit.hpp"

namespace smarttrade::test {

using client::mono_time;
using std::chrono::nanoseconds;

/// Counts requests by its own clock, which is off by some hours, runs up to 100 ppm fast or slow, and jumps ahead of
/// ours whenever our machine sleeps.
class counting_server {
public:
    explicit counting_server(base::prng& random)
        : offset_{static_cast<std::int64_t>(random.below(1'000'000'000'000))},
          drift_ppm_{static_cast<std::int64_t>(random.below(201)) - 100} {}

    nanoseconds clock(mono_time ours) const {
        const auto since = ours.time_since_epoch();
        return since + since / 1'000'000 * drift_ppm_ + offset_;
    }
    void jump_ahead(nanoseconds by) { offset_ += by; }
    void count(const std::string& request, nanoseconds at) { seen_.emplace_back(at, request); }

    /// How many more than the limit stood in some sliding window; a fixed one is a sliding one at some moment, so it
    /// never holds more. 0: never too many.
    std::size_t excess(const client::rate_limit& limit) const {
        std::vector<nanoseconds> times;
        for (const auto& [at, request] : seen_)
            if (client::counts(limit.match, request)) times.push_back(at);
        std::ranges::sort(times);
        std::size_t most = 0;
        std::size_t first = 0;
        for (std::size_t last = 0; last < times.size(); ++last) {
            while (times[last] - times[first] >= limit.per) ++first;
            most = std::max(most, last - first + 1);
        }
        return most > limit.requests ? most - limit.requests : 0;
    }
    std::size_t total() const { return seen_.size(); }

private:
    std::vector<std::pair<nanoseconds, std::string>> seen_;
    nanoseconds offset_;
    std::int64_t drift_ppm_;
};

} // namespace smarttrade::test
