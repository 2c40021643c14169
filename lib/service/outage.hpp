#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <set>
#include <utility>

#include "async/time_source.hpp"
#include "service/log_event.hpp"

namespace smarttrade::service {

/// Trouble is one line at its start, one when it turns into another kind of trouble, lines at growing distances while
/// it lasts, and one at its end.
class outage {
public:
    /// A failure that would be told as `kind`. True if it is worth a line.
    bool failed(async::mono_time now, event kind) {
        ++failures_;
        const bool is_news = kinds_.insert(kind).second;
        if (since_ && now < next_line_) return is_news;
        gap_ = since_ ? 2 * gap_ : std::chrono::minutes{1};
        if (!since_) since_ = now;
        next_line_ = now + gap_;
        return true;
    }

    struct over {
        std::chrono::seconds lasted{};
        std::set<event> kinds; ///< of the failures
    };
    /// What has just ended, if anything has.
    std::optional<over> recovered(async::mono_time now) {
        if (!since_) return std::nullopt;
        over ended{std::chrono::duration_cast<std::chrono::seconds>(now - *since_), std::exchange(kinds_, {})};
        since_.reset();
        failures_ = 0;
        return ended;
    }

    std::size_t failures() const { return failures_; }

private:
    std::optional<async::mono_time> since_;
    async::mono_time next_line_{};
    std::chrono::nanoseconds gap_{};
    std::size_t failures_ = 0;
    std::set<event> kinds_;
};

} // namespace smarttrade::service
