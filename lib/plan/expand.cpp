#include "plan/expand.hpp"

#include <algorithm>
#include <initializer_list>

#include <fmt/format.h>

#include "trade/duration.hpp"
#include "trade/vocabulary.hpp"
#include "yaml/known_keys.hpp"

namespace smarttrade::plan {

namespace {

using yaml::node;
using key_list = std::initializer_list<std::string_view>;

bool holds(key_list keys, std::string_view key) { return std::ranges::find(keys, key) != keys.end(); }

/// Tells unknown keys, keys that `unsupported` names, and members without a value.
void check_group(const node& group, key_list known, key_list unsupported, problems& told) {
    node judged;
    for (const auto& member : group.members) {
        if (holds(unsupported, member.key))
            told.error(member.key_at, fmt::format("'{}' is not supported by this version", member.key));
        else
            judged.members.push_back({member.key, member.key_at, {}});
        if (holds(known, member.key) && member.value.is_null())
            told.error(member.value.at, fmt::format("{} without a value, expected a value or none", member.key));
    }
    std::vector<base::diagnostic> unknown;
    yaml::check_keys(judged, std::span{known.begin(), known.size()}, told.file, unknown);
    for (auto& d : unknown) told.add(std::move(d));
}

node map_node(yaml::place at) {
    node map;
    map.type = node::kind::map;
    map.at = at;
    return map;
}

/// What stands in for a value that was told to be wrong, so that it is not told twice.
node null_node(yaml::place at) {
    node null;
    null.at = at;
    return null;
}

node* member_of(node& map, std::string_view key) {
    const auto found = std::ranges::find_if(map.members, [key](const yaml::member& m) { return m.key == key; });
    return found == map.members.end() ? nullptr : &found->value;
}

/// `X` -> `{key: X}`; groups, `none` and whatever else is no plain value stay.
void wrap_scalar(node& value, std::string_view key) {
    if (!value.is_scalar() || is_none(value)) return;
    auto map = map_node(value.at);
    set_member(map, key, value.at, value);
    value = std::move(map);
}

/// A group that is there is on.
void switch_on(node& group, yaml::place at) {
    if (group.is_map() && !group.find("enabled")) set_member(group, "enabled", at, scalar_node("true", at));
}

/// `stop_loss: off` and the like; the word is `none`.
bool is_off_word(const node& value) {
    return value.is_scalar() && holds({"off", "Off", "OFF", "no", "No", "NO", "false", "False", "FALSE"}, value.text);
}

void refuse_off_word(node& value, std::string_view key, problems& told) {
    if (!is_off_word(value)) return;
    told.error(value.at, fmt::format("{} {}, expected none", key, value.text));
    value = null_node(value.at);
}

/// A word of a scalar with its own place. Not exact behind escapes in quotes.
node word_of(const node& value, std::size_t from, std::size_t to) {
    const auto before = std::ranges::count_if(value.text.substr(0, from),
                                              [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
    auto at = value.at;
    at.column += static_cast<int>(before) + (value.quoted ? 1 : 0);
    return scalar_node(std::string_view{value.text}.substr(from, to - from), at);
}

/// `X`, `X bid`, `X%` and `X% bid`.
void expand_price(node& value, problems& told) {
    if (value.is_map()) return check_group(value, {"value", "percent", "type"}, {}, told);
    if (!value.is_scalar() || is_none(value)) return;
    std::vector<node> words;
    for (std::size_t at = value.text.find_first_not_of(' '); at < value.text.size();) {
        const auto end = std::min(value.text.find(' ', at), value.text.size());
        words.push_back(word_of(value, at, end));
        at = std::min(value.text.find_first_not_of(' ', end), value.text.size());
    }
    if (words.empty() || words.size() > 2) {
        told.error(value.at,
                   fmt::format("price '{}', expected a price like 61000 or 61000 bid", yaml::shown(value.text)));
        value = null_node(value.at);
        return;
    }
    auto map = map_node(value.at);
    set_member(map, words[0].text.ends_with('%') ? "percent" : "value", words[0].at, words[0]);
    if (words.size() == 2) set_member(map, "type", words[1].at, words[1]);
    value = std::move(map);
}

/// `true`, `false` and a percent.
void expand_trailing(node& value, problems& told) {
    if (value.is_scalar() && !is_none(value)) {
        auto map = map_node(value.at);
        const bool is_flag = value.text == "true" || value.text == "false";
        set_member(map, is_flag ? "enabled" : "percent", value.at, value);
        value = std::move(map);
    }
    if (!value.is_map()) return;
    check_group(value, {"enabled", "percent"}, {}, told);
    switch_on(value, value.at);
}

void expand_timeout(node& value, problems& told) {
    if (value.is_scalar() && !is_none(value)) {
        const auto duration = trade::parse_duration(value.text);
        const auto seconds = duration ? std::chrono::floor<std::chrono::seconds>(*duration) : std::chrono::seconds{};
        const bool is_whole = duration && *duration == seconds && seconds.count() > 0;
        if (!is_whole) {
            const bool lacks_unit = trade::parse_duration(value.text + "s").has_value();
            const auto wanted =
                lacks_unit ? value.text + "s" : fmt::format("{}, in whole seconds", trade::duration_form);
            told.error(value.at, fmt::format("timeout {}, expected {}", yaml::shown(value.text), wanted), "V25");
            value = null_node(value.at);
            return;
        }
        auto map = map_node(value.at);
        set_member(map, "value", value.at, scalar_node(std::to_string(seconds.count()), value.at));
        value = std::move(map);
    }
    if (!value.is_map()) return;
    check_group(value, {"enabled", "value"}, {}, told);
    switch_on(value, value.at);
}

void expand_conditional(node& value, problems& told) {
    wrap_scalar(value, "price");
    if (!value.is_map()) return;
    check_group(value, {"price", "order_type", "trailing"}, {"when"}, told);
    if (auto* price = member_of(value, "price")) expand_price(*price, told);
    if (auto* trailing = member_of(value, "trailing")) expand_trailing(*trailing, told);
}

void expand_position(node& value, problems& told) {
    if (!value.is_map()) return;
    check_group(value, {"type", "order_type", "units", "price", "conditional"}, {}, told);
    if (auto* units = member_of(value, "units")) {
        wrap_scalar(*units, "value");
        if (units->is_map()) check_group(*units, {"value"}, {}, told);
    }
    if (auto* price = member_of(value, "price")) expand_price(*price, told);
    if (auto* conditional = member_of(value, "conditional")) expand_conditional(*conditional, told);
}

void expand_step(node& step, problems& told) {
    if (!step.is_map()) return;
    check_group(step, {"order_type", "volume", "price", "trailing"}, {"id", "state"}, told);
    if (auto* price = member_of(step, "price")) expand_price(*price, told);
    if (auto* trailing = member_of(step, "trailing")) expand_trailing(*trailing, told);
}

void expand_take_profit(node& value, yaml::place key_at, problems& told) {
    if (value.is_list()) {
        auto map = map_node(value.at);
        set_member(map, "steps", key_at, std::move(value));
        value = std::move(map);
    }
    if (!value.is_map()) return;
    check_group(value, {"enabled", "steps"}, {}, told);
    switch_on(value, key_at);
    auto* steps = member_of(value, "steps");
    if (!steps || !steps->is_list()) return;
    for (auto& step : steps->items) expand_step(step, told);
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
    check_group(value, {"enabled", "order_type", "breakeven", "price", "conditional", "timeout", "trailing"}, {}, told);
    switch_on(value, key_at);
    if (auto* price = member_of(value, "price")) expand_price(*price, told);
    if (auto* timeout = member_of(value, "timeout")) expand_timeout(*timeout, told);
    if (auto* conditional = member_of(value, "conditional")) wrap_scalar(*conditional, "price");
    move_trailing(value, told);
    if (auto* conditional = member_of(value, "conditional")) expand_conditional(*conditional, told);
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

bool is_none(const node& value) { return value.is_scalar() && !value.quoted && value.text == "none"; }

node scalar_node(std::string_view text, yaml::place at) {
    node made;
    made.type = node::kind::scalar;
    made.text = text;
    made.at = at;
    return made;
}

void set_member(node& map, std::string_view key, yaml::place key_at, node value) {
    if (auto* found = member_of(map, key))
        *found = std::move(value);
    else
        map.members.push_back({std::string{key}, key_at, std::move(value)});
}

node expand_trade(node trade, written_in where, problems& told) {
    if (where == written_in::trade)
        check_group(trade,
                    {"account", "account_id", "revision", "pair", "instant", "skip_enter_step", "note", "leverage",
                     "position", "take_profit", "stop_loss", "price_type"},
                    {"state", "on_remove", "on_drift", "protect", "expires_after", "expires_at", "submit_within",
                     "adjustments", "adopt", "was"},
                    told);
    else
        check_group(trade,
                    {"account", "account_id", "pair", "instant", "skip_enter_step", "leverage", "position",
                     "take_profit", "stop_loss", "price_type"},
                    {"on_remove", "on_drift", "protect", "expires_after", "expires_at", "submit_within"}, told);
    for (auto& [key, key_at, value] : trade.members) {
        if (key == "take_profit" || key == "stop_loss") refuse_off_word(value, key, told);
        if (key == "position") expand_position(value, told);
        if (key == "take_profit") expand_take_profit(value, key_at, told);
        if (key == "stop_loss") expand_stop_loss(value, key_at, told);
        if (key == "price_type") check_price_type(value, told);
        if (key == "leverage" && value.is_map()) {
            check_group(value, {"enabled", "type", "value"}, {}, told);
            switch_on(value, key_at);
        }
    }
    return trade;
}

} // namespace smarttrade::plan
