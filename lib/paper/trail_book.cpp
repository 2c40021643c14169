#include "paper/trail_book.hpp"

#include <algorithm>
#include <stdexcept>

#include <boost/multiprecision/cpp_int.hpp>

#include "base/assert.hpp"

namespace smarttrade::paper {

namespace {

constexpr std::int64_t whole_share = 10'000'000'000; ///< 100 % in hundred-millionths of a percent

/// extreme less its share, cut down: a price is at or below the bound exactly when it is at or below this.
price_units turning_point(price_units extreme, std::int64_t share) {
    using boost::multiprecision::int128_t;
    const int128_t off = int128_t{extreme < 0 ? -extreme : extreme} * share;
    const int128_t kept = off / whole_share;
    const auto lost = static_cast<price_units>(kept) + (kept * whole_share == off ? 0 : 1);
    return extreme - lost;
}

} // namespace

trail_book::serial trail_book::begin(price_units now) {
    const auto since = next_++;
    if (!peaks_.empty() && peaks_.rbegin()->second.extreme == now) return since;
    SMARTTRADE_ASSERT(peaks_.empty() || peaks_.rbegin()->second.extreme > now);
    peaks_.emplace_hint(peaks_.end(), since, peak{})->second.extreme = now;
    remember_ends();
    return since;
}

trail_book::peak_map::const_iterator trail_book::peak_of(serial since) const {
    const auto after = peaks_.upper_bound(since);
    if (after == peaks_.begin())
        throw std::runtime_error{"a trailing order of the paper exchange has lost its extreme"};
    return std::prev(after);
}

void trail_book::join(const order& what) {
    const auto at = peaks_.find(peak_of(what.since)->first);
    auto& of = at->second;
    next_ = std::max(next_, what.since + 1);
    if (what.is_armed)
        (what.by.is_share ? of.shares : of.amounts).insert({what.by.by, what.since, what.who});
    else
        ++of.resting;
    update(at);
}

void trail_book::leave(const order& what) {
    const auto at = peaks_.find(peak_of(what.since)->first);
    auto& of = at->second;
    if (what.is_armed) {
        const auto gone = (what.by.is_share ? of.shares : of.amounts).erase({what.by.by, what.since, what.who});
        SMARTTRADE_ASSERT(gone == 1);
    } else {
        --of.resting;
    }
    update(at);
    if (!of.is_empty()) return;
    peaks_.erase(at);
    remember_ends();
}

price_units trail_book::extreme_of(serial since) const { return peak_of(since)->second.extreme; }

/// Puts the peak where its next order to fire stands.
void trail_book::update(peak_map::iterator at) {
    auto& [first, of] = *at;
    auto fires_at = never;
    if (!of.shares.empty()) fires_at = turning_point(of.extreme, of.shares.begin()->by);
    if (!of.amounts.empty()) fires_at = std::max(fires_at, of.extreme - of.amounts.begin()->by);
    if (fires_at == of.fires_at) return;
    auto node = of.fires_at == never ? decltype(fires_)::node_type{} : fires_.extract({of.fires_at, first});
    of.fires_at = fires_at;
    if (fires_at != never && node) {
        node.value() = {fires_at, first};
        fires_.insert(std::move(node));
    } else if (fires_at != never) {
        fires_.emplace(fires_at, first);
    }
    next_fire_ = fires_.empty() ? never : fires_.rbegin()->first;
}

void trail_book::remember_ends() { lowest_peak_ = peaks_.empty() ? no_peak : peaks_.rbegin()->second.extreme; }

void trail_book::pass(price_units now) {
    auto last = std::prev(peaks_.end());
    while (last != peaks_.begin() && std::prev(last)->second.extreme <= now) {
        const auto older = std::prev(last);
        auto& into = older->second;
        auto& from = last->second;
        if (into.shares.size() < from.shares.size()) into.shares.swap(from.shares);
        if (into.amounts.size() < from.amounts.size()) into.amounts.swap(from.amounts);
        into.shares.merge(from.shares);
        into.amounts.merge(from.amounts);
        into.resting += from.resting;
        if (from.fires_at != never) fires_.erase({from.fires_at, last->first});
        peaks_.erase(last);
        last = older;
    }
    last->second.extreme = now;
    update(last);
    next_fire_ = fires_.empty() ? never : fires_.rbegin()->first;
    lowest_peak_ = now;
}

void trail_book::collect(price_units now, std::vector<trade::smart_trade_id>& woken) const {
    for (auto fire = fires_.rbegin(); fire != fires_.rend() && fire->first >= now; ++fire) {
        const auto& of = peaks_.at(fire->second);
        for (const auto& each : of.shares) {
            if (turning_point(of.extreme, each.by) < now) break;
            woken.push_back(each.who);
        }
        for (const auto& each : of.amounts) {
            if (of.extreme - each.by < now) break;
            woken.push_back(each.who);
        }
    }
}

trail_book::memory trail_book::remember() const {
    memory made;
    made.next = next_;
    for (const auto& [first, of] : peaks_) made.peaks.push_back({first, of.extreme});
    return made;
}

void trail_book::restore(const memory& from) {
    SMARTTRADE_ASSERT(peaks_.empty());
    next_ = from.next;
    for (const auto& [first, extreme] : from.peaks) {
        if (!peaks_.empty() && (peaks_.rbegin()->first >= first || peaks_.rbegin()->second.extreme <= extreme))
            throw std::runtime_error{"the trailing orders of the paper exchange are out of order"};
        peaks_.emplace_hint(peaks_.end(), first, peak{})->second.extreme = extreme;
        next_ = std::max(next_, first + 1);
    }
    remember_ends();
}

} // namespace smarttrade::paper
