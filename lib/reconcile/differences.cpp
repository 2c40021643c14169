#include "reconcile/differences.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace smarttrade::reconcile {

bool sameness::prices(const money::price& a, const money::price& b) const {
    if (a == b) return true;
    if (!step_) return false;
    const auto apart = a < b ? b - a : a - b;
    return apart < *step_;
}

bool sameness::prices(const std::optional<money::price>& a, const std::optional<money::price>& b) const {
    return a && b ? prices(*a, *b) : a.has_value() == b.has_value();
}

bool sameness::levels(const trade::exit_level& a, const trade::exit_level& b) const {
    const auto* price = std::get_if<money::price>(&a);
    const auto* other = std::get_if<money::price>(&b);
    return price && other ? prices(*price, *other) : a == b;
}

bool sameness::conditions(const base::rare<trade::conditional_entry>& a, const base::rare<trade::conditional_entry>& b,
                          trade::side side) const {
    if (!a || !b) return a.has_value() == b.has_value();
    const auto usual = side == trade::side::buy ? trade::price_type::ask : trade::price_type::bid; // V11
    return prices(a->trigger, b->trigger) && a->follows.value_or(usual) == b->follows.value_or(usual)
           && a->order == b->order && a->trailing == b->trailing;
}

bool sameness::entries(const trade::entry_order& a, const trade::smart_trade::position_view& now) const {
    const bool has_price = a.price && a.order != trade::entry_type::market;
    return a.units == now.units && (!has_price || prices(a.price, now.price))
           && (!a.conditional || conditions(a.conditional, now.conditional, now.type));
}

bool sameness::steps(const trade::take_profit_step& a, const trade::take_profit_step& b) const {
    return a.order == b.order && a.follows == b.follows && levels(a.level, b.level) && a.trailing == b.trailing;
}

bool sameness::stop_terms(const trade::stop_loss_order& a, const trade::stop_loss_order& b) const {
    const bool same_trail = a.trailing.has_value() == b.trailing.has_value()
                            && (!a.trailing || !a.trailing->distance || !b.trailing->distance
                                || a.trailing->distance == b.trailing->distance); // V27: may be left to the exchange
    return a.order == b.order && a.follows == b.follows && prices(a.limit_price, b.limit_price) && same_trail
           && a.timeout == b.timeout && a.breakeven == b.breakeven;
}

bool is_tighter(const trade::exit_level& a, const trade::exit_level& than, trade::side side) {
    const auto* price = std::get_if<money::price>(&a);
    const auto* other = std::get_if<money::price>(&than);
    if (!price || !other) return false;
    return side == trade::side::buy ? *price > *other : *price < *other;
}

std::string what_no_edit_changes(const trade::trade_request& wanted, const trade::smart_trade& now,
                                 const std::optional<trade::trade_request>& applied) {
    if (wanted.pair != now.pair) return fmt::format("pair {}->{}", now.pair.text(), wanted.pair.text());
    if (wanted.position.type != now.position.type)
        return fmt::format("type {}->{}", base::name_of(now.position.type), base::name_of(wanted.position.type));
    if (wanted.instant != now.instant) return fmt::format("instant {}->{}", now.instant, wanted.instant);
    if (wanted.skip_enter_step != now.skip_enter_step)
        return fmt::format("skip_enter_step {}->{}", now.skip_enter_step, wanted.skip_enter_step);
    // What the exchange makes of an entry that it carries out is its own.
    if (trade::is_entered(now) || !applied || applied->position.order == wanted.position.order) return {};
    return fmt::format("order_type {}->{}", base::name_of(applied->position.order),
                       base::name_of(wanted.position.order));
}

void fill_to_hundred(std::vector<trade::trade_update::step_change>& steps, std::size_t ended) {
    const money::percent hundred{money::decimal{100}};
    money::percent fixed, open;
    for (std::size_t i = 0; i < steps.size(); ++i)
        (i < ended ? fixed : open) = (i < ended ? fixed : open) + steps[i].order.volume;
    if (fixed + open == hundred || open.sign() <= 0 || fixed >= hundred) return;
    auto left = hundred - fixed;
    for (auto i = ended; i + 1 < steps.size(); ++i) {
        auto& volume = steps[i].order.volume;
        volume = money::percent{
            (volume.value() * (hundred - fixed).value()).divided_by(open.value(), 2, money::rounding::down)};
        left = left - volume;
    }
    steps.back().order.volume = left;
}

std::string text_of(const trade::exit_level& level) {
    if (const auto* price = std::get_if<money::price>(&level)) return price->to_short_string();
    return std::get<money::percent>(level).to_short_string() + '%';
}

std::string text_of(const std::optional<money::price>& price) { return price ? price->to_short_string() : "none"; }

std::string text_of_change(const std::string& name, const trade::take_profit_step& before,
                           const trade::take_profit_step& after) {
    if (before.level != after.level) return fmt::format("{} {}->{}", name, text_of(before.level), text_of(after.level));
    if (before.volume != after.volume)
        return fmt::format("{} {}%->{}%", name, before.volume.to_short_string(), after.volume.to_short_string());
    return fmt::format("{} changes its terms", name);
}

} // namespace smarttrade::reconcile
