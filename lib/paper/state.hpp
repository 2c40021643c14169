#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "paper/account.hpp"
#include "paper/market.hpp"
#include "paper/trade_record.hpp"

namespace smarttrade::paper {

/// A trade and where it stands in the indexes of the state. The indexes follow from the record alone.
struct live_trade {
    trade_record record;
    market_id at;
    std::vector<watch> watches;
    std::vector<trail> trails;
    std::optional<base::utc_time> timer;
};

/// The whole exchange as one value. Move it through step(); a copy is a second exchange.
struct state {
    base::utc_time now{};
    money::decimal commission{1, 3};
    std::int64_t next_trade_id = 34'110'001;        ///< 8 digits (api.md K.7)
    std::int64_t next_sub_trade_id = 1'340'000'001; ///< 10 digits
    std::map<trade::account_id, account> accounts;
    market_table markets;
    std::map<trade::smart_trade_id, live_trade> trades;
    std::set<trade::smart_trade_id> pending; ///< something was accepted that the next tick finishes (api.md H.22)
    std::set<std::pair<base::utc_time, trade::smart_trade_id>> timers;
};

/// A state that also holds `record`, as read back from where it was kept. Its account and pair are there already, and
/// so are the prices it was last looked at with and what its trail books remember. Throws std::runtime_error for
/// an order that trails since before anything they remember.
void restore(state& into, trade_record record);

} // namespace smarttrade::paper
