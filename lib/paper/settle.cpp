// What moves on the balances. Spot: coins against quote currency. Contracts: the quote balance carries margin, fees and
// the result; coins never move.
#include "paper/arithmetic.hpp"
#include "paper/desk.hpp"

namespace smarttrade::paper {

using money::decimal;
using money::rounding;
using trade::side;

namespace {

const std::string& currency_of(side what, const trade::pair& pair) {
    return what == side::buy ? pair.quote : pair.base;
}

} // namespace

/// Times, where the trade is one of contracts.
std::optional<std::int64_t> desk::contract_leverage() const {
    if (trade_.request.leverage) return trade_.request.leverage->value;
    return world_.accounts.at(trade_.request.account).contracts ? std::optional<std::int64_t>{1} : std::nullopt;
}

bool desk::hold(order_record& order, const money::quantity& units, const money::price& at, role what) {
    decimal needed = units.value();
    auto currency = currency_of(side_of(what), trade_.request.pair);
    if (const auto leverage = contract_leverage()) {
        if (what == role::exit) return true; // the margin is there already
        currency = trade_.request.pair.quote;
        needed = margin_of(units * at, *leverage) + (units * at).value() * world_.commission;
    } else if (side_of(what) == side::buy) {
        needed = with_fee(units * at, world_.commission, side::buy).value();
    }
    if (purse_.available(currency) < needed) return false;
    purse_.reserve(currency, needed);
    order.held = needed;
    return true;
}

void desk::release(order_record& order, role what) {
    if (order.held.is_zero()) return;
    const auto& pair = trade_.request.pair;
    purse_.reserve(contract_leverage() ? pair.quote : currency_of(side_of(what), pair), -order.held);
    order.held = decimal{};
}

/// False, and nothing is moved, if what is given is not there.
bool desk::swap_coins(side what, const money::quantity& units, const money::money& total) {
    const auto& pair = trade_.request.pair;
    const bool is_buy = what == side::buy;
    if (purse_.available(currency_of(what, pair)) < (is_buy ? total.value() : units.value())) return false;
    purse_.add(pair.quote, is_buy ? -total.value() : total.value());
    purse_.add(pair.base, is_buy ? units.value() : -units.value());
    return true;
}

bool desk::pay_entry(const money::quantity& units, const money::price& fill) {
    const auto& pair = trade_.request.pair;
    const auto what = side_of(role::entry);
    const auto raw = units * fill;
    const auto total = with_fee(raw, world_.commission, what);
    if (const auto leverage = contract_leverage()) {
        const auto margin = margin_of(raw, *leverage);
        const auto fee = raw.value() * world_.commission;
        if (purse_.available(pair.quote) < margin + fee) return false;
        purse_.add(pair.quote, -fee);
        purse_.reserve(pair.quote, margin);
        trade_.margin = trade_.margin + margin;
    } else if (!swap_coins(what, units, total)) {
        return false;
    }
    trade_.entered_amount = trade_.entered_amount + units;
    trade_.entered_raw = trade_.entered_raw + raw;
    trade_.open_raw = trade_.open_raw + raw;
    trade_.entered_total = trade_.entered_total + total;
    return true;
}

bool desk::pay_exit(const money::quantity& units, const money::price& fill) {
    const auto what = side_of(role::exit);
    const auto raw = units * fill;
    const auto total = with_fee(raw, world_.commission, what);
    if (contract_leverage()) {
        settle_contracts(units, raw, raw.value() * world_.commission);
    } else if (!swap_coins(what, units, total)) {
        return false;
    }
    trade_.closed_amount = trade_.closed_amount + units;
    trade_.closed_raw = trade_.closed_raw + raw;
    trade_.closed_total = trade_.closed_total + total;
    trade_.closed_at = world_.now;
    return true;
}

/// The result of closed contracts against their share of what the open ones cost, and the fee. Cost and margin go in
/// proportion, cut to 8 decimals; the last close takes all that is left of both, so nothing is lost by rounding.
void desk::settle_contracts(const money::quantity& units, const money::money& raw, const decimal& fee) {
    const bool is_last = units == trade_.remaining();
    const auto share_of = [&](const decimal& whole) {
        return is_last ? whole : (whole * units.value()).divided_by(trade_.remaining().value(), 8, rounding::down);
    };
    const money::money cost{share_of(trade_.open_raw.value())};
    const auto margin = share_of(trade_.margin);
    const auto result = trade_.is_long() ? raw - cost : cost - raw;
    trade_.open_raw = trade_.open_raw - cost;
    purse_.add(trade_.request.pair.quote, result.value() - fee);
    free_margin(margin);
}

void desk::free_margin(const decimal& amount) {
    if (amount.is_zero()) return;
    purse_.reserve(trade_.request.pair.quote, -amount);
    trade_.margin = trade_.margin - amount;
}

} // namespace smarttrade::paper
