// A trade in the words of the API. The rules about what is shown when are those of api.md E and F.
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
using trade::trade_status;

class painter {
public:
    painter(const state& world, const live_trade& of)
        : world_{world}, of_{of.record}, market_{world.markets.at(of.at)}, prices_{market_.now()} {}

    trade::smart_trade paint() {
        head();
        position();
        steps();
        if (of_.stop && is_stop_shown()) stop();
        for (const auto& each : of_.reductions)
            if (each.order.status != order_status::cancelled) reduction(each);
        if (of_.market_close && of_.market_close->order.fill) shown_.market_close = closing(*of_.market_close);
        shown_.may = permissions(of_);
        totals();
        profit();
        return std::move(shown_);
    }

private:
    /// Averages are cut, not rounded: api.md E.2.
    money::price average(const money::money& total, const money::quantity& units) const {
        return shown_average(total, units, market_.limits);
    }
    side exit_side() const { return trade::opposite(of_.request.position.type); }
    money::price market_price(side what) const { return what == side::buy ? prices_.ask : prices_.bid; }

    void head() {
        const auto& account = world_.accounts.at(of_.request.account);
        shown_.id = of_.id;
        shown_.account = {account.id, account.type, account.name, account.market};
        shown_.pair = of_.request.pair;
        shown_.instant = of_.request.instant;
        shown_.skip_enter_step = of_.request.skip_enter_step;
        shown_.status = {of_.status, of_.error};
        shown_.leverage = of_.request.leverage;
        shown_.note = of_.request.note;
        if (!of_.request.note.empty()) shown_.note_raw = of_.request.note;
        shown_.current_price = {prices_.bid, prices_.ask, prices_.last};
        shown_.commission = world_.commission;
        shown_.created_at = of_.created_at;
        shown_.updated_at = of_.updated_at;
        shown_.closed_at = of_.closed_at;
        shown_.type = of_.request.type();
        shown_.finished_flag =
            trade::is_final(of_.status) && of_.status != trade_status::cancelled && of_.status != trade_status::failed;
        shown_.entry_step_finished = of_.is_entered() || of_.status == trade_status::failed;
        shown_.is_position_not_filled = !of_.is_entered();
    }

    void position() {
        auto& to = shown_.position;
        const auto& entry = of_.request.position;
        to.type = entry.type;
        to.order = entry.order;
        to.editable = of_.request.skip_enter_step;
        to.units_editable = to.editable;
        to.price_editable = !of_.is_entered() && of_.status != trade_status::cancelled; // E7, but E9
        to.units = of_.is_entered() ? of_.entered_amount : entry.units;
        to.conditional = entry.conditional;
        to.status = {of_.entry.status, of_.entry.status == order_status::failed ? of_.error : std::string{}};
        if (of_.is_entered()) {
            to.price = average(of_.entered_total, of_.entered_amount);
            to.price_without_commission = average(of_.entered_raw, of_.entered_amount);
            to.total = of_.entered_total.rounded(8, rounding::half_even);
        } else {
            to.price = to.price_without_commission = entry.price.value_or(market_price(entry.type));
            to.total = (entry.units * *to.price).rounded(8, rounding::half_even);
        }
    }

    void steps() {
        shown_.take_profit_enabled = !of_.steps.empty();
        for (std::size_t i = 0; i < of_.steps.size(); ++i)
            if (of_.steps[i].order.status != order_status::cancelled) step(i);
    }

    void step(std::size_t place) {
        const auto& from = of_.steps[place];
        const auto& wish = of_.request.take_profit[place];
        auto& to = shown_.take_profit.emplace_back();
        to.id = from.order.id;
        to.place = static_cast<int>(place) + 1;
        to.order = wish.order;
        to.follows = wish.follows;
        to.price = from.price;
        if (!from.price) {
            to.percent = std::get<money::percent>(wish.level);
            shown_.take_profit_price_kind = "percentage";
        }
        to.volume = wish.volume;
        if (from.units.sign() > 0) {
            to.units = from.units;
            to.total = from.units * from.order.fill.value_or(*from.price);
        }
        to.is_trailing = wish.trailing.has_value();
        to.trailing = wish.trailing;
        to.status = from.order.status;
        to.editable = is_open(from.order) && from.order.status != order_status::trailing_activated;
        to.cancelable = is_open(from.order);
        to.panic_sell_available = is_open(from.order) && from.order.status != order_status::idle;
        to.closed_at = from.order.closed_at;
    }

    /// Of the ended trades only those that reached a target or the stop still show it (api.md E.4).
    bool is_stop_shown() const {
        return of_.status != trade_status::cancelled && of_.status != trade_status::failed
               && of_.status != trade_status::panic_sold
               && of_.stop->order.status != order_status::pending_cancellation;
    }

