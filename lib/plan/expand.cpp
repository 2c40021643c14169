#include "plan/expand.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "plan/expand_values.hpp"
#include "plan/slips.hpp"
#include "trade/vocabulary.hpp"
#include "yaml/known_keys.hpp"

namespace smarttrade::plan {

using yaml::node;

namespace {

/// `stop_loss: off` and the like; the word is `none`.
bool is_off_word(const node& value) {
    return value.is_scalar() && holds({"off", "Off", "OFF", "no", "No", "NO", "false", "False", "FALSE"}, value.text);
}

void refuse_off_word(node& value, std::string_view key, problems& told) {
    if (!is_off_word(value)) return;
    told.error(value.at, fmt::format("{} {}, expected none", key, value.text));
    value = null_node(value.at);
}

void expand_conditional(node& value, key_list known, problems& told) {
    wrap_scalar(value, "price");
    if (!value.is_map()) return;
    check_group(value, known, told);
    if (auto* price = member_of(value, "price")) expand_price(*price, told);
    if (auto* trailing = member_of(value, "trailing")) expand_trailing(*trailing, told);
}

void expand_units(node& units, problems& told) {
    wrap_scalar(units, "value");
    if (units.is_map()) check_group(units, {"value"}, told);
}

void expand_position(node& value, problems& told) {
    if (!value.is_map()) return;
    check_group(value, {"type", "order_type", "units", "price", "conditional"}, told);
    if (auto* units = member_of(value, "units")) expand_units(*units, told);
    if (auto* price = member_of(value, "price")) expand_price(*price, told);
    if (auto* conditional = member_of(value, "conditional"))
        expand_conditional(*conditional, {"price", "order_type", "trailing", "when"}, told);
}

/// How a step ends belongs to one trade, as `state` does.
void refuse_state(node& step, written_in where, problems& told) {
    const auto found = std::ranges::find_if(step.members, [](const yaml::member& m) { return m.key == "state"; });
    if (where == written_in::trade || found == step.members.end()) return;
    told.error(found->key_at, "'state' of a step in defaults, expected it in a trade only");
    step.members.erase(found);
}

void expand_step(node& step, written_in where, problems& told) {
    if (!step.is_map()) return;
    refuse_state(step, where, told);
    check_group(step, {"id", "order_type", "volume", "price", "trailing", "state"}, told);
    if (auto* price = member_of(step, "price")) expand_price(*price, told);
    if (auto* trailing = member_of(step, "trailing")) expand_trailing(*trailing, told);
}

void expand_take_profit(node& value, yaml::place key_at, written_in where, problems& told) {
    if (value.is_list()) {
        auto map = map_node(value.at);
        set_member(map, "steps", key_at, std::move(value));
        value = std::move(map);
    }
    if (value.is_scalar() && !is_none(value)) {
        told.error(value.at,
                   fmt::format("take_profit {0}, expected a list of steps like [{{order_type: limit, price: {0}}}]",
                               yaml::shown(value.text)),
                   "V14");
        value = null_node(value.at);
    }
    if (!value.is_map()) return;
    check_group(value, {"enabled", "steps"}, told);
    switch_on(value, key_at);
    auto* steps = member_of(value, "steps");
    if (!steps || !steps->is_list()) return;
    for (auto& step : steps->items) expand_step(step, where, told);
    if (steps->items.size() == 1 && steps->items[0].is_map() && !steps->items[0].find("volume"))
        set_member(steps->items[0], "volume", steps->items[0].at, scalar_node("100", steps->items[0].at));
}

/// `trailing` beside a trigger in short form belongs into `conditional`.
void move_trailing(node& stop, problems& told) {
    const auto found = std::ranges::find_if(stop.members, [](const yaml::member& m) { return m.key == "trailing"; });
    if (found == stop.members.end()) return;
    auto trailing = std::move(*found);
    stop.members.erase(found);
    auto* conditional = member_of(stop, "conditional");
    if (!conditional) {
        set_member(stop, "conditional", trailing.key_at, map_node(trailing.key_at));
        conditional = member_of(stop, "conditional");
    }
    if (!conditional->is_map()) return;
    if (conditional->find("trailing"))
        told.error(trailing.key_at, "trailing both in stop_loss and in conditional, expected it once");
    else
        set_member(*conditional, "trailing", trailing.key_at, std::move(trailing.value));
}

void expand_stop_loss(node& value, yaml::place key_at, problems& told) {
    if (value.is_scalar() && !is_none(value)) {
        auto map = map_node(value.at);
        set_member(map, "order_type", key_at, scalar_node("market", value.at));
        set_member(map, "conditional", key_at, std::move(value));
        value = std::move(map);
    }
    if (!value.is_map()) return;
    check_group(value, {"enabled", "order_type", "breakeven", "price", "conditional", "timeout", "trailing"}, told);
    switch_on(value, key_at);
    if (auto* price = member_of(value, "price")) expand_price(*price, told);
    if (auto* timeout = member_of(value, "timeout")) expand_timeout(*timeout, told);
    if (auto* conditional = member_of(value, "conditional")) wrap_scalar(*conditional, "price");
    move_trailing(value, told);
    if (auto* conditional = member_of(value, "conditional"))
        expand_conditional(*conditional, {"price", "trailing"}, told);
}

void expand_adjustments(node& list, problems& told) {
    for (auto& item : list.items) {
        if (!item.is_map()) continue;
        check_group(item, {"id", "add_funds", "reduce_funds"}, told);
        for (auto& [key, key_at, order] : item.members) {
            if (!order.is_map() || !holds({"add_funds", "reduce_funds"}, key)) continue;
            check_group(order, {"order_type", "units", "price"}, told);
            if (auto* units = member_of(order, "units")) expand_units(*units, told);
            if (auto* price = member_of(order, "price")) expand_price(*price, told);
        }
    }
}

/// Judged here, because a trade without exits would not meet it.
void check_price_type(node& value, problems& told) {
    const bool is_word = value.is_scalar() && (is_none(value) || base::parse_name<trade::price_type>(value.text));
    if (is_word || value.is_null()) return;
    told.error(value.at, fmt::format("price_type {}, expected {}", value.is_scalar() ? yaml::shown(value.text) : "",
                                     yaml::one_of(base::names_of<trade::price_type>())));
    value = null_node(value.at);
}

} // namespace

node expand_trade(node trade, written_in where, problems& told) {
    mend_slips(trade, told);
    if (where == written_in::trade)
        check_group(trade,
                    {"account",       "account_id", "revision",      "adopt",          "was",        "pair",
                     "instant",       "note",       "state",         "on_remove",      "on_drift",   "protect",
                     "leverage",      "position",   "take_profit",   "stop_loss",      "price_type", "adjustments",
                     "expires_after", "expires_at", "submit_within", "skip_enter_step"},
                    told);
    else
        check_group(trade,
                    {"account", "account_id", "pair", "instant", "on_remove", "on_drift", "protect", "leverage",
                     "position", "take_profit", "stop_loss", "price_type", "expires_after", "expires_at",
                     "submit_within", "skip_enter_step"},
                    told);
    for (auto& [key, key_at, value] : trade.members) {
        if (key == "take_profit" || key == "stop_loss") refuse_off_word(value, key, told);
        if (key == "position") expand_position(value, told);
        if (key == "take_profit") expand_take_profit(value, key_at, where, told);
        if (key == "stop_loss") expand_stop_loss(value, key_at, told);
        if (key == "adjustments") expand_adjustments(value, told);
        if (key == "price_type") check_price_type(value, told);
        if (key == "leverage" && value.is_map()) {
            check_group(value, {"enabled", "type", "value"}, told);
            switch_on(value, key_at);
        }
    }
    return trade;
}

} // namespace smarttrade::plan
