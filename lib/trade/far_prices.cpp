#include "trade/far_prices.hpp"

#include <fmt/format.h>

#include "trade/digits.hpp"
#include "trade/rules_market.hpp"

namespace smarttrade::trade {

namespace {

using money::decimal;
using money::rounding;

constexpr std::int64_t limit_entry_max = 20; ///< percent
constexpr std::int64_t others_max = 50;

class distance_judge {
public:
    explicit distance_judge(const std::optional<money::price>& market) : last_{market} {}

    std::vector<violation> take() { return std::move(told_); }

    void hold(std::string_view key, const money::price& price, field_path at) {
        hold(key, price, last_, others_max, std::move(at));
    }

    void hold(std::string_view key, const money::price& price, const std::optional<money::price>& market,
              std::int64_t percent_max, field_path at) {
        if (!market || market->sign() <= 0 || has_too_many_digits(market->value())) return;
        const auto apart = cut_digits((price - *market).value().abs(), rounding::down);
        if (apart * decimal{100} <= market->value() * decimal{percent_max}) return;
        const auto percent = (apart * decimal{100}).divided_by(market->value(), 0, rounding::down);
        violation made;
        made.level = base::severity::warning;
        made.at = std::move(at);
        made.message = fmt::format("{} {} is {}% {} the market at {}, expected within {}%: is a digit wrong?", key,
                                   price.to_short_string(), percent.to_short_string(),
                                   price < *market ? "below" : "above", market->to_short_string(), percent_max);
        told_.push_back(std::move(made));
    }

private:
    const std::optional<money::price>& last_;
    std::vector<violation> told_;
};

void hold_entry(distance_judge& judge, const trade_request& request, const market_rates& rates) {
    const auto& entry = request.position;
    const field_path at{"position", "price", "value"};
    if (entry.order == entry_type::limit && entry.price && !request.skip_enter_step)
        judge.hold("price", *entry.price, price_met(rates, entry.type), limit_entry_max, at);
    if (!entry.conditional) return;
    judge.hold("trigger", entry.conditional->trigger, {"position", "conditional", "price", "value"});
    if (entry.price) judge.hold("price", *entry.price, at);
}

void hold_exits(distance_judge& judge, const trade_request& request) {
    for (std::size_t i = 0; i < request.take_profit.size(); ++i)
        if (const auto* value = std::get_if<money::price>(&request.take_profit[i].level))
            judge.hold("take_profit", *value, {"take_profit", "steps", i, "price", "value"});
    const auto& stop = request.stop_loss;
    if (!stop) return;
    if (const auto* value = std::get_if<money::price>(&stop->trigger))
        judge.hold("stop_loss", *value, {"stop_loss", "conditional", "price", "value"});
    if (stop->limit_price) judge.hold("stop_loss limit", *stop->limit_price, {"stop_loss", "price", "value"});
}

} // namespace

std::vector<violation> far_from_market(const trade_request& request, const market_rates& rates, entry_is entry) {
    const auto last = rates.last ? rates.last : price_met(rates, request.position.type);
    distance_judge judge{last};
    if (entry == entry_is::open) hold_entry(judge, request, rates);
    hold_exits(judge, request);
    return judge.take();
}

} // namespace smarttrade::trade
