#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "async/time_source.hpp"

namespace smarttrade::service {

/// Trouble is one line at its start, lines at growing distances while it lasts, one at its end.
class outage {
public:
    /// True if this failure is worth a line.
    bool failed(async::mono_time now) {
        ++failures_;
        if (!since_) {
            since_ = now;
            gap_ = std::chrono::minutes{1};
            next_line_ = now + gap_;
            return true;
        }
        if (now < next_line_) return false;
        gap_ *= 2;
        next_line_ = now + gap_;
        return true;
    }

    /// How long it lasted, if it just ended.
    std::optional<std::chrono::seconds> recovered(async::mono_time now) {
        if (!since_) return std::nullopt;
        const auto lasted = std::chrono::duration_cast<std::chrono::seconds>(now - *since_);
        since_.reset();
        failures_ = 0;
        return lasted;
    }

    std::size_t failures() const { return failures_; }

private:
    std::optional<async::mono_time> since_;
    async::mono_time next_line_{};
    std::chrono::nanoseconds gap_{};
    std::size_t failures_ = 0;
};

} // namespace smarttrade::service
