#pragma once

#include <optional>
#include <vector>

#include "trade/field_tree.hpp"
#include "trade/trade_request.hpp"

namespace smarttrade::trade {

/// The body of PATCH /v2/smart_trades/{id} (api.md D.3). Exits are always sent whole, because whether an absent group
/// is left alone is not documented.
struct trade_update {
    /// What may change of an entry that is not filled yet. Absent members are left alone.
    struct entry_change {
        std::optional<money::quantity> units;
        std::optional<money::price> price;
        base::rare<conditional_entry> conditional;
        friend bool operator==(const entry_change&, const entry_change&) = default;
    };
    struct step_change {
        std::optional<sub_trade_id> id; ///< an existing step that is kept; absent: a new one
        take_profit_step order;
        friend bool operator==(const step_change&, const step_change&) = default;
    };

    std::optional<trade::leverage> leverage; ///< absent: left alone
    bool ends_leverage = false;              ///< only without `leverage`: it is said to be off
    std::optional<entry_change> position;    ///< only while the entry is not filled
    std::vector<step_change> take_profit;    ///< empty: off. Existing steps that are not named are dropped
    std::optional<stop_loss_order> stop_loss;

    friend bool operator==(const trade_update&, const trade_update&) = default;
};

/// The body of add_funds and reduce_funds (api.md D.4).
struct funds_order {
    order_type order{};
    money::quantity units;
    std::optional<money::price> price; ///< limit orders only
    friend bool operator==(const funds_order&, const funds_order&) = default;
};

/// The bodies as the API nests them. In an update everything that is off is said to be off, because a member that is
/// left out may be left alone.
field_tree write_update(const trade_update& update);
field_tree write_funds_order(const funds_order& order);

} // namespace smarttrade::trade
