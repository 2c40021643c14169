#pragma once

#include <algorithm>

#include "base/prng.hpp"
#include "paper/world.hpp"

namespace smarttrade::test {

inline decimal cents(std::int64_t count) { return decimal{count, 2}; }

/// Trades of every kind around a price, drawn by a seed.
class random_requests {
public:
    /// `reach`: how far from the price things stand, in thousandths of 8 %.
    explicit random_requests(std::uint64_t seed, std::int64_t reach = 1000) : draw_{seed}, reach_{reach} {}

    /// The present price in cents, around which everything is drawn.
    void center_on(std::int64_t center) { center_ = center; }

    trade::trade_request next() {
        auto wish = market_buy();
        if (draw_.below(4) == 0) {
            wish.account = contracts;
            const auto type = draw_.below(4) == 0 ? trade::margin_type::cross : trade::margin_type::isolated;
            if (draw_.below(6) != 0) wish.leverage = trade::leverage{type, whole(1, 21)};
        }
        wish.position.type = coin() ? trade::side::buy : trade::side::sell;
        wish.position.units = units(500, 3500);
        wish.note = "drawn";
        entry(wish.position);
        if (draw_.below(6) == 0) {
            wish.instant = !wish.position.is_trailing() && !wish.position.conditional;
            if (wish.instant) return wish;
        }
        if (wish.account == spot && wish.position.order == trade::entry_type::market && draw_.below(8) == 0) {
            wish.skip_enter_step = true;
            wish.position.price = around(960'000, 1'040'000);
        }
        targets(wish);
        if (draw_.below(4) != 0) wish.stop_loss = stop(wish);
        return wish;
    }

    /// Hundred-thousandths of what 10000 would buy.
    quantity units(std::int64_t low, std::int64_t high) {
        return quantity{decimal{whole(low, high) * 1'000'000 / center_, 5}};
    }
    /// Millionths of the center.
    price around(std::int64_t low, std::int64_t high) {
        const auto off = (whole(low, high) - 1'000'000) * reach_ / 1000;
        return price{cents(center_ + center_ * off / 1'000'000)};
    }
    trade::take_profit_step step(const trade::trade_request& wish, const decimal& share) {
        trade::take_profit_step made{coin() ? trade::order_type::market : trade::order_type::limit,
                                     static_cast<trade::price_type>(draw_.below(3)),
                                     better(wish),
                                     percent{share},
                                     {}};
        if (wish.position.is_trailing()) made.level = hundredths(100 * whole(1, 8));
        return made;
    }
    trade::stop_loss_order stop(const trade::trade_request& wish) {
        trade::stop_loss_order made;
        made.order = coin() ? trade::order_type::market : trade::order_type::limit;
        made.follows = static_cast<trade::price_type>(draw_.below(3));
        made.trigger = worse(wish);
        if (wish.position.is_trailing()) made.trigger = hundredths(100 * whole(1, 8));
        if (made.order == trade::order_type::limit)
            made.limit_price = worse(wish);
        else if (draw_.below(3) == 0) {
            made.trailing = trade::stop_trailing{};
            if (coin()) made.trailing->distance = hundredths(whole(50, 550));
        }
        if (draw_.below(3) == 0) made.timeout = std::chrono::seconds{whole(1, 21)};
        made.breakeven = wish.take_profit.size() > 1 && coin();
        return made;
    }
    percent hundredths(std::int64_t count) { return percent{decimal{count * reach_, 5}}; }
    bool coin() { return draw_.below(2) == 0; }
    std::uint64_t below(std::uint64_t bound) { return draw_.below(bound); }
    /// From `low` to just below `high`.
    std::int64_t whole(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(draw_.below(static_cast<std::uint64_t>(high - low)));
    }

private:
    price better(const trade::trade_request& wish) {
        return wish.position.type == trade::side::buy ? around(1'000'000, 1'080'000) : around(920'000, 1'000'000);
    }
    price worse(const trade::trade_request& wish) {
        return wish.position.type == trade::side::buy ? around(920'000, 1'000'000) : around(1'000'000, 1'080'000);
    }

    void entry(trade::entry_order& to) {
        to.order = static_cast<trade::entry_type>(draw_.below(3));
        if (to.order == trade::entry_type::limit) to.price = around(960'000, 1'040'000);
        if (to.order != trade::entry_type::conditional) return;
        to.conditional = trade::conditional_entry{around(960'000, 1'040'000), {}, trade::order_type::market, {}};
        if (coin())
            to.conditional->trailing = hundredths(whole(50, 350));
        else if (coin()) {
            to.conditional->order = trade::order_type::limit;
            to.price = around(960'000, 1'040'000);
        }
    }

    void targets(trade::trade_request& wish) {
        const auto count = draw_.below(4);
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto share = i + 1 < count ? decimal{25} : decimal{static_cast<std::int64_t>(125 - 25 * count)};
            auto made = step(wish, share);
            if (i + 1 == count && made.order == trade::order_type::market && coin())
                made.trailing = hundredths(whole(20, 220));
            wish.take_profit.push_back(made);
        }
    }

    base::prng draw_;
    std::int64_t reach_;
    std::int64_t center_ = 1'000'000;
};

/// The next price of a walk, in cents, and never far from 10000.
inline std::int64_t next_cents(base::prng& draw, std::int64_t now) {
    const auto moved = now + static_cast<std::int64_t>(draw.below(20'001)) - 10'000 + (1'000'000 - now) / 20;
    return std::clamp<std::int64_t>(moved, 500'000, 2'000'000);
}

} // namespace smarttrade::test
