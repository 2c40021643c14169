#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/strong_id.hpp"
#include "money/amount.hpp"
#include "paper/watch_book.hpp"
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

/// What a pair allows, by the names of currency_rates (api.md D.5). The defaults are its Binance figures; what is
/// absent is no limit.
struct market_limits {
    money::price min_price{money::decimal{1, 2}}, max_price{money::decimal{1'000'000}};
    money::price price_step{money::decimal{1, 2}};
    money::quantity min_lot{money::decimal{1, 5}}, max_lot{money::decimal{9000}}, lot_step{money::decimal{1, 5}};
    money::money min_total{money::decimal{5}}, max_total{money::decimal{9'000'000}};
    money::money min_market_total{money::decimal{5}};
    std::optional<money::quantity> min_market_buy, max_market_buy, min_market_sell, max_market_sell;
    money::decimal bid_multiplier_down{2, 1}, bid_multiplier_up{5};
    money::decimal ask_multiplier_down{2, 1}, ask_multiplier_up{5};
    friend bool operator==(const market_limits&, const market_limits&) = default;
};

/// One pair: its prices, its limits and who waits for what.
class market {
public:
    explicit market(trade::pair of) : pair{std::move(of)} {}

    const quote& now() const { return now_; }
    price_units units_of(trade::price_type source) const { return units_[static_cast<std::size_t>(source)]; }
    /// Sets the sides that are given; extremes follow.
    void move_to(const std::optional<money::price>& bid, const std::optional<money::price>& ask,
                 const std::optional<money::price>& last);
    /// Adds whom the present prices touch.
    void collect(std::vector<trade::smart_trade_id>& woken) const { book.collect(units_, woken); }

    trade::pair pair;
    market_limits limits;
    watch_book book;

private:
    quote now_;
    unit_prices units_{};
};

using market_id = base::strong_id<struct market_id_tag>;

/// The markets of an exchange by pair and, for those who come often, by number. In order of their introduction.
class market_table {
public:
    /// The market of a pair, introduced if it is new.
    market& operator[](const trade::pair& pair);
    market& at(const trade::pair& pair) { return all_[index_.at(pair)]; }
    const market& at(const trade::pair& pair) const { return all_[index_.at(pair)]; }
    market& at(market_id id) { return all_[static_cast<std::size_t>(id.value)]; }
    const market& at(market_id id) const { return all_[static_cast<std::size_t>(id.value)]; }
    std::optional<market_id> id_of(const trade::pair& pair) const;
    const market* find(const trade::pair& pair) const; ///< null: unknown
    bool contains(const trade::pair& pair) const { return index_.contains(pair); }
    bool contains(market_id id) const { return id.value >= 0 && static_cast<std::size_t>(id.value) < all_.size(); }

    bool empty() const { return all_.empty(); }
    std::size_t size() const { return all_.size(); }
    auto begin() const { return all_.begin(); }
    auto end() const { return all_.end(); }

private:
    std::vector<market> all_;
    std::map<trade::pair, std::size_t> index_;
};

} // namespace smarttrade::paper
