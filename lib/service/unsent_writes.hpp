#pragma once

#include <map>
#include <string>
#include <utility>

#include "trade/desired_trade.hpp"
#include "trade/outcome.hpp"

namespace smarttrade::service {

/// Which writes were told as not sent. While the exchange cannot be reached each of them is tried again and again: the
/// log has the first failure of each, and `api.down` the rest (design.md 9).
class unsent_writes {
public:
    /// Whether it is worth a line how `write` ended: all but one more `not_sent` of the same write in a row.
    bool is_news(const trade::trade_identity& whose, const std::string& write, trade::outcome ended) {
        if (ended != trade::outcome::not_sent) {
            told_.erase(whose);
            return true;
        }
        const auto [told, is_first] = told_.try_emplace(whose, write);
        return is_first || std::exchange(told->second, write) != write;
    }

private:
    std::map<trade::trade_identity, std::string> told_; ///< the newest write of each, if it was not sent
};

} // namespace smarttrade::service
