#pragma once

#include <deque>
#include <map>
#include <optional>

#include "paper/state.hpp"

namespace smarttrade::paper_server {

/// What trades were like in the last minute, for lists that lag. Bounded: when very much happened in that minute, a
/// list lags less than asked for.
class former_trades {
public:
    /// A trade that was there before anything is noted.
    void begin(const paper::trade_record& record);
    /// A trade as it is from `now` on; `now` never goes back.
    void note(const paper::trade_record& record, base::utc_time now);
    /// Every trade back to what it was at `then`, the ones created since taken out. For showing only: neither prices
    /// nor balances nor the indexes of the state go back.
    void turn_back(paper::state& into, base::utc_time then) const;

private:
    struct version {
        base::utc_time until{};
        trade::smart_trade_id id;
        std::optional<paper::trade_record> was; ///< nothing: it was not there
    };
    std::map<trade::smart_trade_id, paper::trade_record> current_; ///< of the ones that can still change
    std::deque<version> versions_;                                 ///< oldest first
    std::size_t weight_ = 0;                                       ///< of all versions
};

} // namespace smarttrade::paper_server
