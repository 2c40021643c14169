#include "plan/print_plans.hpp"

#include <fmt/format.h>

#include "plan/write_entry.hpp"
#include "trade/duration.hpp"

namespace smarttrade::plan {

namespace {

template <class... Values> void line(std::string& text, fmt::format_string<Values...> form, Values&&... values) {
    text += "    " + fmt::format(form, std::forward<Values>(values)...) + '\n';
}

/// What stands before the orders, but for what holds where nothing is said.
std::string life_text(const trade::lifecycle& life) {
    std::string text;
    if (life.state != trade::wanted_state::open) line(text, "state: {}", base::name_of(life.state));
    if (life.on_remove != trade::removal::leave) line(text, "on_remove: {}", base::name_of(life.on_remove));
    if (life.on_drift != trade::drift_policy::revert) line(text, "on_drift: {}", base::name_of(life.on_drift));
    if (life.protect) line(text, "protect: true");
    if (life.expires_after) line(text, "expires_after: {}", trade::write_duration(*life.expires_after));
    if (life.expires_at) line(text, "expires_at: {}", base::format_utc(*life.expires_at));
    if (life.submit_within) line(text, "submit_within: {}", trade::write_duration(*life.submit_within));
    return text;
}

std::vector<step_words> words_of(const trade::desired_trade& of) {
    std::vector<step_words> words(of.request.take_profit.size());
    for (std::size_t i = 0; i < words.size() && i < of.life.steps.size(); ++i) {
        const auto& step = of.life.steps[i];
        if (step.id != fmt::format("tp{}", i + 1)) words[i].keys += fmt::format("id: {}, ", scalar_text(step.id));
        if (step.state != trade::step_state::open)
            words[i].keys += fmt::format("state: {}, ", base::name_of(step.state));
    }
    return words;
}

std::string adjustment_text(const trade::adjustment& of) {
    const auto price = of.order.price ? fmt::format(", price: {}", of.order.price->to_short_string()) : "";
    return fmt::format("      - {{id: {}, {}: {{order_type: {}, units: {}{}}}}}\n", scalar_text(of.id),
                       base::name_of(of.kind), base::name_of(of.order.order), of.order.units.to_short_string(), price);
}

std::string trade_text(const trade::desired_trade& of) {
    auto text = fmt::format("  {}:\n", scalar_text(of.identity.name));
    if (!of.account_name.empty())
        line(text, "account: {}", scalar_text(of.account_name));
    else if (of.identity.account.value != 0)
        line(text, "account_id: {}", of.identity.account.value);
    if (of.identity.revision != 1) line(text, "revision: {}", of.identity.revision);
    if (of.life.adopt) line(text, "adopt: {}", of.life.adopt->value);
    if (!of.life.was.empty()) line(text, "was: {}", scalar_text(of.life.was));
    text += life_text(of.life) + write_terms(of.request, of.request.note);
    text += write_orders(of.request, words_of(of), of.life.when ? base::name_of(*of.life.when) : std::string_view{});
    if (!of.life.adjustments.empty()) text += "    adjustments:\n";
    for (const auto& each : of.life.adjustments) text += adjustment_text(each);
    return text;
}

} // namespace

std::string print_plans(const std::vector<trade::desired_trade>& trades) {
    if (trades.empty()) return "trades: {}\n";
    std::string text = "trades:\n";
    for (const auto& each : trades) text += trade_text(each);
    return text;
}

} // namespace smarttrade::plan
