#include "trade/rules_market.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "trade/digits.hpp"

namespace smarttrade::trade {

namespace {

using money::decimal;
using money::rounding;

/// A product of two such numbers fits a decimal.
template <class Amount> std::optional<Amount> usable(const std::optional<Amount>& limit) {
    return limit && !has_too_many_digits(limit->value()) ? limit : std::nullopt;
}
std::optional<decimal> usable(const std::optional<decimal>& limit) {
    return limit && !has_too_many_digits(*limit) ? limit : std::nullopt;
}

/// With the decimals of the step, so that a person sees where it stands: 60000.00.
std::string in_decimals_of(const decimal& step, const decimal& number) {
    auto text = number.to_short_string();
    const auto point = text.find('.');
    const auto decimals = point == std::string::npos ? 0 : text.size() - point - 1;
    const auto wanted = static_cast<std::size_t>(step.scale());
    if (point == std::string::npos && wanted > 0) text += '.';
    return text.append(wanted > decimals ? wanted - decimals : 0, '0');
}

/// What stands around a number that is no multiple: `0.01234 or 0.01235`, as far as both are allowed.
std::string neighbours(const decimal& number, const decimal& step, const std::optional<decimal>& least,
                       const std::optional<decimal>& most) {
    const auto below = number.rounded_to_step(step, rounding::down);
    const auto above = below + step;
    const bool has_below = below.sign() > 0 && (!least || below >= *least);
    const bool has_above = !most || above <= *most;
    if (has_below && has_above) return in_decimals_of(step, below) + " or " + in_decimals_of(step, above);
    return in_decimals_of(step, has_below ? below : above);
}

template <class Amount> std::optional<decimal> number_of(const std::optional<Amount>& amount) {
    return amount ? std::optional{amount->value()} : std::nullopt;
}

/// The tighter of two bounds, either of which may be absent.
template <class Amount, class Tighter>
std::optional<Amount> tighter(const std::optional<Amount>& one, const std::optional<Amount>& other, Tighter which) {
    return one && other ? std::optional{which(*one, *other)} : one ? one : other;
}

/// Where a field stands: made a path only where something is told.
struct spot {
    const field_path* group = nullptr;  ///< the body of funds; null: the request
    std::optional<std::size_t> target;  ///< within this take-profit step
    std::array<const char*, 4> names{}; ///< then these, up to the first null

    field_path path() const {
        auto made = group ? *group : field_path{};
        if (target) made = {"take_profit", "steps", *target};
        for (const auto* name : names)
            if (name) made.emplace_back(name);
        return made;
    }
};

constexpr std::array<const char*, 4> value_of_price{"price", "value"};
constexpr std::array<const char*, 4> value_of_units{"units", "value"};
const spot entry_units{{}, {}, {"position", "units", "value"}};
const spot entry_price{{}, {}, {"position", "price", "value"}};
const spot entry_trigger{{}, {}, {"position", "conditional", "price", "value"}};
const spot stop_price{{}, {}, {"stop_loss", "price", "value"}};
const spot stop_trigger{{}, {}, {"stop_loss", "conditional", "price", "value"}};

class market_judge {
public:
    market_judge(const pair& of, const market_rates& rates) : pair_{of}, rates_{rates} {}

    market_verdict take() { return std::move(made_); }
    bool is_clean() const { return made_.breaches.empty(); }

    /// V29. As the exchange does, the first thing that is wrong with a number is all that is told of it.
    void units(const money::quantity& units, bool at_market, side what, const spot& at) {
        auto least = usable(rates_.min_lot);
        auto most = usable(rates_.max_lot);
        const bool is_buy = what == side::buy;
        if (at_market) {
            const auto min = [](const auto& a, const auto& b) { return std::min(a, b); };
            const auto max = [](const auto& a, const auto& b) { return std::max(a, b); };
            least = tighter(least, usable(is_buy ? rates_.min_market_buy : rates_.min_market_sell), max);
            most = tighter(most, usable(is_buy ? rates_.max_market_buy : rates_.max_market_sell), min);
        }
        number("V29", "units", units, {least, most, usable(rates_.lot_step)}, at);
    }

