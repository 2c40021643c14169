#pragma once

#include <optional>
#include <string>
#include <vector>

#include "trade/smart_trade.hpp"

namespace smarttrade::trade {

/// What of a trade a plan can set, as the exchange shows it: what wishes are compared with, and what is kept of a trade
/// to tell later what changed elsewhere. Much smaller than the entity.
struct trade_shape {
    struct step {
        sub_trade_id id;
        take_profit_step order;
        bool has_ended = false;
        friend bool operator==(const step&, const step&) = default;
    };
    bool is_entered = false;
    std::optional<trade::leverage> leverage;
    entry_order entry; ///< once entered: units held, and the average price
    std::vector<step> take_profit;
    std::optional<stop_loss_order> stop_loss;
    bool stop_moves_itself = false; ///< it trails, or breakeven may have moved it
    std::string note;
    friend bool operator==(const trade_shape&, const trade_shape&) = default;
};

trade_shape shape_of(const smart_trade& entity);

take_profit_step order_of(const smart_trade::step_view& step);
stop_loss_order order_of(const smart_trade::stop_view& stop);
bool is_entered(const smart_trade& entity);            ///< also where the position was held already
bool stop_moves_itself(const smart_trade& entity);     ///< its trigger is the exchange's own from here on
const std::string& note_of(const smart_trade& entity); ///< the unprocessed text (api.md J)

} // namespace smarttrade::trade
