// Which step of the plan is which on the exchange.
#include "reconcile/step_names.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace smarttrade::reconcile {

namespace {

class matching {
public:
    matching(const wish& w, step_ids known, std::vector<trade::smart_trade::step_view> fresh)
        : wish_{w}, known_{std::move(known)}, fresh_{std::move(fresh)} {
        for (std::size_t i = 0; i < w.trade.request.take_profit.size(); ++i) {
            const auto name = step_name(w, i);
            const bool is_known = std::ranges::any_of(known_, [&](const auto& each) { return each.first == name; });
            if (!is_known) open_.push_back(i);
        }
    }

    /// Those that look as they should: first those that are to live, so that none of them is taken for an ended one.
    void by_look(const std::vector<trade::take_profit_step>& target, const sameness& same) {
        by_look(target, same, [this](std::size_t place) { return !is_ended(place); });
        by_look(target, same, [](std::size_t) { return true; });
    }

    /// The others in their order. With some missing nobody can say which: the plan's word to end a step then ends none.
    void by_order() {
        const bool all_there = open_.size() == fresh_.size();
        for (const auto place : open_) {
            if (fresh_.empty()) return;
            if (all_there || !is_ended(place)) take(place, fresh_.begin());
        }
    }

    step_ids result() && { return std::move(known_); }

private:
    template <class Which>
    void by_look(const std::vector<trade::take_profit_step>& target, const sameness& same, Which which) {
        std::erase_if(open_, [&](std::size_t place) {
            if (!which(place)) return false;
            const auto found = std::ranges::find_if(
                fresh_, [&](const auto& each) { return same.steps(target[place], trade::order_of(each)); });
            if (found == fresh_.end()) return false;
            take(place, found);
            return true;
        });
    }

    void take(std::size_t place, std::vector<trade::smart_trade::step_view>::iterator step) {
        known_.emplace_back(step_name(wish_, place), step->id);
        fresh_.erase(step);
    }
    bool is_ended(std::size_t place) const {
        const auto& wishes = wish_.trade.life.steps;
        return place < wishes.size() && wishes[place].state != trade::step_state::open;
    }

    const wish& wish_;
    step_ids known_;
    std::vector<trade::smart_trade::step_view> fresh_;
    std::vector<std::size_t> open_; ///< places in the plan that have no step yet
};

} // namespace

std::string step_name(const wish& w, std::size_t place) {
    const auto& names = w.trade.life.steps;
    return place < names.size() ? names[place].id : fmt::format("tp{}", place + 1);
}

std::vector<trade::smart_trade::step_view> new_steps(const trade_history& past, const trade::smart_trade& entity) {
    std::vector<trade::smart_trade::step_view> fresh;
    for (const auto& step : entity.take_profit) {
        const bool is_known = std::ranges::any_of(past.steps, [&](const auto& each) { return each.second == step.id; });
        if (!is_known) fresh.push_back(step);
    }
    return fresh;
}

step_ids match_new_steps(const wish& w, const trade_history& past, std::vector<trade::smart_trade::step_view> fresh,
                         const std::vector<trade::take_profit_step>& target, const sameness& same) {
    const bool was_sent = past.applied == w.body || past.steps.empty();
    if (!was_sent) return past.steps;
    matching made{w, past.steps, std::move(fresh)};
    made.by_look(target, same);
    made.by_order();
    return std::move(made).result();
}

} // namespace smarttrade::reconcile
