// Which step of the plan is which on the exchange.
#include <algorithm>

#include <fmt/format.h>

#include "reconcile/three_way.hpp"

namespace smarttrade::reconcile {

std::string step_name(const wish& w, std::size_t place) {
    const auto& names = w.trade.life.steps;
    return place < names.size() ? names[place].id : fmt::format("tp{}", place + 1);
}

std::optional<step_ids> match_new_steps(const wish& w, const trade_history& past, const trade::smart_trade& entity) {
    const auto is_known = [&](trade::sub_trade_id id) {
        return std::ranges::any_of(past.steps, [id](const auto& each) { return each.second == id; });
    };
    // Steps that are new on the exchange belong, in their order, to those of the plan that have none.
    std::vector<trade::sub_trade_id> fresh;
    for (const auto& step : entity.take_profit)
        if (!is_known(step.id)) fresh.push_back(step.id);
    if (fresh.empty()) return std::nullopt;
    auto matched = past.steps;
    const bool was_sent = past.applied == w.body || past.steps.empty();
    auto next = fresh.begin();
    for (std::size_t i = 0; was_sent && i < w.trade.request.take_profit.size() && next != fresh.end(); ++i) {
        auto name = step_name(w, i);
        const bool is_matched = std::ranges::any_of(matched, [&](const auto& each) { return each.first == name; });
        if (!is_matched) matched.emplace_back(std::move(name), *next++);
    }
    return matched;
}

} // namespace smarttrade::reconcile
