#pragma once

#include "base/prng.hpp"
#include "trade/trade_request.hpp"

namespace smarttrade::test {

/// A random request that keeps every rule, an author's ones too.
class random_request {
public:
    explicit random_request(std::uint64_t seed) : random_{seed} {}

    trade::trade_request draw() {
        trade::trade_request request;
        request.account.value = static_cast<std::int64_t>(1 + random_.below(1'000'000'000));
        request.pair = {"USDT", "BTC"};
        request.instant = chance();
        if (chance()) request.note = "swing, from the weekly level: 50%";
        if (chance())
            request.leverage = trade::leverage{chance() ? trade::margin_type::cross : trade::margin_type::isolated,
                                               static_cast<std::int64_t>(1 + random_.below(125))};
        request.position = draw_entry(request.instant);
        if (request.instant) return request;
        const bool is_long = request.position.type == trade::side::buy;
        const auto steps = random_.below(9);
        for (std::uint64_t i = 0; i < steps; ++i)
            request.take_profit.push_back(draw_step(request, is_long, static_cast<int>(i), i + 1 == steps));
        if (!request.take_profit.empty()) {
            const auto rest = money::percent{money::decimal{100 - 10 * static_cast<std::int64_t>(steps - 1)}};
            request.take_profit.back().volume = rest;
        }
        if (chance() || steps == 0) request.stop_loss = draw_stop(request, is_long);
        return request;
    }

private:
    bool chance() { return random_.below(2) == 0; }
    trade::price_type any_follows() { return static_cast<trade::price_type>(random_.below(3)); }
    money::price price_of(std::int64_t whole) { return money::price{money::decimal{whole * 100 + 25, 2}}; }
    money::percent percent_of(std::uint64_t hundredths) {
        return money::percent{money::decimal{static_cast<std::int64_t>(hundredths), 2}};
    }

    trade::entry_order draw_entry(bool instant) {
        trade::entry_order entry;
        entry.type = chance() ? trade::side::buy : trade::side::sell;
        entry.order = static_cast<trade::entry_type>(random_.below(instant ? 2 : 3));
        entry.units = money::quantity{money::decimal{static_cast<std::int64_t>(1 + random_.below(1'000'000)), 6}};
        if (entry.order == trade::entry_type::conditional) {
            trade::conditional_entry conditional;
            conditional.trigger = price_of(60'000);
            if (chance()) conditional.follows = any_follows();
            conditional.order = chance() ? trade::order_type::market : trade::order_type::limit;
            if (conditional.order == trade::order_type::market && chance())
                conditional.trailing = percent_of(1 + random_.below(9900));
            entry.conditional = conditional;
        }
        const bool is_limit = entry.order == trade::entry_type::limit
                              || (entry.conditional && entry.conditional->order == trade::order_type::limit);
        if (is_limit) entry.price = price_of(60'000);
        return entry;
    }

    trade::exit_level level(const trade::trade_request& request, std::int64_t price) {
        if (request.position.is_trailing()) return percent_of(1 + random_.below(2000));
        return price_of(price);
    }

    trade::take_profit_step draw_step(const trade::trade_request& request, bool is_long, int place, bool is_last) {
        trade::take_profit_step step;
        step.order = chance() ? trade::order_type::market : trade::order_type::limit;
        step.follows = any_follows();
        step.level = level(request, is_long ? 61'000 + place : 59'000 - place);
        step.volume = money::percent{money::decimal{10}};
        if (is_last && step.order == trade::order_type::market && chance())
            step.trailing = percent_of(1 + random_.below(10'000));
        return step;
    }

    trade::stop_loss_order draw_stop(const trade::trade_request& request, bool is_long) {
        trade::stop_loss_order stop;
        stop.order = chance() ? trade::order_type::market : trade::order_type::limit;
        stop.follows = any_follows();
        stop.trigger = level(request, is_long ? 58'000 : 62'000);
        if (stop.order == trade::order_type::limit) stop.limit_price = price_of(is_long ? 57'000 : 63'000);
        if (chance()) stop.timeout = std::chrono::seconds{1 + random_.below(600)};
        if (stop.order == trade::order_type::market && chance()) stop.trailing.emplace();
        if (stop.trailing && chance()) stop.trailing->distance = percent_of(1 + random_.below(9900));
        stop.breakeven = !stop.trailing && request.take_profit.size() >= 2 && chance();
        return stop;
    }

    base::prng random_;
};

} // namespace smarttrade::test