    /// V30.
    void price(std::string_view key, const money::price& price, const spot& at) {
        number("V30", key, price, {usable(rates_.min_price), usable(rates_.max_price), usable(rates_.price_step)}, at);
    }

    /// V30 (I): a limit entry may not stand too far from the market: a buy from the bid, a sell from the ask.
    void distance(const money::price& limit, side what, const spot& at) {
        const bool is_buy = what == side::buy;
        const auto from = usable(is_buy ? rates_.bid : rates_.ask);
        const auto down = usable(is_buy ? rates_.bid_multiplier_down : rates_.ask_multiplier_down);
        const auto up = usable(is_buy ? rates_.bid_multiplier_up : rates_.ask_multiplier_up);
        const auto tell = [&](std::string_view bound, const decimal& times) {
            report("V30", at,
                   fmt::format("price {}, expected at {} {}: {} times the {} of {}", limit.to_short_string(), bound,
                               (*from * times).to_short_string(), times.to_short_string(), is_buy ? "bid" : "ask",
                               from->to_short_string()));
            made_.of_the_moment = true;
        };
        if (from && down && limit < *from * *down) return tell("least", *down);
        if (from && up && limit > *from * *up) tell("most", *up);
    }

    enum class priced_by { plan, market };
    /// V31, of an order that is `at_market` or has its price.
    void total(const money::quantity& units, const money::price& price, priced_by whom, bool at_market,
               const spot& at) {
        const auto total = units * price;
        const auto tell = [&](std::string_view bound, const money::money& limit) {
            report("V31", at,
                   fmt::format("units {} at {} are {} {}, expected at {} {} {}", units.to_short_string(),
                               price.to_short_string(), total.to_short_string(), pair_.quote, bound,
                               limit.to_short_string(), pair_.quote));
            if (whom == priced_by::market) made_.of_the_moment = true;
        };
        const auto least = usable(at_market ? rates_.min_market_total : rates_.min_total);
        const auto most = usable(rates_.max_total);
        if (least && total < *least) return tell("least", *least);
        if (most && total > *most) tell("most", *most);
    }

    /// V31: a take-profit step is an order of its own. Its share counts as it is, not as it will be cut to the lot
    /// step, because the exchange cuts it only once the entry is filled.
    void share(const trade_request& request, std::size_t place, const std::optional<money::price>& entry,
               priced_by whom) {
        const auto& step = request.take_profit[place];
        const money::quantity share{
            cut_digits((request.position.units * money::as_fraction(step.volume)).value(), rounding::down)};
        const auto at = spot{{}, place, {"volume"}};
        const auto what = [&] {
            return fmt::format("volume {}% of {} {}", step.volume.to_short_string(),
                               request.position.units.to_short_string(), pair_.base);
        };
        if (const auto least = usable(rates_.min_lot); least && share < *least)
            return report("V31", at,
                          fmt::format("{} is {}, expected at least {}", what(), share.to_short_string(),
                                      least->to_short_string()));
        const auto* own = std::get_if<money::price>(&step.level);
        const auto price = own ? std::optional{*own} : entry;
        const auto least = usable(rates_.min_total);
        if (!price || !least || share * *price >= *least) return;
        report("V31", at,
               fmt::format("{} at {} is {} {}, expected at least {} {}", what(), price->to_short_string(),
                           (share * *price).to_short_string(), pair_.quote, least->to_short_string(), pair_.quote));
        if (!own && whom == priced_by::market) made_.of_the_moment = true;
    }

    void exits(const trade_request& request) {
        for (std::size_t i = 0; i < request.take_profit.size(); ++i)
            if (const auto* value = std::get_if<money::price>(&request.take_profit[i].level))
                price("take_profit", *value, spot{{}, i, value_of_price});
        if (!request.stop_loss) return;
        if (request.stop_loss->limit_price) price("stop_loss limit", *request.stop_loss->limit_price, stop_price);
        if (const auto* value = std::get_if<money::price>(&request.stop_loss->trigger))
            price("stop_loss", *value, stop_trigger);
    }

