#include "trade/trade_shape.hpp"

#include <algorithm>

namespace smarttrade::trade {

namespace {

exit_level level_of(const std::optional<money::price>& price, const std::optional<money::percent>& percent) {
    if (price || !percent) return price.value_or(money::price{});
    return *percent;
}

} // namespace

take_profit_step order_of(const smart_trade::step_view& step) {
    return {step.order, step.follows, level_of(step.price, step.percent), step.volume,
            step.is_trailing ? step.trailing : std::nullopt};
}

stop_loss_order order_of(const smart_trade::stop_view& stop) {
    stop_loss_order made;
    made.order = stop.order;
    made.follows = stop.follows;
    made.trigger = level_of(stop.trigger, stop.percent);
    if (stop.order == order_type::limit) made.limit_price = stop.limit_price;
    if (stop.is_trailing) made.trailing = stop_trailing{stop.trailing};
    made.timeout = stop.timeout;
    made.breakeven = stop.breakeven;
    return made;
}

bool is_entered(const smart_trade& entity) {
    return !entity.is_position_not_filled || entity.position.status.type == order_status::smart_sell;
}

bool stop_moves_itself(const smart_trade& entity) {
    if (!entity.stop_loss) return false;
    if (entity.stop_loss->is_trailing) return is_entered(entity);
    return entity.stop_loss->breakeven && std::ranges::any_of(entity.take_profit, [](const auto& step) {
               return step.status.type == order_status::finished || step.status.type == order_status::panic_sold;
           });
}

const std::string& note_of(const smart_trade& entity) { return entity.note_raw ? *entity.note_raw : entity.note; }

trade_shape shape_of(const smart_trade& entity) {
    trade_shape made;
    made.is_entered = is_entered(entity);
    made.leverage = entity.leverage;
    const auto& entry = entity.position;
    made.entry = {entry.type, entry.order, entry.units, entry.price, entry.conditional};
    for (const auto& step : entity.take_profit)
        made.take_profit.push_back({step.id, order_of(step), is_final(step.status.type)});
    if (entity.stop_loss) made.stop_loss = order_of(*entity.stop_loss);
    made.stop_moves_itself = stop_moves_itself(entity);
    made.note = note_of(entity);
    return made;
}

} // namespace smarttrade::trade
