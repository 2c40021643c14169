#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "base/utc_time.hpp"

namespace smarttrade::paper_server {

/// The documented limits of one exchange, by API key (api.md B). A window slides with each request: it holds whatever
/// a window aligned to the clock minute holds and more, so no reading of the documentation is stricter.
class request_limits {
public:
    /// Counts a request; false: it is refused. Refused ones do not count, and a block ends with a fresh window.
    bool admit(const std::string& key, std::string_view method, std::string_view path, base::utc_time now);

private:
    struct bucket {
        std::deque<base::utc_time> taken;
        base::utc_time blocked_until{};
    };
    struct buckets {
        bucket all, list;
    };
    std::map<std::string, buckets> keys_;
};

} // namespace smarttrade::paper_server
