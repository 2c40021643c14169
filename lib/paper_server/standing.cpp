#include "paper_server/standing.hpp"

namespace smarttrade::paper_server {

trade::update_context standing(const paper::trade_record& of) {
    trade::update_context made;
    made.entry = of.request.position;
    made.is_entered = of.is_entered();
    made.is_instant = of.request.instant;
    made.leverage = of.request.leverage;
    for (std::size_t i = 0; i < of.steps.size(); ++i) {
        const auto& [order, price, units] = of.steps[i];
        if (order.status == trade::order_status::cancelled) continue;
        auto& step = made.take_profit.emplace_back();
        step.id = order.id;
        step.order = of.request.take_profit.at(i);
        if (price) step.order.level = *price; // a percent became a price when the entry was filled (V18)
        step.has_ended = trade::is_final(order.status);
    }
    const bool is_leaving = of.stop && of.stop->order.status == trade::order_status::pending_cancellation;
    if (!is_leaving) made.stop_loss = of.request.stop_loss; // shown no more either
    if (made.stop_loss && of.stop && of.stop->trigger) made.stop_loss->trigger = *of.stop->trigger;
    return made;
}

} // namespace smarttrade::paper_server
