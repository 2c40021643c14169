#include "trade/standing_request.hpp"

#include "trade/digits.hpp"

namespace smarttrade::trade {

namespace {

template <class Amount> Amount cut(const Amount& amount) {
    return Amount{cut_digits(amount.value(), money::rounding::down)};
}

/// Percents are shown while a trailing entry is unfinished; where both are shown the price is what is watched.
std::optional<exit_level> level_of(const std::optional<money::price>& price,
                                   const std::optional<money::percent>& percent) {
    if (price) return exit_level{cut(*price)};
    if (percent) return exit_level{*percent};
    return std::nullopt;
}

entry_order entry_of(const smart_trade& shown) {
    const auto& position = shown.position;
    entry_order entry{position.type, position.order, cut(position.units), {}, {}};
    if (position.order == entry_type::conditional) entry.conditional = position.conditional;
    const bool is_limit =
        position.order == entry_type::limit || (entry.conditional && entry.conditional->order == order_type::limit);
    const bool has_price = is_limit || shown.skip_enter_step; // of a market order it is only information
    if (has_price && position.price) entry.price = cut(*position.price);
    return entry;
}

bool add_steps(const smart_trade& shown, trade_request& to) {
    if (!shown.take_profit_enabled) return true;
    for (const auto& step : shown.take_profit) {
        const auto level = level_of(step.price, step.percent);
        if (!level || (step.is_trailing && !step.trailing)) return false;
        const auto trailing = step.is_trailing ? step.trailing : std::nullopt;
        to.take_profit.push_back({step.order, step.follows, *level, step.volume, trailing});
    }
    return true;
}

bool add_stop(const smart_trade& shown, trade_request& to) {
    if (!shown.stop_loss) return true;
    const auto& stop = *shown.stop_loss;
    const auto level = level_of(stop.trigger, stop.percent);
    if (!level) return false;
    auto& made = to.stop_loss.emplace();
    made.order = stop.order;
    made.follows = stop.follows;
    made.trigger = *level;
    if (stop.order == order_type::limit) made.limit_price = stop.limit_price;
    if (stop.is_trailing) made.trailing = stop_trailing{stop.trailing};
    made.timeout = stop.timeout;
    made.breakeven = stop.breakeven;
    return stop.order == order_type::market || made.limit_price;
}

} // namespace

std::optional<trade_request> standing_request(const smart_trade& shown) {
    trade_request made;
    made.account = shown.account.id;
    made.pair = shown.pair;
    made.instant = shown.instant;
    made.skip_enter_step = shown.skip_enter_step;
    made.leverage = shown.leverage;
    made.position = entry_of(shown);
    made.note = shown.note_raw.value_or(shown.note);
    const bool lacks_trigger = made.position.order == entry_type::conditional && !made.position.conditional;
    if (lacks_trigger || (!made.instant && !(add_steps(shown, made) && add_stop(shown, made)))) return std::nullopt;
    return made;
}

} // namespace smarttrade::trade
