#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "reconcile/reconcile.hpp"
#include "trade/tag.hpp"

namespace smarttrade::test {

using namespace reconcile;
using namespace std::chrono_literals;
using trade::outcome;

inline constexpr mono_time start = mono_time{} + 1h;
inline constexpr trade::account_id main_account{1};

/// One account with its gate open, its canary proven and its history read, and the plans and the exchange of a test.
struct scene {
    scene() {
        rules.instance = "main";
        rules.settle = 30s;
        seen.gates_open.insert(main_account);
        know_market();
        prove_canary();
        tell(fact_kind::history_read, "");
    }

    wish& want(const std::string& name, trade::entry_type order = trade::entry_type::limit) {
        wish w;
        w.trade.identity = {main_account, name, 1};
        w.trade.request.account = main_account;
        w.trade.request.pair = {"USDT", "BTC"};
        w.trade.request.position.order = order;
        w.trade.request.position.units = money::quantity{money::decimal{1}};
        if (order != trade::entry_type::market) w.trade.request.position.price = money::price{money::decimal{100}};
        w.body = "body of " + name;
        return wishes.emplace_back(std::move(w));
    }

    fact tell(fact_kind kind, const std::string& name, std::string nonce = {}, std::optional<outcome> ended = {},
              std::optional<std::int64_t> id = {}) {
        fact told;
        told.kind = kind;
        told.identity = {main_account, name, 1};
        told.nonce = std::move(nonce);
        told.ended = ended;
        if (id) told.trade_id = trade::smart_trade_id{*id};
        if (kind == fact_kind::intent || kind == fact_kind::bound) told.body = "body of " + name;
        told.text = ended ? "said so" : kind == fact_kind::intent ? "USDT_BTC" : "";
        past.apply(told, now);
        return told;
    }
    void prove_canary() { tell(fact_kind::canary, ""); }

    /// A create of that name that ended so.
    void attempted(const std::string& name, const std::string& nonce, outcome ended) {
        tell(fact_kind::intent, name, nonce);
        tell(fact_kind::outcome, name, nonce, ended);
    }
    /// A create that was accepted and bound.
    void created(const std::string& name, const std::string& nonce, std::int64_t id) {
        tell(fact_kind::intent, name, nonce);
        tell(fact_kind::outcome, name, nonce, outcome::accepted, id);
        tell(fact_kind::bound, name, nonce, {}, id);
    }

    trade::smart_trade& see(std::int64_t id, const std::string& note,
                            trade::trade_status status = trade::trade_status::waiting_position) {
        sighting one;
        one.entity.id.value = id;
        one.entity.account.id = main_account;
        one.entity.pair = {"USDT", "BTC"};
        one.entity.status = status;
        one.entity.note_raw = note;
        one.entity.position.units = money::quantity{money::decimal{1}};
        one.entity.position.price = money::price{money::decimal{100}};
        one.entity.position.order = trade::entry_type::limit;
        one.entity.may.edit = one.entity.may.cancel = true;
        one.read_begun = now;
        return seen.trades.insert_or_assign(one.entity.id, std::move(one)).first->second.entity;
    }
    /// A market without limits and prices, known for all time: whoever is not about markets need not read one.
    void know_market(const char* base = "BTC") {
        seen.markets[{main_account, trade::pair{"USDT", base}}].read_begun = mono_time::max();
    }
    /// Bid, ask and last of the pair from now on, with prices as fine as 0.01.
    void price(const money::price& at) {
        market_sighting market;
        market.rates.bid = market.rates.ask = market.rates.last = at;
        market.rates.price_step = money::price{money::decimal{1, 2}};
        market.read_begun = now;
        seen.markets[{main_account, trade::pair{"USDT", "BTC"}}] = market;
    }
    static std::string tag(const std::string& name, const std::string& nonce, const std::string& instance = "main") {
        return trade::tag{instance, name, 1, nonce}.text();
    }

    /// What an action of that kind has journaled.
    void take_echo(const action& what) {
        fact echo;
        echo.kind = fact_kind::echo;
        echo.identity = what.identity;
        echo.trade_id = what.trade_id;
        echo.body = what.difference.empty() ? what.text : what.text + '\n' + what.difference;
        echo.shape = std::make_shared<const trade::trade_shape>(trade::shape_of(seen.trades.at(*what.trade_id).entity));
        past.apply(echo, now);
    }

    decision decide() const { return reconcile::reconcile(wishes, seen, past, rules, now); }

    std::vector<wish> wishes;
    observed seen;
    history past;
    policy rules;
    mono_time now = start;
};

/// `create a, bind b`: what a decision does, but for taking echoes.
inline std::string words(const decision& d) {
    std::string all;
    for (const auto& a : d.actions)
        if (a.kind != action_kind::take_echo)
            all += (all.empty() ? "" : ", ") + std::string{base::name_of(a.kind)} + " " + a.identity.name;
    return all;
}

} // namespace smarttrade::test
