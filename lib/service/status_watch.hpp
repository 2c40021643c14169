#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/utc_time.hpp"
#include "service/status_report.hpp"
#include "service/terminal.hpp"

namespace smarttrade::service {

/// What `status --watch` shows, from one look to the next. Pure: the command brings reports and the screen.
class status_watch {
public:
    /// A report came.
    void saw(status_report report, base::utc_time at);
    /// None came, and why.
    void missed(std::string why, base::utc_time at);

    /// At most as many lines as the window has, none wider: the time, what is in the way, the table (those that need a
    /// person first where not all fit, and how many more there are), counts and limits, the latest changes.
    std::vector<std::string> frame(window shown_in, colours how) const;

    const status_report& shown() const { return report_; }

private:
    std::vector<std::string> head(window shown_in, colours how) const;

    status_report report_;
    bool saw_any_ = false;
    base::utc_time at_{};
    std::string trouble_;
    base::utc_time as_of_{}; ///< the newest report while there is trouble
    std::deque<std::string> changes_; ///< the newest last
};

/// How trades came to stand otherwise: `btc-swing  waiting->entered`.
std::vector<std::string> changes_between(const status_report& before, const status_report& after);

} // namespace smarttrade::service
