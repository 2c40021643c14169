#include "plan/guardrails.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace smarttrade::plan {

namespace {

/// What is spent so far, against the limit.
class order_total {
public:
    order_total(const money::money& limit, const std::string& currency, problems& told)
        : limit_{limit}, currency_{currency}, told_{told} {}

    /// `what` is bought there; tells once when the limit is passed.
    void add(const money::quantity& units, const money::price& price, const base::text_position& at,
             std::string_view what) {
        if (is_told_) return;
        const auto cost = price * units;
        const bool is_too_much_alone = cost > limit_; // only then may it have too many digits for a sum
        const auto total = is_too_much_alone ? cost : spent_ + cost.rounded(decimals_max, money::rounding::down);
        is_told_ = total > limit_;
        if (is_told_)
            told_.add({at,
                       base::severity::error,
                       {},
                       fmt::format("{} {} at {} {} {} {}, above max_order_total, expected at most {}", what,
                                   units.to_short_string(), price.to_short_string(), total == cost ? "are" : "make it",
                                   total.to_short_string(), currency_, limit_.to_short_string()),
                       {}});
        else
            spent_ = total;
    }

private:
    static constexpr int decimals_max = 12;

    money::money limit_;
    const std::string& currency_;
    problems& told_;
    money::money spent_;
    bool is_told_ = false;
};

bool adds_funds(const trade::adjustment& adjustment) { return adjustment.kind == trade::adjustment_kind::add_funds; }

} // namespace

void check_guardrails(const filed_draft& draft, const trade::trade_request& request, const surroundings& around,
                      problems& told) {
    const auto& of = *draft.of;
    const auto error = [&](yaml::place at, std::string message) {
        told.add({draft.position(at), base::severity::error, {}, std::move(message), {}});
    };
    if (request.leverage && around.max_leverage && request.leverage->value > *around.max_leverage)
        error(of.leverage_at, fmt::format("leverage {} is above max_leverage, expected at most {}",
                                          request.leverage->value, *around.max_leverage));
    // Own coins are not bought, and what is adopted stands already.
    const bool has_create = !request.skip_enter_step && !of.life.adopt;
    if (around.max_order_total.empty() || (!has_create && std::ranges::none_of(of.life.adjustments, adds_funds)))
        return;
    const auto limit = around.max_order_total.find(request.pair.quote);
    if (limit == around.max_order_total.end())
        return error(of.pair_at,
                     fmt::format("pair {}, expected a quote currency that max_order_total lists", request.pair.text()));
    order_total total{limit->second, request.pair.quote, told};
    const auto& entry = request.position;
    if (has_create && entry.price)
        total.add(entry.units, *entry.price, draft.position(of.units_at), "units"); // else judged at the create
    for (const auto& each : of.life.adjustments) {
        const auto price = each.order.price ? each.order.price : entry.price;
        if (adds_funds(each) && price)
            total.add(each.order.units, *price, each.at, fmt::format("add_funds {}: units", each.id));
    }
}

} // namespace smarttrade::plan
