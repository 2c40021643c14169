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

class checker {
public:
    checker(const market& of, const trade_request& wish) : limits_{of.limits}, prices_{of.now}, wish_{wish} {}

    std::vector<field_error> run(bool accepts_leverage) {
        units();
        prices();
        percents();
        if (wish_.leverage) leverage(accepts_leverage);
        if (errors_.empty()) totals(); // products only of numbers that are known to be small
        return std::move(errors_);
    }

private:
    void complain(std::string field, std::string message) { errors_.push_back({std::move(field), std::move(message)}); }

    void units() {
        const auto& value = wish_.position.units;
        if (value > limits_.max_lot) return position_error("units_to_buy", at_most(limits_.max_lot.value()));
        if (value < limits_.min_lot) return position_error("units_to_buy", at_least(limits_.min_lot.value()));
        if (!value.value().is_multiple_of(limits_.lot_step.value()))
            position_error("units_to_buy", "Should change with step " + limits_.lot_step.to_short_string());
    }

    void position_error(std::string field, std::string message) {
        complain("position", "is invalid");
        complain(std::move(field), std::move(message));
    }

    void price(const std::string& field, const money::price& value) {
        if (value > limits_.max_price) return complain(field, at_most(limits_.max_price.value()));
        if (value < limits_.min_price) return complain(field, at_least(limits_.min_price.value()));
        if (!value.value().is_multiple_of(limits_.price_step.value()))
            complain(field, "Should change with step " + limits_.price_step.to_short_string());
    }

    void prices() {
        if (wish_.position.price) price("position.price", *wish_.position.price);
        if (wish_.position.conditional) price("position.conditional.price", wish_.position.conditional->trigger);
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

    void leverage(bool accepted) {
        if (!accepted || wish_.skip_enter_step) return complain("leverage", "is invalid");
        if (wish_.leverage->value < 1) complain("leverage.value", at_least(decimal{1}));
        if (wish_.leverage->value > leverage_max) complain("leverage.value", at_most(decimal{leverage_max}));
    }

    void totals() {
        const auto& entry = wish_.position;
        const auto market_price = entry.type == trade::side::buy ? prices_.ask : prices_.bid;
        const auto reference = entry.price         ? *entry.price
                               : entry.conditional ? entry.conditional->trigger
                                                   : market_price;
        const auto total = entry.units * reference;
        if (total < limits_.min_total) position_error("position.total", at_least(limits_.min_total.value()));
        if (total > limits_.max_total) position_error("position.total", at_most(limits_.max_total.value()));
        for (const auto& step : wish_.take_profit) step_share(step, reference);
    }

    /// api.md V31: each step is an order of its own and has to be large enough for one.
    void step_share(const trade::take_profit_step& step, const money::price& reference) {
        const auto share = wish_.position.units * money::as_fraction(step.volume);
        const auto* own = std::get_if<money::price>(&step.level);
        if (share < limits_.min_lot)
            complain("take_profit.steps.units", at_least(limits_.min_lot.value()));
        else if (share * (own ? *own : reference) < limits_.min_total)
            complain("take_profit.steps.total", at_least(limits_.min_total.value()));
    }

    const market_limits& limits_;
    const quote& prices_;
    const trade_request& wish_;
    std::vector<field_error> errors_;
};

} // namespace

std::vector<field_error> market_errors(const state& in, const trade_request& wish) {
    const auto found = in.markets.find(wish.pair);
    if (found == in.markets.end()) return {{"pair", "is invalid"}};
    const auto owner = in.accounts.find(wish.account);
    return checker{found->second, wish}.run(owner != in.accounts.end() && owner->second.leverage);
}

} // namespace smarttrade::paper
