#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "paper/price_units.hpp"
#include "trade/vocabulary.hpp"

namespace smarttrade::paper {

/// How far a trailing order stays behind the best price: a share of it, in hundred-millionths of a percent, or an
/// amount of money.
struct trail_distance {
    bool is_share = true;
    std::int64_t by = 0;
    friend auto operator<=>(const trail_distance&, const trail_distance&) = default;
};

/// The trailing orders that follow one price to its top and fire when it has come back by their distance. (Orders that
/// follow a bottom see prices with the sign turned.)
///
/// An order's extreme is the best price since it began. Orders that began one after another without a better price
/// between them share it, so they form a peak: peaks are in order of beginning and each is lower than the one before. A
/// better price merges the peaks it passes, the smaller into the larger, and only the next order to fire of each peak
/// is looked at. So a price costs nothing while it stays between the last peak and the next order to fire, and what it
/// moves otherwise costs by the peaks and orders that it passes, not by those that rest.
class trail_book {
public:
    using serial = std::int64_t; ///< when an order began, counted in beginnings
    struct order {
        trail_distance by;
        serial since = 0;
        trade::smart_trade_id who;
        bool is_armed = true; ///< else it keeps its extreme and does not fire
        friend bool operator==(const order&, const order&) = default;
    };
    /// What join() needs to know after a restart.
    struct memory {
        struct peak_mark {
            serial first = 0;
            price_units extreme = 0;
        };
        std::vector<peak_mark> peaks;
        serial next = 1;
    };

    /// The serial of an order that begins now, at the present price.
    serial begin(price_units now);
    void join(const order& what);  ///< throws std::runtime_error if no peak reaches back so far
    void leave(const order& what); ///< asserted: it joined like this
    price_units extreme_of(serial since) const;

    /// A price came: extremes follow it.
    void move_to(price_units now) {
        if (now > lowest_peak_) pass(now);
    }
    bool is_touched_by(price_units now) const { return now <= next_fire_; }
    /// Adds whom this price fires.
    void collect(price_units now, std::vector<trade::smart_trade_id>& woken) const;

    memory remember() const;
    void restore(const memory& from); ///< into an empty book; throws std::runtime_error for what it never told

private:
    static constexpr price_units never = std::numeric_limits<price_units>::min();
    static constexpr price_units no_peak = std::numeric_limits<price_units>::max();

    /// Ordered by distance: the first fires first.
    struct entry {
        std::int64_t by = 0;
        serial since = 0;
        trade::smart_trade_id who;
        friend auto operator<=>(const entry&, const entry&) = default;
    };
    struct peak {
        price_units extreme = 0;
        price_units fires_at = never; ///< as it stands in fires_
        std::set<entry> shares, amounts;
        std::size_t resting = 0; ///< orders that are not armed
        bool is_empty() const { return shares.empty() && amounts.empty() && resting == 0; }
    };
    using peak_map = std::map<serial, peak>; ///< by the serial of the first order that may be in it

    void pass(price_units now);
    void update(peak_map::iterator at);
    void remember_ends();
    peak_map::const_iterator peak_of(serial since) const;

    peak_map peaks_;
    std::set<std::pair<price_units, serial>> fires_;
    serial next_ = 1;
    price_units lowest_peak_ = no_peak;
    price_units next_fire_ = never;
};

} // namespace smarttrade::paper
