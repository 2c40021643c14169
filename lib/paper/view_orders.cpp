// The orders of a trade in the words of the API (api.md E.3).
#include "base/assert.hpp"
#include "paper/arithmetic.hpp"
#include "paper/engine.hpp"
#include "paper/permissions.hpp"
#include "paper/rulings.hpp"

namespace smarttrade::paper {

namespace {

using money::decimal;
using money::rounding;
using trade::order_status;
using trade::side;
using trade::sub_trade;

const money::percent whole{decimal{100}};

/// What is not documented about sub-trades: what added funds and a close at market are called (I).
constexpr auto purpose_of_addition = "position";
constexpr auto purpose_of_market_close = "market_close";

class lister {
public:
    lister(const state& world, const live_trade& of)
        : world_{world}, of_{of.record}, market_{world.markets.at(of.at)}, entry_side_{of_.request.position.type},
          exit_side_{trade::opposite(entry_side_)} {}

    std::vector<sub_trade> list() {
        entry();
        for (const auto& each : of_.additions) funds(each, purpose_of_addition, entry_side_);
        for (std::size_t i = 0; i < of_.steps.size(); ++i) step(i);
        if (of_.stop) stop();
        for (const auto& each : of_.reductions) funds(each, "reduce_funds", exit_side_);
        if (of_.market_close) funds(*of_.market_close, purpose_of_market_close, exit_side_);
        return std::move(told_);
    }

private:
    static trade::price_type source_of(side what) {
        return what == side::buy ? trade::price_type::ask : trade::price_type::bid;
    }

    sub_trade& add(const order_record& order, std::string purpose, side what) {
        auto& made = told_.emplace_back();
        made.id = order.id;
        made.purpose = std::move(purpose);
        made.pair = of_.request.pair;
        made.order_side = what;
        made.follows = source_of(what);
        made.status = order.status;
        made.created_at = of_.created_at;
        made.updated_at = of_.updated_at;
        made.cancelable = &order != &of_.entry && may_cancel_order(of_, order);
        made.force_processable = !trade::is_final(of_.status) && is_open(order);
        return made;
    }

    /// What was planned, and what came of it.
    void amounts(sub_trade& to, const order_record& order, const money::quantity& units,
                 const std::optional<money::price>& planned) {
        to.initial_amount = units;
        to.initial_price = planned;
        if (planned) to.initial_total = units * *planned;
        to.realised_amount = money::quantity{};
        to.realised_percentage = money::percent{};
        if (!order.fill) return;
        const auto total = with_fee(units * *order.fill, world_.commission, to.order_side);
        to.average_price = order.fill;
        to.realised_amount = units;
        to.realised_total = total.rounded(8, rounding::half_even);
        to.realised_price = shown_average(total, units, market_.limits);
        to.realised_percentage = whole;
    }

    void condition(sub_trade& to, crossing when, const std::optional<money::price>& level) {
        to.is_conditional = true;
        to.condition = when == crossing::at_or_above ? trade::trigger_condition::greater_or_equal
                                                     : trade::trigger_condition::less_or_equal;
        to.trigger_price = level;
    }

    void trailing(sub_trade& to, const order_record& order, const std::optional<money::percent>& by, turn way) {
        to.is_trailing = true;
        to.trail_percentage = by;
        if (order.extreme) to.trailing_last_price = extreme_of(order, market_, to.follows, way);
    }

    void entry() {
        const auto& wish = of_.request.position;
        auto& to = add(of_.entry, "position", entry_side_);
        to.order = wish.order;
        to.follows = entry_source(wish);
        amounts(to, of_.entry, wish.units, wish.price ? wish.price : of_.entry.fill);
        if (wish.order == trade::entry_type::limit
            || (wish.conditional && wish.conditional->order == trade::order_type::limit))
            to.order_price = wish.price;
        if (!wish.conditional) return;
        condition(to, of_.entry_when, wish.conditional->trigger);
        if (wish.conditional->trailing)
            trailing(to, of_.entry, wish.conditional->trailing, of_.is_long() ? turn::up : turn::down);
    }

    void step(std::size_t place) {
        const auto& [order, price, units] = of_.steps[place];
        const auto& wish = of_.request.take_profit[place];
        auto& to = add(order, "take_profit", exit_side_);
        const bool is_limit = wish.order == trade::order_type::limit;
        to.order = is_limit ? trade::entry_type::limit : trade::entry_type::market;
        to.follows = wish.follows;
        amounts(to, order, units, price);
        to.position_percentage = wish.volume;
        if (const auto* by = std::get_if<money::percent>(&wish.level)) to.take_profit_percentage = *by;
        if (is_limit)
            to.order_price = price;
        else
            condition(to, of_.is_long() ? crossing::at_or_above : crossing::at_or_below, price);
        if (wish.trailing) trailing(to, order, wish.trailing, exit_turn(of_));
    }

    void stop() {
        const auto& from = *of_.stop;
        const auto& wish = *of_.request.stop_loss;
        auto& to = add(from.order, "stop_loss", exit_side_);
        const bool is_limit = wish.order == trade::order_type::limit;
        to.order = is_limit ? trade::entry_type::limit : trade::entry_type::market;
        to.follows = wish.follows;
        const auto level = stop_level(of_, market_); // the real one of a trailing stop (M.4)
        amounts(to, from.order, from.units, is_limit ? wish.limit_price : level);
        if (is_limit) to.order_price = wish.limit_price;
        to.position_percentage = whole;
        if (const auto* by = std::get_if<money::percent>(&wish.trigger)) to.trigger_price_percentage = *by;
        condition(to, of_.is_long() ? crossing::at_or_below : crossing::at_or_above, level);
        if (wish.trailing) trailing(to, from.order, wish.trailing->distance, exit_turn(of_));
    }

    void funds(const funds_record& from, const char* purpose, side what) {
        auto& to = add(from.order, purpose, what);
        to.order = from.wish.order == trade::order_type::limit ? trade::entry_type::limit : trade::entry_type::market;
        amounts(to, from.order, from.wish.units, from.wish.price);
        to.order_price = from.wish.price;
    }

    const state& world_;
    const trade_record& of_;
    const market& market_;
    side entry_side_, exit_side_;
    std::vector<sub_trade> told_;
};

} // namespace

std::vector<sub_trade> sub_trades(const state& in, trade::smart_trade_id id) {
    const auto found = in.trades.find(id);
    SMARTTRADE_ASSERT(found != in.trades.end());
    return lister{in, found->second}.list();
}

} // namespace smarttrade::paper
