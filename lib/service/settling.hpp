#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace smarttrade::service {

/// When files that change are to be read: once they look the same for `settle`. An editor writes beside the file and
/// renames, a checkout writes one file after the other: what stands there in between is nobody's plan.
class settling {
public:
    using mono_time = std::chrono::steady_clock::time_point;

    /// `seen`: how the files look before they are read for the first time.
    settling(std::chrono::nanoseconds settle, std::string seen)
        : settle_{settle}, read_{seen}, seen_{std::move(seen)} {}

    /// How they look now. `moved`: when they were last heard to change; nothing: now, if they have. True: they are to be
    /// read now, and count as read.
    bool look(std::string now_seen, mono_time now, std::optional<mono_time> moved = {}) {
        if (now_seen != seen_) {
            seen_ = std::move(now_seen);
            since_ = moved.value_or(now);
        }
        if (seen_ == read_ || now < since_ + settle_) return false;
        read_ = seen_;
        return true;
    }

    /// They are read for another reason.
    void is_read(std::string now_seen) { read_ = seen_ = std::move(now_seen); }

    /// When to look again if nothing moves meanwhile; nothing: what stands there was read.
    std::optional<mono_time> due() const {
        if (seen_ == read_) return std::nullopt;
        return since_ + settle_;
    }

private:
    std::chrono::nanoseconds settle_;
    std::string read_; ///< as they looked when they were read
    std::string seen_; ///< as they looked last
    mono_time since_{};
};

} // namespace smarttrade::service
