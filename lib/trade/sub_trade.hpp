#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/utc_time.hpp"
#include "trade/status.hpp"
#include "trade/trade_request.hpp"

namespace smarttrade::trade {

/// How the price must stand to the trigger of a conditional sub-trade (api.md H: all are inclusive in practice).
enum class trigger_condition { greater, less, greater_or_equal, less_or_equal };

/// One order of a smart trade as GET /v2/smart_trades/{id}/trades tells it (api.md E.3): entry, take-profit step, stop,
/// added or reduced funds, market close.
struct sub_trade {
    sub_trade_id id;
    std::string purpose; ///< `position`, `take_profit`, `stop_loss`, `reduce_funds`; others stay the word they are
    trade::pair pair;
    side order_side{};
    entry_type order{};
    price_type follows{};
    told_status<order_status> status; ///< a plain word on the wire, without title and error

    std::optional<money::quantity> initial_amount; ///< as planned
    std::optional<money::money> initial_total;
    std::optional<money::price> initial_price;
    std::optional<money::price> average_price; ///< raw fill, sent with up to 36 digits
    std::optional<money::price> order_price;   ///< of a limit order
    std::optional<money::quantity> realised_amount;
    std::optional<money::money> realised_total;
    std::optional<money::price> realised_price;
    std::optional<money::percent> realised_percentage;

    std::optional<money::percent> position_percentage; ///< share of the position
    std::optional<money::percent> take_profit_percentage;
    bool is_conditional = false; ///< trigger_type: `conditional` or `none`
    std::optional<trade::trigger_condition> condition;
    std::optional<money::price> trigger_price;
    std::optional<money::percent> trigger_price_percentage;

    bool is_trailing = false;
    std::optional<money::percent> trail_percentage;
    std::optional<money::price> trail_value;
    std::optional<money::price> trailing_last_price;     ///< the extreme so far
    std::optional<std::string> trailing_last_updated_at; ///< as it came: its form is not documented

    base::utc_time created_at{}, updated_at{};
    bool cancelable = false;
    bool force_processable = false;

    friend bool operator==(const sub_trade&, const sub_trade&) = default;
};

} // namespace smarttrade::trade

namespace smarttrade::base {
template <> struct enum_names<trade::trigger_condition> {
    static constexpr std::array<std::string_view, 4> names{"greater", "less", "greater_or_equal", "less_or_equal"};
};
} // namespace smarttrade::base
