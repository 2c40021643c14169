#include "paper/watch_book.hpp"

#include "base/assert.hpp"

namespace smarttrade::paper {

void watch_book::remember_ends(side& of) {
    of.lowest_above = of.above.empty() ? std::numeric_limits<price_units>::max() : of.above.begin()->at;
    of.highest_below = of.below.empty() ? std::numeric_limits<price_units>::min() : of.below.rbegin()->at;
}

void watch_book::insert(const watch& what, trade::smart_trade_id who) {
    auto& of = side_of(what.follows);
    (what.when == crossing::at_or_above ? of.above : of.below).insert({what.at, who});
    remember_ends(of);
}

void watch_book::erase(const watch& what, trade::smart_trade_id who) {
    auto& of = side_of(what.follows);
    auto& levels = what.when == crossing::at_or_above ? of.above : of.below;
    const auto found = levels.find({what.at, who});
    SMARTTRADE_ASSERT(found != levels.end());
    levels.erase(found); // one of them: a trade may wait twice for one price
    remember_ends(of);
}

void watch_book::move_to(const unit_prices& now) {
    for (std::size_t i = 0; i < sides_.size(); ++i) {
        auto& [down, up] = sides_[i].trails;
        down.move_to(now[i]);
        up.move_to(-now[i]);
    }
}

void watch_book::collect(const unit_prices& now, std::vector<trade::smart_trade_id>& woken) const {
    for (std::size_t i = 0; i < sides_.size(); ++i) {
        const auto& of = sides_[i];
        const auto price = now[i];
        if (price >= of.lowest_above)
            for (auto at = of.above.begin(); at != of.above.end() && at->at <= price; ++at) woken.push_back(at->who);
        if (price <= of.highest_below)
            for (auto at = of.below.rbegin(); at != of.below.rend() && at->at >= price; ++at) woken.push_back(at->who);
        const auto& [down, up] = of.trails;
        if (down.is_touched_by(price)) down.collect(price, woken);
        if (up.is_touched_by(-price)) up.collect(-price, woken);
    }
}

} // namespace smarttrade::paper
