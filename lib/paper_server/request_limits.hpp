#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "base/utc_time.hpp"

namespace smarttrade::paper_server {

/// The documented limits of one exchange, by API key (api.md B). A window slides with each request: it holds whatever
/// a window aligned to the clock minute holds and more, so no reading of the documentation is stricter. What is
/// answered 429 counts in every window too, so who knocks on through a block meets the next one. Who does it too often
/// is banned, and with him everybody: a ban is of the address, and all come from one.
class request_limits {
public:
    enum class verdict { admitted, throttled, banned }; ///< answered normally, 429, 418
    enum class windows { documented, off };             ///< off: only block() and ban() refuse

    /// `ban_after`: so many answers 429 in one block, and the next request is banned.
    explicit request_limits(windows how = windows::documented, std::int64_t ban_after = 10)
        : how_{how}, ban_after_{ban_after} {}

    /// Counts a request. A ban replaces the blocks and ends with a fresh window (api.md M.8).
    verdict admit(const std::string& key, std::string_view method, std::string_view path, base::utc_time now);

    /// As if this request had been one too many for every limit that counts it; it is answered 429.
    void block(const std::string& key, std::string_view method, std::string_view path, base::utc_time now);
    /// Every key: two minutes, and twice as long each time, up to three days; a day without one begins anew.
    void ban(base::utc_time now);
    /// Until when everything is refused; in the past: it is not.
    base::utc_time banned_until() const { return banned_until_; }

private:
    struct bucket {
        std::deque<base::utc_time> taken;
        base::utc_time blocked_until{};
        std::int64_t refused = 0; ///< answers 429 of the block
    };
    struct buckets {
        bucket all, list;
    };
    verdict refuse(bucket& blocked, base::utc_time now);

    windows how_;
    std::int64_t ban_after_;
    std::map<std::string, buckets> keys_;
    base::utc_time banned_until_{};
    std::chrono::milliseconds ban_length_{};
};

} // namespace smarttrade::paper_server
