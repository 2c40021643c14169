#pragma once

#include <array>
#include <compare>
#include <limits>
#include <set>
#include <vector>

#include "paper/trail_book.hpp"

namespace smarttrade::paper {

enum class crossing { at_or_above, at_or_below }; ///< every condition of the API is inclusive (api.md H)

/// Which way a trailing order waits for the turn.
enum class turn { down, up }; ///< down: follows the top and fires below it; up: follows the bottom

/// A price at which a trade wants to be looked at.
struct watch {
    trade::price_type follows{};
    crossing when{};
    price_units at = 0;
    friend bool operator==(const watch&, const watch&) = default;
};

/// An order that trails. `order.by` and `order.since` are those of the book of its price and way.
struct trail {
    trade::price_type follows{};
    turn way{};
    trail_book::order order;
    friend bool operator==(const trail&, const trail&) = default;
};

/// bid, ask, last, by price_type.
using unit_prices = std::array<price_units, 3>;

/// Which trades a price concerns. What waits for a price is ordered by it, and what trails by the price that would fire
/// it, so a tick costs by what it touches, not by the orders that rest (design.md 7).
class watch_book {
public:
    void insert(const watch& what, trade::smart_trade_id who);
    void erase(const watch& what, trade::smart_trade_id who);

    trail_book& trails(trade::price_type follows, turn way) { return side_of(follows).trails[index_of(way)]; }
    const trail_book& trails(trade::price_type follows, turn way) const {
        return sides_[static_cast<std::size_t>(follows)].trails[index_of(way)];
    }

    /// New prices: every extreme follows them.
    void move_to(const unit_prices& now);
    /// Adds to `woken` every trade that these prices touch, some of them twice.
    void collect(const unit_prices& now, std::vector<trade::smart_trade_id>& woken) const;

private:
    struct level {
        price_units at = 0;
        trade::smart_trade_id who;
        friend auto operator<=>(const level&, const level&) = default;
    };
    struct side {
        std::multiset<level> above, below; ///< wake at a price >= the level, <= the level
        price_units lowest_above = std::numeric_limits<price_units>::max();
        price_units highest_below = std::numeric_limits<price_units>::min();
        std::array<trail_book, 2> trails; ///< by turn; the second one sees prices with the sign turned
    };
    static constexpr std::size_t index_of(turn way) { return static_cast<std::size_t>(way); }
    side& side_of(trade::price_type follows) { return sides_[static_cast<std::size_t>(follows)]; }
    static void remember_ends(side& of);

    std::array<side, 3> sides_; ///< by price_type
};

/// A price as the trail book of that way sees it.
constexpr price_units seen_from(turn way, price_units price) { return way == turn::down ? price : -price; }

} // namespace smarttrade::paper
