#include "paper/rulings.hpp"

#include <algorithm>

#include "paper/arithmetic.hpp"

namespace smarttrade::paper {

using money::decimal;
using money::rounding;
using trade::side;

trade::price_type entry_source(const trade::entry_order& entry) {
    const auto usual = entry.type == side::buy ? trade::price_type::ask : trade::price_type::bid;
    return entry.conditional ? entry.conditional->follows.value_or(usual) : usual;
}

crossing entry_crossing(const trade::entry_order& entry, const quote& prices) {
    if (entry.is_trailing()) return entry.type == side::buy ? crossing::at_or_below : crossing::at_or_above;
    return entry.conditional->trigger > prices.of(entry_source(entry)) ? crossing::at_or_above : crossing::at_or_below;
}

money::price entry_base(const trade_record& of, const market_limits& limits) {
    return shown_average(of.entered_total, of.entered_amount, limits);
}

money::price level_from(const money::price& base, const money::percent& by, turn way, const market_limits& limits) {
    return turning_point(base, by, way).rounded_to_step(limits.price_step, rounding::down);
}

money::price turning_point(const money::price& extreme, const money::percent& by, turn way) {
    const auto share = money::as_fraction(by);
    return extreme * (way == turn::down ? decimal{1} - share : decimal{1} + share);
}

money::quantity step_share(const money::quantity& free, const money::percent& volume, const money::percent& open,
                           const market_limits& limits) {
    const auto exact = (free.value() * volume.value()).divided_by(open.value(), 18, rounding::down);
    return money::quantity{exact.rounded_to_step(limits.lot_step.value(), rounding::down)};
}

std::optional<money::price> liquidation_price(const trade_record& of, std::int64_t leverage,
                                              const market_limits& limits) {
    const bool is_isolated = of.request.leverage && of.request.leverage->type == trade::margin_type::isolated;
    if (!is_isolated || of.remaining().sign() <= 0) return std::nullopt;
    const auto way = of.is_long() ? rounding::up : rounding::down;
    const decimal kept{of.is_long() ? leverage - 1 : leverage + 1};
    if (kept.is_zero()) return std::nullopt;
    const auto units = of.remaining().value() * decimal{leverage};
    const money::price exact{(of.open_raw.value() * kept).divided_by(units, 12, way)};
    return exact.rounded_to_step(limits.price_step, way);
}

money::quantity most_to_reduce(const trade_record& of) {
    auto most = of.remaining();
    for (const auto& step : of.steps)
        if (step.order.status == trade::order_status::panic_sell_pending) most = most - step.units;
    return most;
}

money::decimal margin_of(const money::money& total, std::int64_t leverage) {
    return total.value().divided_by(decimal{leverage}, 8, rounding::up);
}

money::price extreme_of(const order_record& order, const market& in, trade::price_type follows, turn way) {
    if (!order.since) return *order.extreme;
    return price_of(seen_from(way, in.book.trails(follows, way).extreme_of(*order.since)));
}

std::optional<money::price> stop_level(const trade_record& of, const market& in) {
    const auto& stop = *of.stop;
    const auto& wish = *of.request.stop_loss;
    if (!stop.order.extreme) return stop.trigger;
    const auto extreme = extreme_of(stop.order, in, wish.follows, exit_turn(of));
    if (stop.behind) return of.is_long() ? extreme - *stop.behind : extreme + *stop.behind;
    const auto followed = turning_point(extreme, *wish.trailing->distance, exit_turn(of));
    return of.is_long() ? std::max(*stop.base, followed) : std::min(*stop.base, followed);
}

} // namespace smarttrade::paper
