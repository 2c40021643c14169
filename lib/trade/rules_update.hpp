#pragma once

#include <optional>
#include <string>
#include <vector>

#include "trade/rules.hpp"
#include "trade/trade_update.hpp"

namespace smarttrade::trade {

/// A take-profit step of a trade that is to be changed.
struct standing_step {
    sub_trade_id id;
    take_profit_step order;
    bool has_ended = false; ///< it stays as it is and counts in the 100, named or not (V16)
};

/// A trade as the rules of a change need it.
struct update_context {
    entry_order entry;
    bool is_entered = false; ///< `position` and `leverage` are frozen (V33), exits are no percents any more (V18)
    bool is_instant = false; ///< it has no exits (V6)
    std::optional<trade::leverage> leverage;
    std::vector<standing_step> take_profit;
    std::optional<stop_loss_order> stop_loss;
};

struct update_reading {
    std::optional<trade_update> update; ///< present exactly if no violation is an error
    std::vector<violation> violations;
};

/// Reads the body of PATCH /v2/smart_trades/{id} (api.md D.3, V14..V31, V33). What the body leaves out stands in the
/// update as it is in the trade, but for `position`, whose absent members are absent; a group with `enabled: false` is
/// off. Steps that ended are in the update with their own values.
update_reading read_update(const field_tree& body, const update_context& before, strictness who);

struct funds_reading {
    std::optional<funds_order> order; ///< present exactly if no violation is an error
    std::vector<violation> violations;
};

/// Reads the body of add_funds and reduce_funds (api.md D.4, V34, V35). `at`: where the body stands in what its author
/// wrote; violations are told below it.
funds_reading read_funds_order(const field_tree& body, strictness who, field_path at = {});

struct note_reading {
    std::optional<std::string> note; ///< present exactly if no violation is an error
    std::vector<violation> violations;
};

/// Reads the body of set_note (V32).
note_reading read_note_body(const field_tree& body, strictness who);

} // namespace smarttrade::trade