    /// Own coins have no entry order (V9), and what was paid for them stands on no step.
    void entry(const trade_request& request) {
        const auto& entry = request.position;
        units(entry.units, is_market_order(request), entry.type, entry_units);
        if (request.skip_enter_step) return;
        if (entry.conditional) price("trigger", entry.conditional->trigger, entry_trigger);
        if (!entry.price) return;
        price("price", *entry.price, entry_price);
        if (entry.order == entry_type::limit) distance(*entry.price, entry.type, entry_price);
    }

private:
    template <class Amount> struct bounds { std::optional<Amount> least, most, step; };

    template <class Amount>
    void number(std::string_view rule, std::string_view key, const Amount& value, const bounds<Amount>& in,
                const spot& at) {
        const auto tell = [&](std::string expected) {
            report(rule, at, fmt::format("{} {}, expected {}", key, value.to_short_string(), expected));
        };
        if (in.most && value > *in.most) return tell("at most " + in.most->to_short_string());
        if (in.least && value < *in.least) return tell("at least " + in.least->to_short_string());
        const bool has_step = in.step && in.step->sign() > 0;
        if (!has_step || value.value().is_multiple_of(in.step->value())) return;
        tell(fmt::format("a multiple of {}: {}", in.step->to_short_string(),
                         neighbours(value.value(), in.step->value(), number_of(in.least), number_of(in.most))));
    }

    void report(std::string_view rule, const spot& at, std::string message) {
        violation told;
        told.level = base::severity::error;
        told.rule = rule;
        told.at = at.path();
        told.message = std::move(message);
        made_.breaches.push_back(std::move(told));
    }

    const pair& pair_;
    const market_rates& rates_;
    market_verdict made_;
};

} // namespace

std::optional<money::price> price_met(const market_rates& rates, side side) {
    const auto& met = side == side::buy ? rates.ask : rates.bid;
    return met ? met : rates.last;
}

market_rates without_prices(market_rates rates) {
    rates.last.reset();
    rates.bid.reset();
    rates.ask.reset();
    return rates;
}

market_verdict judge_by_market(const trade_request& request, const market_rates& rates) {
    market_judge judge{request.pair, rates};
    const auto& entry = request.position;
    judge.entry(request);
    judge.exits(request);
    auto reference = entry.price;
    if (!reference && entry.conditional) reference = entry.conditional->trigger;
    const auto whom = reference ? market_judge::priced_by::plan : market_judge::priced_by::market;
    if (!reference) reference = usable(price_met(rates, entry.type));
    if (reference && !request.skip_enter_step)
        judge.total(entry.units, *reference, whom, is_market_order(request), entry_units);
    if (!judge.is_clean()) return judge.take();
    for (std::size_t i = 0; i < request.take_profit.size(); ++i) judge.share(request, i, reference, whom);
    return judge.take();
}

market_verdict judge_funds_by_market(const funds_order& order, side what, const pair& of, const market_rates& rates,
                                     const field_path& at) {
    market_judge judge{of, rates};
    const bool at_market = order.order == order_type::market;
    judge.units(order.units, at_market, what, spot{&at, {}, value_of_units});
    if (order.price) judge.price("price", *order.price, spot{&at, {}, value_of_price});
    if (!judge.is_clean()) return judge.take();
    const auto price = order.price ? order.price : usable(price_met(rates, what));
    if (price)
        judge.total(order.units, *price, order.price ? market_judge::priced_by::plan : market_judge::priced_by::market,
                    at_market, spot{&at, {}, value_of_units});
    return judge.take();
}

market_verdict judge_adjustment_by_market(const desired_trade& wanted, std::size_t place, const market_rates& rates) {
    const auto& what = wanted.life.adjustments.at(place);
    const bool adds = what.kind == adjustment_kind::add_funds;
    const bool buys = adds == (wanted.request.position.type == side::buy);
    return judge_funds_by_market(what.order, buys ? side::buy : side::sell, wanted.request.pair, without_prices(rates),
                                 {"adjustments", place, base::name_of(what.kind)});
}

} // namespace smarttrade::trade
