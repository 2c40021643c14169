#pragma once

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reconcile/scene.hpp"

namespace smarttrade::test {

inline money::price price_at(std::string_view text) { return *money::price::parse(text); }
inline money::quantity units_of(std::string_view text) { return *money::quantity::parse(text); }
inline money::percent share_of(std::string_view text) { return *money::percent::parse(text); }

inline trade::take_profit_step target_at(std::string_view price, std::string_view volume) {
    return {trade::order_type::limit, trade::price_type::last, price_at(price), share_of(volume), {}};
}

/// A long of 0.01 BTC at 60000: half sold at 61000, half at 62000, stopped at 58500.
inline trade::trade_request usual_request() {
    trade::trade_request r;
    r.account = main_account;
    r.pair = {"USDT", "BTC"};
    r.position = {trade::side::buy, trade::entry_type::limit, units_of("0.01"), price_at("60000"), {}};
    r.take_profit = {target_at("61000", "50"), target_at("62000", "50")};
    trade::stop_loss_order stop;
    stop.follows = trade::price_type::last;
    stop.trigger = price_at("58500");
    r.stop_loss = stop;
    r.note = "swing";
    return r;
}

/// Stands in for the create body as JSON: equal requests have equal bodies, whatever their note.
inline std::vector<trade::trade_request>& known_bodies() {
    static std::vector<trade::trade_request> all;
    return all;
}
inline std::string body_of(trade::trade_request request) {
    request.note.clear();
    auto& all = known_bodies();
    const auto found = std::ranges::find(all, request);
    const auto place = std::distance(all.begin(), found);
    if (found == all.end()) all.push_back(std::move(request));
    return "body " + std::to_string(place);
}
inline std::optional<trade::trade_request> read_known_body(std::string_view body) {
    for (std::size_t i = 0; i < known_bodies().size(); ++i)
        if (body == "body " + std::to_string(i)) return known_bodies()[i];
    return std::nullopt;
}

/// The part of the exchange that these tests need: it executes what is sent, and shows it.
struct model_exchange {
    trade::smart_trade::step_view step(const trade::take_profit_step& order) {
        trade::smart_trade::step_view made;
        made.id = trade::sub_trade_id{next_step++};
        rewrite(made, order);
        made.editable = made.cancelable = true;
        return made;
    }
    static void rewrite(trade::smart_trade::step_view& of, const trade::take_profit_step& order) {
        of.order = order.order;
        of.follows = order.follows;
        of.price.reset();
        of.percent.reset();
        if (const auto* price = std::get_if<money::price>(&order.level)) of.price = *price;
        if (const auto* percent = std::get_if<money::percent>(&order.level)) of.percent = *percent;
        of.volume = order.volume;
        of.is_trailing = order.trailing.has_value();
        of.trailing = order.trailing;
    }
    static void set_stop(trade::smart_trade& of, const std::optional<trade::stop_loss_order>& order) {
        of.stop_loss.reset();
        if (!order) return;
        trade::smart_trade::stop_view stop; // assigned whole: clang 14 cannot make one in its optional
        stop.order = order->order;
        stop.follows = order->follows;
        if (const auto* price = std::get_if<money::price>(&order->trigger)) stop.trigger = *price;
        if (const auto* percent = std::get_if<money::percent>(&order->trigger)) stop.percent = *percent;
        stop.limit_price = order->limit_price;
        stop.is_trailing = order->trailing.has_value();
        if (order->trailing) stop.trailing = order->trailing->distance;
        stop.timeout = order->timeout;
        stop.breakeven = order->breakeven;
        of.stop_loss = std::move(stop);
    }

    trade::smart_trade made_from(const trade::trade_request& request, std::int64_t id, const std::string& note) {
        trade::smart_trade made;
        made.id = trade::smart_trade_id{id};
        made.account.id = request.account;
        made.pair = request.pair;
        made.status = trade::trade_status::waiting_position;
        made.leverage = request.leverage;
        const auto& entry = request.position;
        made.position.type = entry.type;
        made.position.order = entry.order;
        made.position.units = entry.units;
        made.position.price = entry.price;
        made.position.conditional = entry.conditional;
        for (const auto& order : request.take_profit) {
            made.take_profit.push_back(step(order));
            made.take_profit.back().place = static_cast<int>(made.take_profit.size());
        }
        set_stop(made, request.stop_loss);
        made.note_raw = note;
        made.may.edit = made.may.cancel = made.may.force_start = true;
        return made;
    }
    /// The entry is bought at this price.
    static void fill(trade::smart_trade& of, std::string_view at) {
        of.status = trade::trade_status::waiting_targets;
        of.is_position_not_filled = false;
        of.position.status = trade::order_status::finished;
        of.position.price = of.average_enter_price = price_at(at);
        of.entered_amount = of.position.units;
        of.may.force_start = false;
        of.may.panic_sell = of.may.add_funds = of.may.reduce_funds = true;
        for (auto& each : of.take_profit) each.panic_sell_available = true;
    }

