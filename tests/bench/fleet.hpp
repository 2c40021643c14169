#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "reconcile/reconcile.hpp"
#include "service/plan_source.hpp"
#include "support/in_project.hpp"
#include "trade/tag.hpp"
#include "wire/entity.hpp"

/// Very many trades in sync: each a limit entry with two steps and a stop, every second one entered, every fourth with
/// its exits in percent. What the plans, the exchange and the journal say of one of them fits together.
namespace smarttrade::bench {

inline constexpr trade::account_id account{32'455'218};
inline constexpr std::string_view instance = "main";
inline constexpr base::utc_time written{std::chrono::milliseconds{1'772'442'000'000}}; ///< 2026-03-02T09:00:00.000Z

inline money::price price(std::int64_t whole) { return money::price{money::decimal{whole}}; }
inline money::percent percent(std::int64_t whole) { return money::percent{money::decimal{whole}}; }

inline bool is_entered(int number) { return number % 2 == 0; }
inline bool is_in_percent(int number) { return number % 4 == 1; }
inline trade::smart_trade_id id_of(int number) { return {34'000'000 + number}; }
inline trade::sub_trade_id step_id_of(int number, int place) { return {3'000'000'000 + 10L * number + place}; }

/// Created in the order of the plans, which nobody sorts by name.
inline std::string name_of(int number) { return fmt::format("swing-{:06}", number * 611'953L % 1'000'003); }

inline std::string nonce_of(int number) {
    std::string nonce(8, 'a');
    for (auto& letter : nonce) {
        letter = static_cast<char>('a' + number % 26);
        number /= 26;
    }
    return nonce;
}

inline trade::trade_request request_of(int number) {
    const bool in_percent = is_in_percent(number);
    trade::trade_request made;
    made.account = account;
    made.pair = {"USDT", fmt::format("C{}", number % 50)};
    made.position = {
        trade::side::buy, trade::entry_type::limit, money::quantity{money::decimal{1, 2}}, price(60'000), {}};
    for (const int place : {1, 2}) {
        auto& step = made.take_profit.emplace_back();
        step.order = place == 1 ? trade::order_type::limit : trade::order_type::market;
        step.follows = trade::price_type::last;
        step.level = in_percent ? trade::exit_level{percent(5 * place)} : price(60'000 + 3'000 * place);
        step.volume = percent(50);
    }
    auto& stop = made.stop_loss.emplace();
    stop.follows = trade::price_type::last;
    stop.trigger = in_percent ? trade::exit_level{percent(5)} : price(57'000);
    stop.breakeven = true;
    made.note = "swing from the weekly level";
    return made;
}

inline reconcile::wish wish_of(int number) {
    reconcile::wish made;
    auto& wanted = made.trade;
    wanted.identity = {account, name_of(number), 1};
    wanted.account_name = "main";
    wanted.request = request_of(number);
    wanted.at = {"swings.yaml", 9 * number + 2, 3};
    wanted.life.steps = {{"tp1", {}}, {"tp2", {}}};
    made.body = service::create_body(wanted.request);
    return made;
}

/// The same trades as a plan file.
inline std::string plan_text(int count) {
    std::string text = "trades:\n";
    for (int i = 0; i < count; ++i)
        text += fmt::format("  {}:\n    pair: USDT_C{}\n    note: swing from the weekly level\n"
                            "    position: {{type: buy, order_type: limit, units: 0.01, price: 60000}}\n"
                            "    take_profit:\n      - {{order_type: limit, price: {}, volume: 50%}}\n"
                            "      - {{order_type: market, price: {}, volume: 50%}}\n"
                            "    stop_loss: {{order_type: market, conditional: {}, breakeven: true}}\n",
                            name_of(i), i % 50, is_in_percent(i) ? "5%" : "63000", is_in_percent(i) ? "10%" : "66000",
                            is_in_percent(i) ? "5%" : "57000");
    return text;
}

/// The documented answer of api.md E.4.
inline trade::smart_trade documented_entity() {
    std::ifstream file{test::in_project("tests/wire/entities/e2.json")};
    std::ostringstream text;
    text << file.rdbuf();
    return wire::read_smart_trade(text.str()).value();
}

/// As the exchange shows it.
inline trade::smart_trade entity_of(int number) {
    static const auto documented = documented_entity();
    const auto wanted = wish_of(number);
    auto made = documented;
    made.id = id_of(number);
    made.pair = wanted.trade.request.pair;
    made.note = trade::tag{std::string{instance}, wanted.trade.identity.name, 1, nonce_of(number)}.with_note(
        wanted.trade.request.note);
    made.note_raw = made.note;
    for (std::size_t i = 0; i < made.take_profit.size(); ++i) {
        auto& step = made.take_profit[i];
        step.id = step_id_of(number, step.place);
        step.follows = trade::price_type::last;
        step.is_trailing = false;
        step.trailing.reset();
    }
    made.stop_loss->follows = trade::price_type::last;
    made.average_enter_price = made.position.price = price(60'000);
    if (is_entered(number)) return made;
    made.status = trade::trade_status::waiting_position;
    made.position.status = trade::order_status::order_placed;
    made.is_position_not_filled = true;
    made.average_enter_price.reset();
    made.average_enter_price_without_commission.reset();
    made.entered_amount = {};
    return made;
}

inline reconcile::fact fact_of(reconcile::fact_kind kind, int number) {
    reconcile::fact made;
    made.kind = kind;
    made.at = written;
    made.identity = {account, name_of(number), 1};
    return made;
}

/// An intent and the request it leads to: what is durable before a create leaves.
inline std::vector<reconcile::fact> intent_and_request(int number) {
    const auto wanted = wish_of(number);
    auto intent = fact_of(reconcile::fact_kind::intent, number);
    intent.nonce = nonce_of(number);
    intent.body = wanted.body;
    intent.text = wanted.trade.request.pair.text() + ' ' + wanted.trade.request.note;
    auto request = fact_of(reconcile::fact_kind::request, number);
    request.nonce = intent.nonce;
    request.body = intent.body;
    request.text = fmt::format("POST /v2/smart_trades {} bytes", request.body.size());
    return {std::move(intent), std::move(request)};
}

/// What the journal says of a trade that was created and left in peace since.
inline std::vector<reconcile::fact> creation_of(int number) {
    using reconcile::fact_kind;
    auto all = intent_and_request(number);
    const auto body = all[0].body;
    const auto entity = wire::write_smart_trade(entity_of(number));
    const auto add = [&](fact_kind kind) -> reconcile::fact& {
        auto& made = all.emplace_back(fact_of(kind, number));
        made.nonce = all[0].nonce;
        made.trade_id = id_of(number);
        return made;
    };
    add(fact_kind::outcome).ended = trade::outcome::accepted;
    add(fact_kind::bound).body = body;
    add(fact_kind::managed).text = base::name_of(trade::removal::leave);
    add(fact_kind::observed).text = entity;
    auto& echo = add(fact_kind::echo);
    echo.text = entity;
    echo.body = fmt::format("tp1={} tp2={}", step_id_of(number, 1).value, step_id_of(number, 2).value);
    return all;
}

/// What is said once of the account: it returns notes unchanged, and all of it was read.
inline std::vector<reconcile::fact> account_facts() {
    reconcile::fact canary, read;
    canary.kind = reconcile::fact_kind::canary;
    read.kind = reconcile::fact_kind::history_read;
    canary.at = read.at = written;
    canary.identity.account = read.identity.account = account;
    return {std::move(canary), std::move(read)};
}

} // namespace smarttrade::bench
