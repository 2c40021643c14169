#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/utc_time.hpp"
#include "service/ending.hpp"
#include "service/histogram.hpp"
#include "trade/outcome.hpp"
#include "wire/api_request.hpp"

namespace smarttrade::service {

/// What /metrics tells and only counting can know; the rest is read when somebody asks (readings.hpp). Counts from the
/// start of the process, on its one thread.
class meters {
public:
    /// `start`: an edit of the plans that is older was none for this process.
    explicit meters(base::utc_time start);

    /// `took`: from the first byte sent to the last byte read, without the wait for a slot.
    void request_ended(const wire::api_request& what, trade::outcome how, std::chrono::nanoseconds took);
    void trade_ended(const ending& how) { ++endings_[how]; }
    /// `edited_at`: the newest modification time of the plan files. One before the set that was accepted last, or in
    /// the future, tells nothing of this edit: a file was taken away, or moved here as it was, or a clock is wrong.
    void plans_accepted(base::utc_time at, std::optional<base::utc_time> edited_at);

    using request_kind = std::pair<std::string, trade::outcome>; ///< its endpoint, and how it ended
    const std::map<request_kind, std::uint64_t>& requests() const { return requests_; }
    const histogram& request_times() const { return request_times_; }
    const std::map<ending, std::uint64_t>& endings() const { return endings_; } ///< all_endings, those of none as well
    const histogram& edit_times() const { return edit_times_; }
    std::optional<base::utc_time> accepted_at() const { return accepted_at_; } ///< nothing: no set of this run was

private:
    base::utc_time start_;
    std::map<request_kind, std::uint64_t> requests_;
    histogram request_times_;
    std::map<ending, std::uint64_t> endings_;
    histogram edit_times_;
    std::optional<base::utc_time> accepted_at_;
};

} // namespace smarttrade::service
