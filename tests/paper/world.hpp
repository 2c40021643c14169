#pragma once

#include <string>
#include <utility>

#include "paper/engine.hpp"

namespace smarttrade::test {

using money::decimal;
using money::percent;
using money::price;
using money::quantity;

inline decimal dec(std::string_view text) { return decimal::parse(text).value(); }
inline price at(std::string_view text) { return price{dec(text)}; }
inline quantity of(std::string_view text) { return quantity{dec(text)}; }
inline percent pct(std::string_view text) { return percent{dec(text)}; }

inline const trade::pair usdt_btc{"USDT", "BTC"};
inline const paper::market_id btc_market{0};
inline const trade::account_id spot{1};
inline const trade::account_id contracts{2};

/// A paper exchange with one pair and two accounts, driven by hand.
class world {
public:
    explicit world(std::string_view bid = "60000", std::string_view ask = "60000.01") {
        state.now = base::parse_utc("2026-03-02T09:00:00.000Z").value();
        state.markets[usdt_btc].move_to(at(bid), at(ask), at(bid));
        state.accounts[spot].id = spot;
        state.accounts[spot].balances = {{"USDT", {dec("100000"), {}}}, {"BTC", {dec("1"), {}}}};
        state.accounts[contracts].id = contracts;
        state.accounts[contracts].leverage = true;
        state.accounts[contracts].balances = {{"USDT", {dec("1000"), {}}}};
    }

    paper::stepped run(const paper::event& what) {
        auto told = paper::step(std::move(state), what);
        state = std::move(told.after);
        return told;
    }
    trade::smart_trade_id create(const trade::trade_request& wish) {
        return std::get<trade::smart_trade_id>(run(paper::create{wish}).reply);
    }
    paper::stepped tick() { return run(paper::tick{state.now, {}, {}, {}, {}}); }
    /// All three prices; the ask a cent above, as a market has it.
    paper::stepped tick(std::string_view bid, int seconds = 1) {
        const auto low = at(bid);
        return run(paper::tick{state.now + std::chrono::seconds{seconds}, state.markets.id_of(usdt_btc), low,
                               low + at("0.01"), low});
    }
    trade::smart_trade see(trade::smart_trade_id id) const { return paper::view(state, id); }
    std::string status(trade::smart_trade_id id) const { return std::string{see(id).status.text()}; }
    std::string total(const std::string& currency, trade::account_id account = spot) const {
        return state.accounts.at(account).balances.at(currency).total.to_short_string();
    }
    std::string reserved(const std::string& currency, trade::account_id account = spot) const {
        return state.accounts.at(account).balances.at(currency).reserved.to_short_string();
    }

    paper::state state;
};

inline trade::trade_request simple(trade::side side, trade::entry_type order, std::string_view units = "0.01") {
    trade::trade_request wish;
    wish.account = spot;
    wish.pair = usdt_btc;
    wish.instant = true;
    wish.position.type = side;
    wish.position.order = order;
    wish.position.units = of(units);
    return wish;
}

inline trade::trade_request market_buy() {
    auto wish = simple(trade::side::buy, trade::entry_type::market);
    wish.instant = false;
    return wish;
}

inline trade::trade_request limit_entry(trade::side side, std::string_view limit) {
    auto wish = simple(side, trade::entry_type::limit);
    wish.instant = false;
    wish.position.price = at(limit);
    return wish;
}

inline trade::trade_request conditional_entry(trade::side side, std::string_view trigger) {
    auto wish = simple(side, trade::entry_type::conditional);
    wish.instant = false;
    wish.position.conditional = trade::conditional_entry{at(trigger), {}, trade::order_type::market, {}};
    return wish;
}

inline trade::take_profit_step target(trade::order_type order, std::string_view level, std::string_view volume) {
    return {order, trade::price_type::bid, at(level), pct(volume), {}};
}

inline trade::take_profit_step trailing_target(std::string_view level, std::string_view volume, std::string_view by) {
    return {trade::order_type::market, trade::price_type::bid, at(level), pct(volume), pct(by)};
}

inline trade::stop_loss_order stop_at(std::string_view trigger) {
    trade::stop_loss_order stop;
    stop.follows = trade::price_type::bid;
    stop.trigger = at(trigger);
    return stop;
}

/// Bought 0.01 at 10000.
struct bought : world {
    explicit bought(const trade::trade_request& wish) : world{"10000", "10000"}, id{create(wish)} { tick(); }
    trade::smart_trade see() const { return world::see(id); }
    std::string status() const { return world::status(id); }
    trade::smart_trade_id id;
};

inline trade::trade_request with_targets(std::vector<trade::take_profit_step> steps) {
    auto wish = market_buy();
    wish.take_profit = std::move(steps);
    return wish;
}

/// A limit target and a market target of half each, and a stop.
inline trade::trade_request with_exits(trade::trade_request wish) {
    wish.take_profit = {target(trade::order_type::limit, "11000", "50"),
                        target(trade::order_type::market, "12000", "50")};
    wish.stop_loss = stop_at("9000");
    return wish;
}

} // namespace smarttrade::test
