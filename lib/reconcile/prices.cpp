#include "reconcile/prices.hpp"

#include <fmt/format.h>

#include "trade/percent_exits.hpp"
#include "trade/rules_market.hpp"

namespace smarttrade::reconcile {

namespace {

using money::decimal;
using trade::entry_type;
using trade::side;

/// Long exits fire upwards for a target, downwards for a stop.
bool is_reached(const trade::exit_level& level, const std::optional<money::price>& now, bool upwards) {
    const auto* price = std::get_if<money::price>(&level);
    return price && now && (upwards ? *now >= *price : *now <= *price);
}

refusal blocked(std::string why) { return {verdict::blocked, std::move(why)}; }

std::optional<refusal> check_total(const wish& w, const policy& rules, const trade::market_rates& rates) {
    const auto& request = w.trade.request;
    if (rules.order_totals.empty() || request.skip_enter_step || request.position.price) return std::nullopt;
    const auto limit = rules.order_totals.find(request.pair.quote);
    if (limit == rules.order_totals.end())
        return blocked("guardrails.max_order_total does not list its quote currency");
    const auto ask = rates.ask ? rates.ask : rates.last;
    if (!ask) return blocked("guardrails.max_order_total cannot be checked: the market shows no ask price");
    const auto at_most = *ask * decimal{101, 2};
    auto total = at_most * request.position.units;
    auto units = request.position.units;
    for (const auto& each : w.trade.life.adjustments) {
        if (each.kind != trade::adjustment_kind::add_funds) continue;
        total = total + each.order.price.value_or(at_most) * each.order.units;
        units = units + each.order.units;
    }
    if (total <= limit->second) return std::nullopt;
    return blocked(fmt::format("{} {} at the ask + 1 % are {} {}, above guardrails.max_order_total {}",
                               units.to_short_string(), request.pair.base,
                               total.rounded(2, money::rounding::up).to_short_string(), request.pair.quote,
                               limit->second.to_short_string()));
}

/// The exchange derives the direction of a conditional entry from the price at its create (api.md H.4).
std::optional<refusal> check_side(const wish& w, const trade::market_rates& rates) {
    const auto& entry = w.trade.request.position;
    if (!w.trade.life.when || !entry.conditional) return std::nullopt;
    const auto usual = entry.type == side::buy ? trade::price_type::ask : trade::price_type::bid;
    const auto now = price_of(rates, entry.conditional->follows.value_or(usual));
    const auto& trigger = entry.conditional->trigger;
    if (!now) return refusal{verdict::pending, "the market shows no price to hold the trigger against"};
    const bool above = *w.trade.life.when == trade::trigger_side::above;
    if (above ? trigger > *now : trigger < *now) return std::nullopt;
    return blocked(fmt::format("missed: the price is {}, its trigger {} should be {} it; set another trigger",
                               now->to_short_string(), trigger.to_short_string(), above ? "above" : "below"));
}

} // namespace

std::optional<money::price> price_of(const trade::market_rates& rates, trade::price_type which) {
    switch (which) {
    case trade::price_type::bid: return rates.bid;
    case trade::price_type::ask: return rates.ask;
    case trade::price_type::last: return rates.last;
    }
    return rates.last;
}

std::string exit_at_once(const trade::trade_request& request, const trade::market_rates& now) {
    const bool is_long = request.position.type == side::buy;
    for (std::size_t i = 0; i < request.take_profit.size(); ++i) {
        const auto& step = request.take_profit[i];
        if (is_reached(step.level, price_of(now, step.follows), is_long))
            return fmt::format("the price {} is already through take_profit step {} at {}",
                               price_of(now, step.follows)->to_short_string(), i + 1,
                               std::get<money::price>(step.level).to_short_string());
    }
    const auto& stop = request.stop_loss;
    if (stop && is_reached(stop->trigger, price_of(now, stop->follows), !is_long))
        return fmt::format("the price {} is already through the stop at {}",
                           price_of(now, stop->follows)->to_short_string(),
                           std::get<money::price>(stop->trigger).to_short_string());
    return {};
}

std::optional<money::price> entry_reference(const trade::trade_request& request) {
    const auto& entry = request.position;
    if (request.skip_enter_step || entry.order == entry_type::limit) return entry.price;
    if (!entry.conditional) return std::nullopt;
    return entry.conditional->order == trade::order_type::limit ? entry.price : entry.conditional->trigger;
}

bool needs_price(const trade::desired_trade& wanted, const policy& rules) {
    const auto& request = wanted.request;
    const bool has_exits = !request.take_profit.empty() || request.stop_loss;
    return wanted.life.when || (!rules.order_totals.empty() && !request.skip_enter_step && !request.position.price)
           || (request.position.order == entry_type::market && !request.skip_enter_step && has_exits)
           || (trade::has_open_percents(request) && !entry_reference(request));
}

priced price_create(deciding& of, const wish& w) {
    const auto& identity = w.trade.identity;
    const auto& entry = w.trade.request.position;
    priced made;
    const auto known_reference = entry_reference(w.trade.request);
    if (!needs_price(w.trade, of.rules_)) {
        const bool open = trade::has_open_percents(w.trade.request);
        const auto* known = open ? of.market_of(identity.account, w.trade.request.pair) : nullptr;
        if (open && known_reference)
            made.request =
                with_prices(w.trade.request, *known_reference, known ? known->rates.price_step : std::nullopt);
        return made;
    }
    const auto* market = of.fresh_market(identity, identity.account, w.trade.request.pair);
    if (!market) {
        const auto trouble = of.seen_.unpriced.find({identity.account, w.trade.request.pair});
        made.refused = refusal{verdict::pending, trouble == of.seen_.unpriced.end()
                                                     ? "its price is being read"
                                                     : "its price cannot be read: " + trouble->second.why};
        return made;
    }
    if ((made.refused = check_side(w, market->rates)) || (made.refused = check_total(w, of.rules_, market->rates)))
        return made;
    auto request = w.trade.request;
    if (trade::has_open_percents(request)) {
        const auto reference = known_reference ? known_reference : price_met(market->rates, entry.type);
        if (!reference) {
            made.refused = refusal{verdict::pending, "the market shows no price to count percents from"};
            return made;
        }
        request = with_prices(std::move(request), *reference, market->rates.price_step);
        made.request = request;
    }
    if (entry.order != entry_type::market || request.skip_enter_step) return made;
    if (const auto why = exit_at_once(request, market->rates); !why.empty())
        made.refused = of.hold_back(edit_hold_id("exit", w), why, identity);
    return made;
}

} // namespace smarttrade::reconcile
