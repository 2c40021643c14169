#pragma once

#include <algorithm>

#include <doctest/doctest.h>

#include "paper/codec.hpp"
#include "paper/permissions.hpp"
#include "paper/rulings.hpp"
#include "paper/world.hpp"

// What must hold of a paper exchange whatever is done to it and whatever prices do.
namespace smarttrade::test {

/// The best price of every order that trails or did.
inline std::map<trade::sub_trade_id, money::price> extremes_of(const paper::state& in, const paper::trade_record& of) {
    std::map<trade::sub_trade_id, money::price> all;
    const auto& market = in.markets.at(in.trades.at(of.id).at);
    const auto keep = [&](const paper::order_record& order, trade::price_type follows, paper::turn way) {
        if (order.extreme) all[order.id] = paper::extreme_of(order, market, follows, way);
    };
    keep(of.entry, paper::entry_source(of.request.position), of.is_long() ? paper::turn::up : paper::turn::down);
    for (std::size_t i = 0; i < of.steps.size(); ++i)
        keep(of.steps[i].order, of.request.take_profit[i].follows, paper::exit_turn(of));
    if (of.stop) keep(of.stop->order, of.request.stop_loss->follows, paper::exit_turn(of));
    return all;
}

/// A trade as it was before a step, and what was derived from it then.
struct seen_trade {
    paper::trade_record record;
    std::optional<money::price> stop_level;
    std::map<trade::sub_trade_id, money::price> extremes;
};
using seen_trades = std::map<trade::smart_trade_id, seen_trade>;

inline seen_trade look_at(const paper::state& in, const paper::live_trade& live) {
    seen_trade made{live.record, {}, extremes_of(in, live.record)};
    if (live.record.stop) made.stop_level = paper::stop_level(live.record, in.markets.at(live.at));
    return made;
}

inline seen_trades look_at_all(const paper::state& in) {
    seen_trades all;
    for (const auto& [id, live] : in.trades) all.emplace(id, look_at(in, live));
    return all;
}

/// A trade in a line, for whoever reads a failed check.
inline std::string in_a_line(const paper::trade_record& of) {
    auto line = std::string{base::name_of(of.status)} + " " + of.remaining().to_short_string() + " left;";
    for (const auto& step : of.steps)
        line += " step " + std::string{base::name_of(step.order.status)} + " " + step.units.to_short_string() + ";";
    for (const auto& each : of.additions) line += " added " + std::string{base::name_of(each.order.status)} + ";";
    for (const auto& each : of.reductions)
        line += " reduced " + std::string{base::name_of(each.order.status)} + " " + each.wish.units.to_short_string();
    return line;
}

/// Units on their way out are there to be sold.
inline void check_shares(const paper::trade_record& of) {
    using trade::order_status;
    if (trade::is_final(of.status) || !of.is_entered()) return;
    if (of.status == trade::trade_status::pending_reduce_funds) return; // steps make room when it begins
    quantity open;
    for (const auto& step : of.steps)
        if (paper::is_open(step.order) || step.order.status == order_status::panic_sell_pending)
            open = open + step.units;
    for (const auto& each : of.reductions)
        if (paper::is_open(each.order)) open = open + each.wish.units;
    CAPTURE(in_a_line(of));
    CHECK(open <= of.remaining());
}

/// What must hold after a step, given how the trade was before it: a stop never loosens, a best price is never
/// forgotten, an end is an end.
inline void check_change(const paper::state& in, const paper::live_trade& live, const seen_trade& before) {
    const auto& now = live.record;
    const auto& was = before.record;
    CHECK(now.closed_amount <= now.entered_amount);
    check_shares(now);
    const auto not_worse = [&](const money::price& next, const money::price& last) {
        return now.is_long() ? next >= last : next <= last;
    };
    if (was.stop && now.stop && was.is_entered())
        CHECK(not_worse(*paper::stop_level(now, in.markets.at(live.at)), *before.stop_level));
    const auto extremes = extremes_of(in, now);
    for (const auto& [order, extreme] : before.extremes) {
        const auto found = extremes.find(order);
        if (found == extremes.end()) continue;       // a stop that was taken away
        const bool is_entry = order == now.entry.id; // falls for a buy
        CHECK(not_worse(is_entry ? extreme : found->second, is_entry ? found->second : extreme));
    }
    if (trade::is_final(was.status)) CHECK(now == was);
}

inline void check_changes(const paper::state& in, const seen_trades& before,
                          std::optional<trade::smart_trade_id> but = {}) {
    for (const auto& [id, live] : in.trades) {
        const auto old = before.find(id);
        if (old != before.end() && id != but) check_change(in, live, old->second);
    }
}

/// No limit order was filled at a worse price; `is_forced`: its entry was told to ignore its price.
inline void check_limits(const paper::trade_record& trade, bool is_forced) {
    using trade::order_type;
    const auto& entry = trade.request.position;
    const bool is_long = trade.is_long();
    const auto keeps = [](bool buys, const money::price& fill, const money::price& limit) {
        return buys ? fill <= limit : fill >= limit;
    };
    if (trade.entry.fill && entry.price && !is_forced) CHECK(keeps(is_long, *trade.entry.fill, *entry.price));
    for (std::size_t i = 0; i < trade.steps.size(); ++i) {
        const auto& step = trade.steps[i];
        const bool is_sold = step.order.status == trade::order_status::finished; // not by command
        if (is_sold && trade.request.take_profit[i].order == order_type::limit)
            CHECK(keeps(!is_long, *step.order.fill, *step.price));
    }
    if (trade.stop && trade.stop->order.fill && trade.request.stop_loss->limit_price)
        CHECK(keeps(!is_long, *trade.stop->order.fill, *trade.request.stop_loss->limit_price));
    for (const auto& each : trade.additions)
        if (each.order.fill && each.wish.price) CHECK(keeps(is_long, *each.order.fill, *each.wish.price));
    for (const auto& each : trade.reductions)
        if (each.order.fill && each.wish.price) CHECK(keeps(!is_long, *each.order.fill, *each.wish.price));
}

/// What the orders of a trade say that they bought and sold, without fees.
struct told_fills {
    quantity in, out;
    money::money paid, got;
};

inline told_fills fills_of(const paper::trade_record& of) {
    told_fills told;
    if (of.is_entered()) {
        const auto& entry = of.request.position;
        told.in = entry.units;
        told.paid = entry.units * (of.request.skip_enter_step ? *entry.price : *of.entry.fill);
    }
    const auto sold = [&](const paper::order_record& order, const quantity& units) {
        if (!order.fill) return;
        told.out = told.out + units;
        told.got = told.got + units * *order.fill;
    };
    for (const auto& each : of.additions) {
        if (!each.order.fill) continue;
        told.in = told.in + each.wish.units;
        told.paid = told.paid + each.wish.units * *each.order.fill;
    }
    for (const auto& step : of.steps) sold(step.order, step.units);
    if (of.stop) sold(of.stop->order, of.stop->units);
    for (const auto& each : of.reductions) sold(each.order, each.wish.units);
    if (of.market_close) sold(of.market_close->order, of.market_close->wish.units);
    return told;
}

/// What was held already and not paid for.
inline std::pair<quantity, money::money> own_part(const paper::trade_record& of) {
    if (!of.request.skip_enter_step || !of.is_entered()) return {};
    return {of.request.position.units, of.request.position.units * *of.request.position.price};
}

/// The sums of a trade are those of its orders, and each total differs from them by its fee.
inline void check_sums(const paper::state& in, const paper::trade_record& of) {
    const auto told = fills_of(of);
    CHECK(told.in == of.entered_amount);
    CHECK(told.paid == of.entered_raw);
    const bool is_liquidated = of.error == paper::liquidated_error; // the rest went without an order
    CHECK((is_liquidated ? told.out < of.closed_amount : told.out == of.closed_amount));
    if (!is_liquidated) CHECK(told.got == of.closed_raw);
    const decimal side{of.is_long() ? 1 : -1};
    const auto fee = in.commission * side;
    CHECK(of.entered_total == of.entered_raw + (of.entered_raw - own_part(of).second) * fee);
    if (!is_liquidated) CHECK(of.closed_total == of.closed_raw - of.closed_raw * fee);
}

inline bool is_contract(const paper::state& in, const trade::trade_request& of) {
    return of.leverage || in.accounts.at(of.account).contracts;
}

using funds = std::map<std::pair<trade::account_id, std::string>, paper::balance>;

inline funds funds_of(const paper::state& in) {
    funds all;
    for (const auto& [id, account] : in.accounts)
        for (const auto& [currency, amount] : account.balances) all[{id, currency}] = amount;
    return all;
}

/// What an order of a trade holds, by the currency it would pay with.
inline void add_held(funds& all, const paper::state& in, const paper::trade_record& of) {
    const auto account = of.request.account;
    const auto& pair = of.request.pair;
    const bool buys = of.is_long();
    const auto hold = [&](const paper::order_record& order, bool is_buy) {
        auto& of_it = all[{account, is_buy || is_contract(in, of.request) ? pair.quote : pair.base}];
        of_it.reserved = of_it.reserved + order.held;
    };
    hold(of.entry, buys);
    for (const auto& each : of.additions) hold(each.order, buys);
    for (const auto& step : of.steps) hold(step.order, !buys);
    if (of.stop) hold(of.stop->order, !buys);
    for (const auto& each : of.reductions) hold(each.order, !buys);
    auto& margin = all[{account, pair.quote}];
    margin.reserved = margin.reserved + of.margin;
}

/// What a trade moved on its account.
inline void add_moved(funds& all, const paper::state& in, const paper::trade_record& of) {
    const auto& pair = of.request.pair;
    const decimal side{of.is_long() ? 1 : -1};
    auto& quote = all[{of.request.account, pair.quote}].total;
    if (is_contract(in, of.request)) {
        const auto fees =
            (of.entered_total - of.entered_raw).value().abs() + (of.closed_total - of.closed_raw).value().abs();
        quote = quote + (of.closed_raw - (of.entered_raw - of.open_raw)).value() * side - fees;
        return;
    }
    const auto& [own_units, own_total] = own_part(of);
    quote = quote + (of.closed_total - (of.entered_total - own_total)).value() * side;
    auto& base = all[{of.request.account, pair.base}].total;
    base = base + (of.entered_amount - own_units - of.closed_amount).value() * side;
}

/// Balances recomputed from the trades alone, from what there was at the start.
inline void check_conserved(const paper::state& in, const funds& at_start) {
    auto all = at_start;
    for (const auto& [id, live] : in.trades) {
        add_moved(all, in, live.record);
        add_held(all, in, live.record);
    }
    for (const auto& each : funds_of(in)) { // whole: a check cannot name parts of a pair
        CAPTURE(each.first.second);
        const auto& amount = each.second;
        const auto& expected = all[each.first];
        CHECK(amount.total.to_string() == expected.total.to_string());
        CHECK(amount.reserved.to_string() == expected.reserved.to_string());
        CHECK(amount.reserved.sign() >= 0);
        if (!in.accounts.at(each.first.first).leverage) CHECK(amount.reserved <= amount.total);
    }
}

inline void check_all_free(const paper::state& in) {
    for (const auto& [id, account] : in.accounts)
        for (const auto& [currency, amount] : account.balances) CHECK(amount.reserved.is_zero());
}

/// The same exchange, built anew from the texts of its parts.
inline paper::state rebuilt(const paper::state& from) {
    paper::state made;
    made.now = from.now;
    made.commission = from.commission;
    made.next_trade_id = from.next_trade_id;
    made.next_sub_trade_id = from.next_sub_trade_id;
    for (const auto& [id, account] : from.accounts) {
        made.accounts[id] = account;
        for (auto& [currency, amount] : made.accounts[id].balances)
            amount = paper::decode_balance(paper::encode(amount));
    }
    for (const auto& market : from.markets) paper::decode_market(paper::encode(market), made.markets[market.pair]);
    for (const auto& [id, live] : from.trades) {
        const auto text = paper::encode(live.record);
        CHECK(paper::decode_trade(text) == live.record);
        paper::restore(made, paper::decode_trade(text));
    }
    return made;
}

/// Everything the exchange would keep, as it would be kept.
inline std::string bytes_of(const paper::state& of) {
    std::string all;
    for (const auto& [key, amount] : funds_of(of)) all += key.second + paper::encode(amount);
    for (const auto& market : of.markets) all += paper::encode(market);
    for (const auto& [id, live] : of.trades) all += paper::encode(live.record);
    return all;
}

/// Where the trades wait is what follows from their records.
inline void check_indexes(const paper::state& of) {
    const auto anew = rebuilt(of);
    CHECK(of.pending == anew.pending);
    CHECK(of.timers == anew.timers);
    for (const auto& [id, live] : of.trades) {
        const auto& other = anew.trades.at(id);
        CHECK(live.watches == other.watches);
        CHECK(live.trails == other.trails);
        CHECK(live.timer == other.timer);
    }
    const auto& book = of.markets.begin()->book;
    const auto now = of.markets.begin()->units_of(trade::price_type::bid);
    for (const auto level : {now / 2, now - now / 50, now, now + now / 50, now * 2}) {
        std::vector<trade::smart_trade_id> woken, woken_anew;
        book.collect({level, level, level}, woken);
        anew.markets.begin()->book.collect({level, level, level}, woken_anew);
        std::ranges::sort(woken);
        std::ranges::sort(woken_anew);
        CHECK(woken == woken_anew);
    }
}

} // namespace smarttrade::test
