#pragma once

#include <array>
#include <compare>
#include <set>

#include "money/amount.hpp"
#include "trade/pair.hpp"
#include "trade/vocabulary.hpp"

namespace smarttrade::paper {

/// The prices of a pair at one moment.
struct quote {
    money::price bid, ask, last;

    const money::price& of(trade::price_type source) const {
        return source == trade::price_type::bid ? bid : source == trade::price_type::ask ? ask : last;
    }
    friend bool operator==(const quote&, const quote&) = default;
};

/// What a pair allows, by the names of currency_rates (api.md D.5). The defaults are its Binance figures.
struct market_limits {
    money::price min_price{money::decimal{1, 2}}, max_price{money::decimal{1'000'000}};
    money::price price_step{money::decimal{1, 2}};
    money::quantity min_lot{money::decimal{1, 5}}, max_lot{money::decimal{9000}}, lot_step{money::decimal{1, 5}};
    money::money min_total{money::decimal{5}}, max_total{money::decimal{9'000'000}};
    friend bool operator==(const market_limits&, const market_limits&) = default;
};

enum class crossing { at_or_above, at_or_below }; ///< every condition of the API is inclusive (api.md H)

/// A price at which a trade wants to be looked at.
struct watch {
    trade::price_type follows{};
    crossing when{};
    money::price at;
};

/// Which trades a tick concerns. Watches are ordered by price, so a tick costs by what it touches and by the trades
/// that follow every price (running trailings and timeouts), not by the orders that rest (design.md 7).
class watch_book {
public:
    void insert(const watch& what, trade::smart_trade_id who);
    void erase(const watch& what, trade::smart_trade_id who);
    void follow(trade::smart_trade_id who) { followers_.insert(who); }
    void unfollow(trade::smart_trade_id who) { followers_.erase(who); }

    /// Adds to `woken` every trade that these prices touch.
    void collect(const quote& prices, std::set<trade::smart_trade_id>& woken) const;

private:
    struct level {
        money::price at;
        trade::smart_trade_id who;
        friend auto operator<=>(const level&, const level&) = default;
    };
    struct side_of_book {
        std::set<level> above; ///< wake at a price >= the level
        std::set<level> below; ///< wake at a price <= the level
    };
    std::set<level>& levels(const watch& what);

    std::array<side_of_book, 3> sources_; ///< by price_type
    std::set<trade::smart_trade_id> followers_;
};

struct market {
    quote now;
    market_limits limits;
    watch_book book;
};

} // namespace smarttrade::paper
