// What moves on the balances. Spot: coins against quote currency. Contracts (a leveraged trade): the quote balance
// carries margin, fees and the result; coins never move.
#include "base/assert.hpp"
#include "paper/desk.hpp"

namespace smarttrade::paper {

using money::decimal;
using money::rounding;
using trade::side;

balance& purse::of(const std::string& currency) {
    touched_.balances.emplace(of_.id, currency);
    return of_.balances[currency];
}

decimal purse::available(const std::string& currency) const {
    const auto found = of_.balances.find(currency);
    return found == of_.balances.end() ? decimal{} : found->second.available();
}

void purse::add(const std::string& currency, const decimal& amount) {
    auto& changed = of(currency);
    changed.total = changed.total + amount;
}

void purse::reserve(const std::string& currency, const decimal& amount) {
    auto& changed = of(currency);
    changed.reserved = changed.reserved + amount;
    SMARTTRADE_ASSERT(changed.reserved.sign() >= 0);
}

namespace {

/// Margins are rounded up to the 8 decimals in which totals are shown.
decimal margin_of(const money::money& total, const trade::leverage& leverage) {
    return total.value().divided_by(decimal{leverage.value}, 8, rounding::up);
}

decimal with_fee(const money::money& total, const decimal& commission, side what) {
    return total.value() * (what == side::buy ? decimal{1} + commission : decimal{1} - commission);
}

} // namespace

bool desk::hold(order_record& order, const money::quantity& units, const money::price& at, side what) {
    decimal needed = units.value();
    auto currency = currency_of(what);
    if (trade_.request.leverage) {
        // An exit of contracts needs nothing: the margin is there already.
        if (trade_.is_entered()) return true;
        currency = trade_.request.pair.quote;
        needed = margin_of(units * at, *trade_.request.leverage) + (units * at).value() * world_.commission;
    } else if (what == side::buy) {
        needed = with_fee(units * at, world_.commission, what);
    }
    if (purse_.available(currency) < needed) return false;
    purse_.reserve(currency, needed);
    order.held = needed;
    return true;
}

void desk::release(order_record& order) {
    if (order.held.is_zero()) return;
    const bool is_entry = &order == &trade_.entry;
    const auto what = is_entry ? trade_.request.position.type : exit_side();
    purse_.reserve(trade_.request.leverage ? trade_.request.pair.quote : currency_of(what), -order.held);
    order.held = decimal{};
}

bool desk::pay_entry(const money::price& fill) {
    const auto& pair = trade_.request.pair;
    const auto what = trade_.request.position.type;
    const auto units = trade_.request.position.units;
    const auto raw = units * fill;
    const auto total = with_fee(raw, world_.commission, what);
    if (trade_.request.leverage) {
        const auto margin = margin_of(raw, *trade_.request.leverage);
        const auto fee = raw.value() * world_.commission;
        if (purse_.available(pair.quote) < margin + fee) return false;
        purse_.add(pair.quote, -fee);
        purse_.reserve(pair.quote, margin);
        trade_.margin = margin;
    } else {
        const auto needed = what == side::buy ? total : units.value();
        if (purse_.available(currency_of(what)) < needed) return false;
        purse_.add(pair.quote, what == side::buy ? -total : total);
        purse_.add(pair.base, what == side::buy ? units.value() : -units.value());
    }
    trade_.entered_amount = units;
    trade_.entered_raw = raw;
    trade_.entered_total = money::money{total};
    return true;
}

bool desk::pay_exit(const money::quantity& units, const money::price& fill) {
    const auto& pair = trade_.request.pair;
    const auto what = exit_side();
    const auto raw = units * fill;
    const auto total = with_fee(raw, world_.commission, what);
    if (trade_.request.leverage) {
        settle_contracts(units, fill);
    } else {
        const auto needed = what == side::buy ? total : units.value();
        if (purse_.available(currency_of(what)) < needed) return false;
        purse_.add(pair.quote, what == side::buy ? -total : total);
        purse_.add(pair.base, what == side::buy ? units.value() : -units.value());
    }
    trade_.closed_amount = trade_.closed_amount + units;
    trade_.closed_raw = trade_.closed_raw + raw;
    trade_.closed_total = trade_.closed_total + money::money{total};
    trade_.closed_at = world_.now;
    return true;
}

/// The result of closed contracts and the closing fee; the margin comes free in proportion, the last close frees all.
void desk::settle_contracts(const money::quantity& units, const money::price& fill) {
    const auto moved = fill - *trade_.entry.fill;
    const auto result = (trade_.is_long() ? moved : -moved) * units;
    const auto fee = (units * fill).value() * world_.commission;
    purse_.add(trade_.request.pair.quote, result.value() - fee);
    const bool is_last = units == trade_.remaining();
    const auto share = (trade_.margin * units.value()).divided_by(trade_.remaining().value(), 8, rounding::down);
    free_margin(is_last ? trade_.margin : share);
}

void desk::free_margin(const decimal& amount) {
    if (amount.is_zero()) return;
    purse_.reserve(trade_.request.pair.quote, -amount);
    trade_.margin = trade_.margin - amount;
}

} // namespace smarttrade::paper
