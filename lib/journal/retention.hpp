#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/utc_time.hpp"
#include "store/database.hpp"

namespace smarttrade::journal {

/// What one piece of pruning came to.
struct pruned {
    std::int64_t rows = 0; ///< deleted or emptied
    bool more = false;     ///< call again; false: everything was looked at
};

/// What a journal may forget: `observed` (but the newest) and `request` rows of trades whose newest observation shows
/// them ended and is older than 90 days, and the files of all but the newest 50 accepted plan sets. Everything that
/// decides stays for ever, and so does the newest row, whose number tells how far the journal had got.
inline constexpr std::chrono::days forget_after{90};
inline constexpr int plan_sets_kept = 50;

/// Goes through all trades piece by piece, and then from the start again. A piece looks at few trades and deletes few
/// rows, so that whoever waits to record waits less than 10 ms. Nothing on a journal of schema 1.
class retention {
public:
    explicit retention(store::database& db) : db_{db} {}
    pruned prune(base::utc_time now);

private:
    std::int64_t prune_plans();
    std::int64_t prune_trade(std::int64_t account, const std::string& name, std::int64_t revision, base::utc_time now);
    std::int64_t remove(std::int64_t account, const std::string& name, std::int64_t revision, std::int64_t newest);

    store::database& db_;
    // The trade that the next piece begins with, or after.
    std::int64_t account_ = 0;
    std::string name_;
    std::int64_t revision_ = 0;
};

} // namespace smarttrade::journal
