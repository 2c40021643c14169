#include "trade/percent_exits.hpp"

#include <algorithm>

#include "trade/digits.hpp"

namespace smarttrade::trade {

namespace {

using money::decimal;
using money::rounding;

/// So that a product of two fits a decimal.
decimal shortened(const decimal& number) { return cut_digits(number, rounding::half_even); }

bool is_above(exit_kind kind, side entry) { return (kind == exit_kind::take_profit) == (entry == side::buy); }

bool is_percent(const exit_level& level) { return std::holds_alternative<money::percent>(level); }

exit_level rounded(const exit_level& level, exit_kind kind, side entry, const money::price& reference,
                   const money::price& step) {
    if (!is_percent(level)) return level;
    const auto exact = *price_of(level, kind, entry, reference);
    const bool above = is_above(kind, entry);
    const auto away = above ? rounding::up : rounding::down;
    auto made = exact.rounded_to_step(step, away);
    if (kind == exit_kind::stop_loss) {
        const auto nearer = exact.rounded_to_step(step, above ? rounding::down : rounding::up);
        if (above ? nearer > reference : nearer < reference) made = nearer;
    }
    return std::max(made, step);
}

} // namespace

std::optional<money::price> price_of(const exit_level& level, exit_kind kind, side entry,
                                     const std::optional<money::price>& reference) {
    const auto* percent = std::get_if<money::percent>(&level);
    if (!percent) return std::get<money::price>(level);
    if (!reference) return std::nullopt;
    const auto off = shortened(percent->value());
    const auto share = is_above(kind, entry) ? decimal{100} + off : decimal{100} - off;
    return money::price{shortened(reference->value()) * shortened(share) * decimal{1, 2}};
}

bool has_percents(const trade_request& request) {
    return (request.stop_loss && is_percent(request.stop_loss->trigger))
           || std::ranges::any_of(request.take_profit, is_percent, &take_profit_step::level);
}

bool has_open_percents(const trade_request& request) {
    return !request.position.is_trailing() && has_percents(request);
}

trade_request with_prices(trade_request request, const money::price& reference,
                          const std::optional<money::price>& price_step) {
    const bool has_step = price_step && price_step->sign() > 0;
    const auto step = has_step ? *price_step : money::price{decimal{1, 8}};
    const auto entry = request.position.type;
    for (auto& each : request.take_profit)
        each.level = rounded(each.level, exit_kind::take_profit, entry, reference, step);
    if (auto& stop = request.stop_loss)
        stop->trigger = rounded(stop->trigger, exit_kind::stop_loss, entry, reference, step);
    return request;
}

} // namespace smarttrade::trade