    void stop() {
        const auto& from = *of_.stop;
        const auto& wish = *of_.request.stop_loss;
        trade::smart_trade::stop_view to; // clang 14 cannot emplace a nested type with default members
        to.order = wish.order;
        to.follows = wish.follows;
        to.trigger = from.trigger;
        if (!from.trigger) {
            to.percent = std::get<money::percent>(wish.trigger);
            to.price_kind = "percentage";
        }
        to.limit_price = wish.limit_price;
        to.is_trailing = wish.trailing.has_value();
        if (wish.trailing) to.trailing = wish.trailing->distance;
        to.timeout = wish.timeout;
        to.breakeven = wish.breakeven;
        if (from.units.sign() > 0) {
            to.units = from.units;
            to.total = from.units * from.order.fill.value_or(wish.limit_price.value_or(*from.trigger));
        }
        to.status = from.order.status;
        to.editable = from.order.status == order_status::idle || from.order.status == order_status::to_process;
        to.closed_at = from.order.closed_at;
        shown_.stop_loss = std::move(to);
    }

    /// An order that closes, as reduce_funds.steps and market_close show it.
    trade::smart_trade::close_view closing(const funds_record& from) const {
        trade::smart_trade::close_view to;
        to.id = from.order.id;
        to.order = from.wish.order;
        to.status = from.order.status;
        to.units = from.wish.units;
        if (!from.order.fill) {
            to.price = from.wish.price.value_or(market_price(exit_side()));
            to.price_without_commission = to.price;
            to.total = from.wish.units * *to.price;
            return to;
        }
        const auto& fill = *from.order.fill;
        const auto total = with_fee(from.wish.units * fill, world_.commission, exit_side());
        to.price = average(total, from.wish.units);
        to.price_without_commission = average(from.wish.units * fill, from.wish.units);
        to.total = total.rounded(8, rounding::half_even);
        to.filled = {from.wish.units, to.total, fill, money::percent{decimal{100}}};
        return to;
    }

    void reduction(const funds_record& from) {
        trade::smart_trade::reduction_view to;
        static_cast<trade::smart_trade::close_view&>(to) = closing(from);
        to.closed_at = from.order.closed_at;
        to.cancelable = is_open(from.order);
        shown_.reductions.push_back(std::move(to));
    }

    void totals() {
        shown_.entered_amount = of_.entered_amount;
        shown_.entered_total = of_.entered_total;
        shown_.closed_amount = of_.closed_amount;
        shown_.closed_total = of_.closed_total;
        if (of_.is_entered() && !of_.request.skip_enter_step) { // own coins have no entry: api.md H.9
            shown_.average_enter_price = average(of_.entered_total, of_.entered_amount);
            shown_.average_enter_price_without_commission = average(of_.entered_raw, of_.entered_amount);
        }
        if (of_.closed_amount.sign() > 0) {
            shown_.average_close_price = average(of_.closed_total, of_.closed_amount);
            shown_.average_close_price_without_commission = average(of_.closed_raw, of_.closed_amount);
        }
        if (!of_.request.leverage) return;
        const auto times = of_.request.leverage->value;
        shown_.margin_amount = money::money{shown_.position.units.value()};
        // Of the price as it is shown: 10 at 0.7278 need 7.278 (E.2).
        shown_.margin_total = money::money{margin_of(shown_.position.units * *shown_.position.price, times)};
        if (!trade::is_final(of_.status)) shown_.liquidation_price = liquidation_price(of_, times, market_.limits);
    }

    /// api.md E.2: what closing the rest now would leave, with what was closed already. Unknown before the entry and
    /// where a rest was left behind: cancelled and failed trades, simple ones.
    void profit() {
        auto& to = shown_.profit;
        to.percent = money::percent{};
        if (of_.request.leverage) to.roe = money::percent{};
        if (!of_.is_entered() || (trade::is_final(of_.status) && of_.remaining().sign() > 0)) return;
        const auto now = of_.remaining() * market_price(exit_side());
        const auto closed = with_fee(now, world_.commission, exit_side()) + of_.closed_total;
        to.volume = of_.is_long() ? closed - of_.entered_total : of_.entered_total - closed;
        to.percent = money::percent{
            (to.volume->value() * decimal{100}).divided_by(of_.entered_total.value(), 2, rounding::half_even)};
        if (of_.request.leverage) to.roe = *to.percent * decimal{of_.request.leverage->value};
        to.usd = in_usd(*to.volume);
    }

    std::optional<money::money> in_usd(const money::money& volume) const {
        const auto& quote = of_.request.pair.quote;
        if (quote.starts_with("USD") || quote == "BUSD") return volume;
        const auto* rate = world_.markets.find({"USDT", quote});
        if (!rate) return std::nullopt;
        return volume.rounded(8, rounding::half_even) * rate->now().last.value();
    }

    const state& world_;
    const trade_record& of_;
    const market& market_;
    const quote& prices_;
    trade::smart_trade shown_;
};

} // namespace

trade::smart_trade view(const state& in, trade::smart_trade_id id) {
    const auto found = in.trades.find(id);
    SMARTTRADE_ASSERT(found != in.trades.end());
    return painter{in, found->second}.paint();
}

} // namespace smarttrade::paper
