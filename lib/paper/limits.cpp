#include "paper/limits.hpp"

#include <algorithm>

#include "paper/engine.hpp"

namespace smarttrade::paper {

namespace {

using money::decimal;
using trade::trade_request;

/// No amount of a request has more decimals: the exchange itself prints 8, and sums of products stay exact with them.
constexpr int decimals_max = 8;
constexpr std::int64_t leverage_max = 125;

std::string at_least(const decimal& bound) { return "must be greater than or equal to " + bound.to_string(); }
std::string at_most(const decimal& bound) { return "must be less than or equal to " + bound.to_string(); }
std::string in_steps(const decimal& step) { return "Should change with step " + step.to_short_string(); }

/// Whether a product of two such numbers is sure to fit.
bool is_computable(const decimal& number) {
    return number.scale() <= decimals_max && number <= decimal{10'000'000'000};
}

/// api.md V29.
std::vector<std::string> units_errors(const market_limits& limits, const money::quantity& units, bool at_market,
                                      trade::side what) {
    auto least = limits.min_lot;
    auto most = limits.max_lot;
    const bool is_buy = what == trade::side::buy;
    if (at_market) {
        least = std::max(least, (is_buy ? limits.min_market_buy : limits.min_market_sell).value_or(least));
        most = std::min(most, (is_buy ? limits.max_market_buy : limits.max_market_sell).value_or(most));
    }
    if (units > most) return {at_most(most.value())};
    if (units < least) return {at_least(least.value())};
    if (!units.value().is_multiple_of(limits.lot_step.value())) return {in_steps(limits.lot_step.value())};
    return {};
}

/// api.md V30.
std::vector<std::string> price_errors(const market_limits& limits, const money::price& price) {
    if (price > limits.max_price) return {at_most(limits.max_price.value())};
    if (price < limits.min_price) return {at_least(limits.min_price.value())};
    if (!price.value().is_multiple_of(limits.price_step.value())) return {in_steps(limits.price_step.value())};
    return {};
}

class checker {
public:
    checker(const market& of, const trade_request& wish) : limits_{of.limits}, prices_{of.now()}, wish_{wish} {}

    std::vector<field_error> run(const account* owner) {
        units();
        entry_prices();
        exit_prices();
        percents();
        leverage(owner);
        totals();
        if (errors_.empty()) // products of three only of numbers that are known to be small
            for (const auto& step : wish_.take_profit) step_share(step);
        return std::move(errors_);
    }
    /// Of an edit after the entry, which cannot change the entry any more.
    std::vector<field_error> run_exits() {
        exit_prices();
        percents();
        return std::move(errors_);
    }

private:
    void complain(std::string field, std::string message) { errors_.push_back({std::move(field), std::move(message)}); }

    void units() {
        for (auto& error :
             units_errors(limits_, wish_.position.units, trade::is_market_order(wish_), wish_.position.type))
            position_error("units_to_buy", std::move(error));
    }

    void position_error(std::string field, std::string message) {
        const field_error group{"position", "is invalid"};
        if (std::ranges::find(errors_, group) == errors_.end()) errors_.push_back(group);
        complain(std::move(field), std::move(message));
    }

    void price(const std::string& field, const money::price& value) {
        for (auto& error : price_errors(limits_, value)) complain(field, std::move(error));
    }

    void entry_prices() {
        if (wish_.position.conditional) price("position.conditional.price", wish_.position.conditional->trigger);
        if (!wish_.position.price) return;
        if (wish_.skip_enter_step) { // what was paid stands on no step
            if (!is_computable(wish_.position.price->value())) complain("position.price", "is invalid");
            return;
        }
        price("position.price", *wish_.position.price);
        if (wish_.position.order == trade::entry_type::limit) distance(*wish_.position.price);
    }

    /// api.md V30 (I): a limit entry may not stand too far from the market: a buy from the bid, a sell from the ask.
    void distance(const money::price& limit) {
        const bool is_buy = wish_.position.type == trade::side::buy;
        const auto& from = is_buy ? prices_.bid : prices_.ask;
        const auto low = from * (is_buy ? limits_.bid_multiplier_down : limits_.ask_multiplier_down);
        const auto high = from * (is_buy ? limits_.bid_multiplier_up : limits_.ask_multiplier_up);
        if (limit < low) complain("position.price", at_least(low.value()));
        if (limit > high) complain("position.price", at_most(high.value()));
    }

    void exit_prices() {
        for (const auto& step : wish_.take_profit)
            if (const auto* value = std::get_if<money::price>(&step.level)) price("take_profit.steps.price", *value);
        if (!wish_.stop_loss) return;
        if (wish_.stop_loss->limit_price) price("stop_loss.price", *wish_.stop_loss->limit_price);
        if (const auto* value = std::get_if<money::price>(&wish_.stop_loss->trigger))
            price("stop_loss.conditional.price", *value);
    }

    void percent(const std::string& field, const std::optional<money::percent>& value) {
        if (value && value->value().scale() > decimals_max) complain(field, "is invalid");
        if (value && *value > money::percent{decimal{1000}}) complain(field, at_most(decimal{1000}));
    }

    void percents() {
        if (wish_.position.conditional)
            percent("position.conditional.trailing.percent", wish_.position.conditional->trailing);
        for (const auto& step : wish_.take_profit) {
            percent("take_profit.steps.trailing.percent", step.trailing);
            percent("take_profit.steps.volume", step.volume);
            if (const auto* value = std::get_if<money::percent>(&step.level)) {
                percent("take_profit.steps.price.percent", *value);
                below_hundred("take_profit.steps.price.percent", *value, wish_.position.type == trade::side::sell);
            }
        }
        if (!wish_.stop_loss) return;
        if (wish_.stop_loss->trailing)
            percent("stop_loss.conditional.trailing.percent", wish_.stop_loss->trailing->distance);
        if (const auto* value = std::get_if<money::percent>(&wish_.stop_loss->trigger)) {
            percent("stop_loss.conditional.price.percent", *value);
            below_hundred("stop_loss.conditional.price.percent", *value, wish_.position.type == trade::side::buy);
        }
    }

    /// A level that many percent below the entry would not be a price.
    void below_hundred(const std::string& field, const money::percent& value, bool is_below_entry) {
        const money::percent hundred{decimal{100}};
        if (is_below_entry && value >= hundred) complain(field, "must be less than 100.0");
    }

    /// api.md M.6. Contracts that are held already are not known here, so they cannot be sold as one's own (T#124).
    void leverage(const account* owner) {
        const bool is_contract = wish_.leverage || (owner && owner->contracts);
        if (wish_.leverage && !(owner && owner->leverage)) return complain("leverage", "is invalid");
        if (is_contract && wish_.skip_enter_step)
            return complain("position", wish_.position.type == trade::side::buy
                                            ? "Long position should be opened in order to use smart sell"
                                            : "Short position should be opened in order to use smart buy");
        if (!wish_.leverage) return;
        if (wish_.leverage->value < 1) complain("leverage.value", at_least(decimal{1}));
        if (wish_.leverage->value > leverage_max) complain("leverage.value", at_most(decimal{leverage_max}));
    }

    money::price reference() const {
        const auto& entry = wish_.position;
        if (entry.price) return *entry.price;
        if (entry.conditional) return entry.conditional->trigger;
        return entry.type == trade::side::buy ? prices_.ask : prices_.bid;
    }

    void totals() {
        const auto& entry = wish_.position;
        if (wish_.skip_enter_step) return;                                                      // nothing is ordered
        if (!is_computable(entry.units.value()) || !is_computable(reference().value())) return; // it is refused already
        const auto total = entry.units * reference();
        const auto& least = trade::is_market_order(wish_) ? limits_.min_market_total : limits_.min_total;
        if (total < least) position_error("position.total", at_least(least.value()));
        if (total > limits_.max_total) position_error("position.total", at_most(limits_.max_total.value()));
    }

    /// api.md V31: each step is an order of its own and has to be large enough for one.
    void step_share(const trade::take_profit_step& step) {
        const auto share = wish_.position.units * money::as_fraction(step.volume);
        const auto* own = std::get_if<money::price>(&step.level);
        for (auto& error : step_errors(limits_, share, own ? *own : reference())) errors_.push_back(std::move(error));
    }

    const market_limits& limits_;
    const quote& prices_;
    const trade_request& wish_;
    std::vector<field_error> errors_;
};

} // namespace

std::vector<field_error> market_errors(const state& in, const trade_request& wish) {
    const auto* found = in.markets.find(wish.pair);
    if (!found) return {{"pair", "is invalid"}};
    const auto owner = in.accounts.find(wish.account);
    return checker{*found, wish}.run(owner != in.accounts.end() ? &owner->second : nullptr);
}

std::vector<field_error> edit_errors(const state& in, const trade_request& wish, bool is_entered) {
    if (!is_entered) return market_errors(in, wish);
    return checker{in.markets.at(wish.pair), wish}.run_exits();
}

std::vector<field_error> funds_errors(const market& at, const trade::funds_order& wish, const money::price& price,
                                      trade::side what) {
    std::vector<field_error> errors;
    const bool at_market = wish.order == trade::order_type::market;
    for (auto& error : units_errors(at.limits, wish.units, at_market, what))
        errors.push_back({"units_to_buy", std::move(error)});
    if (!at_market)
        for (auto& error : price_errors(at.limits, price)) errors.push_back({"price", std::move(error)});
    if (!errors.empty()) return errors;
    const auto total = wish.units * price;
    const auto& least = at_market ? at.limits.min_market_total : at.limits.min_total;
    if (total < least) errors.push_back({"total", at_least(least.value())});
    if (total > at.limits.max_total) errors.push_back({"total", at_most(at.limits.max_total.value())});
    return errors;
}

std::vector<field_error> step_errors(const market_limits& limits, const money::quantity& share,
                                     const money::price& price) {
    if (share < limits.min_lot) return {{"take_profit.steps.units", at_least(limits.min_lot.value())}};
    if (share * price < limits.min_total) return {{"take_profit.steps.total", at_least(limits.min_total.value())}};
    return {};
}

bool is_too_small(const market& at, const money::quantity& units, const money::price& price) {
    return units < at.limits.min_lot || units * price < at.limits.min_total;
}

} // namespace smarttrade::paper