    /// PATCH: steps that are not named are dropped, but for those that have ended (api.md D.3).
    void patch(trade::smart_trade& of, const trade::trade_update& change) {
        if (change.leverage || change.ends_leverage) of.leverage = change.leverage;
        if (change.position && change.position->units) of.position.units = *change.position->units;
        if (change.position && change.position->price) of.position.price = change.position->price;
        if (change.position && change.position->conditional) of.position.conditional = change.position->conditional;
        std::vector<trade::smart_trade::step_view> kept;
        for (const auto& each : of.take_profit) {
            const bool named = std::ranges::any_of(change.take_profit, [&](const auto& w) { return w.id == each.id; });
            if (!named && trade::is_final(each.status.type)) kept.push_back(each);
        }
        for (const auto& wanted : change.take_profit) {
            const auto known = std::ranges::find_if(
                of.take_profit, [&](const auto& each) { return wanted.id && each.id == *wanted.id; });
            kept.push_back(known == of.take_profit.end() ? step(wanted.order) : *known);
            if (!trade::is_final(kept.back().status.type)) rewrite(kept.back(), wanted.order);
        }
        for (std::size_t i = 0; i < kept.size(); ++i) kept[i].place = static_cast<int>(i) + 1;
        of.take_profit = std::move(kept);
        set_stop(of, change.stop_loss);
    }

    std::int64_t next_step = 11;
};

/// Trade `a`, id 7: created as asked, seen, and its echo taken.
struct led_scene : scene {
    explicit led_scene(const trade::trade_request& asked = usual_request()) {
        rules.read_body = read_known_body;
        rules.utc_now = *base::parse_utc("2026-03-02T09:00:00Z");
        rules.plans_hash = "set1";
        price(price_at("60500"));
        add("a", "aaaaaaaa", 7, asked);
    }

    wish& plan(const std::string& name, const trade::trade_request& asked) {
        wish w;
        w.trade.identity = {main_account, name, 1};
        w.trade.request = asked;
        for (std::size_t i = 0; i < asked.take_profit.size(); ++i)
            w.trade.life.steps.push_back({"tp" + std::to_string(i + 1), {}});
        w.body = body_of(asked);
        return wishes.emplace_back(std::move(w));
    }
    /// Planned, created, seen and settled.
    void add(const std::string& name, const std::string& nonce, std::int64_t id, const trade::trade_request& asked) {
        plan(name, asked);
        make(name, nonce, id, asked);
        settle();
    }
    void make(const std::string& name, const std::string& nonce, std::int64_t id, const trade::trade_request& asked,
              const std::optional<trade::trade_request>& shown = {}) {
        fact intent;
        intent.kind = fact_kind::intent;
        intent.identity = {main_account, name, 1};
        intent.nonce = nonce;
        intent.body = body_of(asked);
        intent.text = "USDT_BTC " + asked.note;
        past.apply(intent, now);
        tell(fact_kind::outcome, name, nonce, outcome::accepted, id);
        fact bound = intent;
        bound.kind = fact_kind::bound;
        bound.trade_id = trade::smart_trade_id{id};
        past.apply(bound, now);
        now += 1s;
        const trade::tag worn{"main", name, 1, nonce};
        seen.trades[trade::smart_trade_id{id}] = {
            exchange.made_from(shown.value_or(asked), id, worn.with_note(asked.note)), now};
    }

