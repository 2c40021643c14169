#pragma once

#include "base/prng.hpp"
#include "paper/world.hpp"

namespace smarttrade::test {

inline decimal cents(std::int64_t count) { return decimal{decimal::coefficient{count}, 2}; }

/// Trades of every kind around a price of 10000, drawn by a seed.
class random_requests {
public:
    explicit random_requests(std::uint64_t seed) : draw_{seed} {}

    trade::trade_request next() {
        auto wish = market_buy();
        if (draw_.below(4) == 0) {
            wish.account = contracts;
            wish.leverage =
                trade::leverage{trade::margin_type::isolated, static_cast<std::int64_t>(1 + draw_.below(20))};
        }
        wish.position.type = draw_.below(2) == 0 ? trade::side::buy : trade::side::sell;
        wish.position.units =
            quantity{decimal{decimal::coefficient{static_cast<std::int64_t>(500 + draw_.below(3000))}, 5}};
        entry(wish.position);
        if (draw_.below(6) == 0) {
            wish.instant = !wish.position.is_trailing() && !wish.position.conditional;
            if (wish.instant) return wish;
        }
        targets(wish);
        stop(wish);
        return wish;
    }

private:
    bool coin() { return draw_.below(2) == 0; }
    price around(std::int64_t low, std::int64_t high) { // in cents
        return price{cents(low + static_cast<std::int64_t>(draw_.below(static_cast<std::uint64_t>(high - low))))};
    }
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
            to.conditional->trailing = percent{cents(50 + static_cast<std::int64_t>(draw_.below(300)))};
        else if (coin()) {
            to.conditional->order = trade::order_type::limit;
            to.price = around(960'000, 1'040'000);
        }
    }

    void targets(trade::trade_request& wish) {
        const auto count = draw_.below(4);
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto share = i + 1 < count ? decimal{25} : decimal{static_cast<std::int64_t>(125 - 25 * count)};
            trade::take_profit_step step{coin() ? trade::order_type::market : trade::order_type::limit,
                                         static_cast<trade::price_type>(draw_.below(3)),
                                         better(wish),
                                         percent{share},
                                         {}};
            if (wish.position.is_trailing())
                step.level = percent{decimal{static_cast<std::int64_t>(1 + draw_.below(7))}};
            if (i + 1 == count && step.order == trade::order_type::market && coin())
                step.trailing = percent{cents(20 + static_cast<std::int64_t>(draw_.below(200)))};
            wish.take_profit.push_back(step);
        }
    }

    void stop(trade::trade_request& wish) {
        if (draw_.below(4) == 0) return;
        trade::stop_loss_order stop;
        stop.order = coin() ? trade::order_type::market : trade::order_type::limit;
        stop.follows = static_cast<trade::price_type>(draw_.below(3));
        stop.trigger = worse(wish);
        if (wish.position.is_trailing()) stop.trigger = percent{decimal{static_cast<std::int64_t>(1 + draw_.below(7))}};
        if (stop.order == trade::order_type::limit)
            stop.limit_price = worse(wish);
        else if (draw_.below(3) == 0) {
            stop.trailing = trade::stop_trailing{};
            if (coin()) stop.trailing->distance = percent{cents(50 + static_cast<std::int64_t>(draw_.below(500)))};
        }
        if (draw_.below(3) == 0) stop.timeout = std::chrono::seconds{1 + static_cast<int>(draw_.below(20))};
        stop.breakeven = wish.take_profit.size() > 1 && coin();
        wish.stop_loss = stop;
    }

    base::prng draw_;
};

/// The next price of a walk, in cents, and never far from 10000.
inline std::int64_t next_cents(base::prng& draw, std::int64_t now) {
    const auto moved = now + static_cast<std::int64_t>(draw.below(20'001)) - 10'000 + (1'000'000 - now) / 20;
    return std::clamp<std::int64_t>(moved, 500'000, 2'000'000);
}

} // namespace smarttrade::test
