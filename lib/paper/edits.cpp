// PATCH (api.md D.3, V33): what is the same as before stays untouched, so that sending whole groups resets nothing.
#include <algorithm>

#include "paper/desk.hpp"
#include "paper/limits.hpp"
#include "paper/permissions.hpp"

namespace smarttrade::paper {

using money::decimal;
using trade::order_status;
using trade::trade_update;

namespace {

/// The request as it would stand after the edit, for the market's rules.
trade::trade_request edited(const trade_record& of, const trade_update& change) {
    auto made = of.request;
    if (!of.is_entered()) {
        made.leverage = change.leverage;
        if (change.position) {
            if (change.position->units) made.position.units = *change.position->units;
            if (change.position->price) made.position.price = change.position->price;
            if (change.position->conditional) made.position.conditional = change.position->conditional;
        }
    }
    made.take_profit.clear();
    for (const auto& step : change.take_profit) made.take_profit.push_back(step.order);
    made.stop_loss = change.stop_loss;
    return made;
}

bool has_unknown_step(const trade_record& of, const trade_update& change) {
    return std::ranges::any_of(change.take_profit, [&](const trade_update::step_change& wish) {
        return wish.id && std::ranges::none_of(of.steps, [&](const step_record& step) {
                   return step.order.id == *wish.id && step.order.status != order_status::cancelled;
               });
    });
}

/// Whether a wish asks for the level that is there: the price it has become, or what was asked for.
bool is_level(const trade::exit_level& wish, const std::optional<money::price>& now, const trade::exit_level& asked) {
    if (!now) return wish == asked;
    const auto* price = std::get_if<money::price>(&wish);
    return price && *price == *now;
}

// Compared but for the level. (GCC 12 takes a copy with another level for uninitialised.)
bool is_same(const trade::take_profit_step& a, const trade::take_profit_step& b) {
    return a.order == b.order && a.follows == b.follows && a.volume == b.volume && a.trailing == b.trailing;
}
bool is_same(const trade::stop_loss_order& a, const trade::stop_loss_order& b) {
    return a.order == b.order && a.follows == b.follows && a.limit_price == b.limit_price && a.trailing == b.trailing
           && a.timeout == b.timeout && a.breakeven == b.breakeven;
}

/// A source that is not named is the usual one, and is shown as such.
bool is_same(const trade::conditional_entry& a, const trade::conditional_entry& b, trade::price_type usual) {
    return a.trigger == b.trigger && a.follows.value_or(usual) == b.follows.value_or(usual) && a.order == b.order
           && a.trailing == b.trailing;
}

} // namespace

answer desk::accept(const update& what) {
    if (!permissions(trade_).edit) return wrong_status();
    if (has_unknown_step(trade_, what.change))
        return refusal{refusal::reason::invalid, {{"take_profit.steps.id", "is invalid"}}};
    if (auto errors = edit_errors(world_, edited(trade_, what.change), trade_.is_entered()); !errors.empty())
        return refusal{refusal::reason::invalid, std::move(errors)};
    if (auto errors = share_errors(what.change.take_profit); !errors.empty())
        return refusal{refusal::reason::invalid, std::move(errors)};
    if (!trade_.is_entered()) {
        if (what.change.leverage != trade_.request.leverage) edit_leverage(what.change.leverage);
        if (what.change.position) edit_entry(*what.change.position);
    }
    const bool are_others = edit_steps(what.change.take_profit);
    edit_stop(what.change.stop_loss);
    if (trade_.is_entered() && are_others) share_out(); // the same ones keep their units to the lot
    trade_.is_edited = true;
    return accepted();
}

/// What a resting entry holds is another amount then, so it is placed anew.
void desk::edit_leverage(const std::optional<trade::leverage>& wish) {
    release(trade_.entry, role::entry);
    trade_.request.leverage = wish;
    if (trade_.entry.status == order_status::order_placed) trade_.entry.status = order_status::to_process;
}

/// What waits for the same condition goes on: one that trails keeps its best price, one that was placed is placed anew.
void desk::edit_entry(const trade_update::entry_change& change) {
    auto& entry = trade_.request.position;
    const bool waits_alike =
        !change.conditional || is_same(*change.conditional, *entry.conditional, entry_source(entry));
    const bool buys_alike =
        (!change.units || *change.units == entry.units) && (!change.price || change.price == entry.price);
    if (waits_alike && buys_alike) return;
    if (change.units) entry.units = *change.units;
    if (change.price) entry.price = change.price;
    if (waits_alike && trade_.entry.status == order_status::trailing_activated) return;
    withdraw(trade_.entry, role::entry);
    if (trade_.entry.status != order_status::panic_sell_pending) trade_.entry.status = order_status::to_process;
    if (waits_alike) return;
    trade_.entry.extreme.reset();
    trade_.is_triggered = false;
    entry.conditional = change.conditional;
    trade_.entry_when = entry_crossing(entry, prices_);
}

/// Steps that are done stay whether they are named or not, in front of the others; the rest is as wished. True if they
/// are others than before.
bool desk::edit_steps(const std::vector<trade_update::step_change>& wishes) {
    std::vector<trade::take_profit_step> orders;
    std::vector<step_record> steps;
    for (std::size_t i = 0; i < trade_.steps.size(); ++i) {
        if (!is_sold(trade_.steps[i])) continue;
        orders.push_back(trade_.request.take_profit[i]);
        steps.push_back(trade_.steps[i]);
    }
    const auto is_done = [&](const trade_update::step_change& wish) {
        return wish.id
               && std::ranges::any_of(steps, [&](const step_record& step) { return step.order.id == *wish.id; });
    };
    for (const auto& wish : wishes) {
        if (is_done(wish)) continue;
        auto made = edited_step(wish);
        orders.push_back(wish.order);
        steps.push_back(std::move(made));
    }
    const auto is_still_there = [&](const step_record& old) {
        return std::ranges::any_of(steps, [&](const step_record& step) { return step.order.id == old.order.id; });
    };
    for (auto& old : trade_.steps)
        if (!is_still_there(old)) withdraw(old.order, role::exit);
    std::erase_if(trade_.steps, [](const step_record& old) { return old.order.status == order_status::cancelled; });
    const bool are_others = !std::ranges::is_permutation(trade_.steps, steps);
    trade_.steps = std::move(steps);
    trade_.request.take_profit = std::move(orders);
    return are_others;
}

/// Whether a wish asks for a step as it stands.
bool desk::is_kept(std::size_t place, const trade_update::step_change& wish) const {
    const auto& before = trade_.request.take_profit[place];
    const auto now = trade_.is_entered() ? trade_.steps[place].price : std::nullopt; // percents have become prices
    return wish.id == trade_.steps[place].order.id && is_same(before, wish.order)
           && is_level(wish.order.level, now, before.level);
}

/// api.md V31 of the steps that an edit after the entry brings; those that stay were small enough once.
std::vector<field_error> desk::share_errors(const std::vector<trade_update::step_change>& wishes) const {
    std::vector<field_error> errors;
    if (!trade_.is_entered()) return errors;
    money::percent open{decimal{100}};
    for (std::size_t i = 0; i < trade_.steps.size(); ++i)
        if (is_sold(trade_.steps[i])) open = open - trade_.request.take_profit[i].volume;
    for (const auto& wish : wishes) {
        bool is_new = true;
        for (std::size_t i = 0; i < trade_.steps.size(); ++i)
            if (is_kept(i, wish) || (wish.id == trade_.steps[i].order.id && is_sold(trade_.steps[i]))) is_new = false;
        if (!is_new || open.sign() <= 0) continue;
        const auto share = step_share(trade_.remaining(), wish.order.volume, open, market_.limits);
        const auto* price = std::get_if<money::price>(&wish.order.level);
        for (auto& error : step_errors(market_.limits, share, price ? *price : market_price(role::exit)))
            errors.push_back(std::move(error));
    }
    return errors;
}

/// The step as it stands if the wish names it and asks for the same, else a new order, under its old id if it has one.
step_record desk::edited_step(const trade_update::step_change& wish) {
    step_record made;
    for (std::size_t i = 0; i < trade_.steps.size(); ++i) {
        auto& old = trade_.steps[i];
        if (!wish.id || old.order.id != *wish.id) continue;
        if (is_kept(i, wish)) return old;
        withdraw(old.order, role::exit);
        made.order.id = old.order.id;
    }
    if (!wish.id) made.order.id = {world_.next_sub_trade_id++};
    if (const auto* price = std::get_if<money::price>(&wish.order.level)) made.price = *price;
    made.order.status = trade_.is_entered() ? order_status::to_process : order_status::idle;
    return made;
}

void desk::edit_stop(const std::optional<trade::stop_loss_order>& wish) {
    if (!wish) {
        if (trade_.stop) withdraw(trade_.stop->order, role::exit);
        trade_.stop.reset();
        trade_.request.stop_loss.reset();
        return;
    }
    if (trade_.stop) {
        const auto& before = *trade_.request.stop_loss;
        const auto now = trade_.is_entered() ? trade_.stop->trigger : std::nullopt; // perhaps moved by breakeven
        const bool is_leaving = trade_.stop->order.status == order_status::pending_cancellation;
        if (!is_leaving && is_same(before, *wish) && is_level(wish->trigger, now, before.trigger)) {
            trade_.request.stop_loss = wish;
            return;
        }
        withdraw(trade_.stop->order, role::exit);
    }
    const auto id = trade_.stop ? trade_.stop->order.id : trade::sub_trade_id{world_.next_sub_trade_id++};
    trade_.request.stop_loss = wish;
    trade_.stop.emplace().order.id = id;
    if (const auto* price = std::get_if<money::price>(&wish->trigger)) trade_.stop->trigger = *price;
    if (trade_.is_entered()) open_stop();
}

} // namespace smarttrade::paper