    /// The user changes the text of `a`.
    void edit(const std::function<void(trade::trade_request&)>& how) {
        auto& w = wishes.front();
        how(w.trade.request);
        w.body = body_of(w.trade.request);
    }
    trade::lifecycle& life() { return wishes.front().trade.life; }
    trade::smart_trade& entity(std::int64_t id = 7) { return seen.trades.at(trade::smart_trade_id{id}).entity; }
    const trade_history& told() const { return *past.find({main_account, "a", 1}); }
    void enter(std::string_view at = "60000") {
        exchange.fill(entity(), at);
        look();
    }
    /// Every trade is read, now.
    void look() {
        for (auto& [id, sighting] : seen.trades) sighting.read_begun = now;
    }

    void order(const std::string& word, std::optional<std::int64_t> id = {}) {
        fact ordered;
        ordered.kind = fact_kind::ordered;
        ordered.identity = {main_account, "a", 1};
        ordered.text = word;
        if (id) ordered.trade_id = trade::smart_trade_id{*id};
        past.apply(ordered, now);
    }
    void confirm(const std::string& id) {
        fact confirmed;
        confirmed.kind = fact_kind::confirmed;
        confirmed.text = id;
        past.apply(confirmed, now);
    }

    /// The write is on its way: what the journal holds before it leaves. Gives its nonce.
    std::string begin(const action& what) {
        fact write;
        write.kind = fact_kind::write;
        write.identity = what.identity;
        write.trade_id = what.trade_id;
        write.nonce = "write" + std::to_string(++writes);
        write.text = std::string{base::name_of(what.kind)} + (what.text.empty() ? "" : " " + what.text);
        if (what.kind == action_kind::update) write.body = wish_of(what.identity).body;
        if (what.funds) write.body = what.funds->units.to_short_string();
        past.apply(write, now);
        return write.nonce;
    }
    void end(const std::string& nonce, outcome how, const std::string& text = "said so",
             const std::string& name = "a") {
        fact written;
        written.kind = fact_kind::written;
        written.identity = {main_account, name, 1};
        written.nonce = nonce;
        written.ended = how;
        written.text = text;
        past.apply(written, now);
    }
    /// Sent, ended like this a second later, and read again after another.
    void sent(const action& what, outcome how) {
        const auto nonce = begin(what);
        now += 1s;
        end(nonce, how, "said so", what.identity.name);
        now += 1s;
        look();
    }

    void execute(const action& what) {
        auto& of = entity(what.trade_id->value);
        using enum trade::trade_status;
        switch (what.kind) {
        case action_kind::update: exchange.patch(of, *what.change); break;
        case action_kind::set_note: of.note_raw = what.difference; break;
        case action_kind::cancel: of.status = cancelled; break;
        case action_kind::close: of.status = panic_sold; break;
        case action_kind::force_start: exchange.fill(of, "60500"); break;
        case action_kind::cancel_step:
            std::erase_if(of.take_profit, [&](const auto& each) { return each.id == *what.order; });
            break;
        case action_kind::close_step:
            std::ranges::find(of.take_profit, *what.order, &trade::smart_trade::step_view::id)->status =
                trade::order_status::panic_sold;
            break;
        default: break;
        }
    }
    void carry_out(const action& what) {
        if (what.kind == action_kind::take_echo) return take_echo(what);
        if (what.kind == action_kind::read_market) return price(price_at("60500"));
        if (what.kind == action_kind::settle_write) return settle_write(what);
        if (!is_write(what.kind)) return;
        execute(what);
        sent(what, outcome::accepted);
    }
    void settle_write(const action& what) {
        fact settled;
        settled.kind = fact_kind::settled;
        settled.identity = what.identity;
        settled.nonce = what.nonce;
        settled.ended = what.ended;
        settled.text = what.reason;
        past.apply(settled, now);
    }
    /// What is decided is done, until nothing is left to do.
    decision settle() {
        for (int round = 0; round < 50; ++round) {
            auto d = decide();
            if (d.actions.empty()) return d;
            for (const auto& each : d.actions) carry_out(each);
            now += 1s;
            look();
        }
        return decide();
    }

    const wish& wish_of(const trade::trade_identity& identity) const {
        return *std::ranges::find_if(wishes, [&](const wish& w) { return w.trade.identity == identity; });
    }

    model_exchange exchange;
    int writes = 0;
};

/// The action of that kind; its absence fails the test.
inline const action* find_action(const decision& d, action_kind kind) {
    const auto found = std::ranges::find(d.actions, kind, &action::kind);
    return found == d.actions.end() ? nullptr : &*found;
}

} // namespace smarttrade::test
