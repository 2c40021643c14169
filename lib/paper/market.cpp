#include "paper/market.hpp"

namespace smarttrade::paper {

std::set<watch_book::level>& watch_book::levels(const watch& what) {
    auto& source = sources_.at(static_cast<std::size_t>(what.follows));
    return what.when == crossing::at_or_above ? source.above : source.below;
}

void watch_book::insert(const watch& what, trade::smart_trade_id who) { levels(what).insert({what.at, who}); }

void watch_book::erase(const watch& what, trade::smart_trade_id who) { levels(what).erase({what.at, who}); }

void watch_book::collect(const quote& prices, std::set<trade::smart_trade_id>& woken) const {
    woken.insert(followers_.begin(), followers_.end());
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        const auto& price = prices.of(static_cast<trade::price_type>(i));
        const auto& [above, below] = sources_.at(i);
        for (auto at = above.begin(); at != above.end() && at->at <= price; ++at) woken.insert(at->who);
        for (auto at = below.rbegin(); at != below.rend() && at->at >= price; ++at) woken.insert(at->who);
    }
}

} // namespace smarttrade::paper
