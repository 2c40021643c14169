#include "paper/market.hpp"

namespace smarttrade::paper {

void market::move_to(const std::optional<money::price>& bid, const std::optional<money::price>& ask,
                     const std::optional<money::price>& last) {
    if (bid) {
        now_.bid = *bid;
        units_[0] = units_below(*bid);
    }
    if (ask) {
        now_.ask = *ask;
        units_[1] = units_below(*ask);
    }
    if (last) {
        now_.last = *last;
        units_[2] = units_below(*last);
    }
    book.move_to(units_);
}

market& market_table::operator[](const trade::pair& pair) {
    const auto [found, is_new] = index_.try_emplace(pair, all_.size());
    if (is_new) all_.emplace_back(pair);
    return all_[found->second];
}

std::optional<market_id> market_table::id_of(const trade::pair& pair) const {
    const auto found = index_.find(pair);
    if (found == index_.end()) return std::nullopt;
    return market_id{static_cast<std::int64_t>(found->second)};
}

const market* market_table::find(const trade::pair& pair) const {
    const auto found = index_.find(pair);
    return found == index_.end() ? nullptr : &all_[found->second];
}

} // namespace smarttrade::paper
