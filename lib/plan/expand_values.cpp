#include "plan/expand_values.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "trade/duration.hpp"
#include "trade/number_spelling.hpp"
#include "trade/vocabulary.hpp"
#include "yaml/known_keys.hpp"

namespace smarttrade::plan {

using yaml::node;

namespace {

/// A word of a scalar, with its own place unless escapes or line breaks stand in between.
node word_of(const node& value, std::size_t from, std::size_t to) {
    const auto before = std::ranges::count_if(value.text.substr(0, from),
                                              [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
    auto at = value.at;
    if (value.is_verbatim) at.column += static_cast<int>(before) + (value.quoted ? 1 : 0);
    return scalar_node(std::string_view{value.text}.substr(from, to - from), at);
}

/// What spaces part; of many words only the first.
std::vector<node> words_of(const node& value) {
    constexpr std::size_t words_max = 6; // `1 058 000 000 bid` and one more
    std::vector<node> words;
    for (std::size_t at = value.text.find_first_not_of(' '); at < value.text.size() && words.size() < words_max;) {
        const auto end = std::min(value.text.find(' ', at), value.text.size());
        words.push_back(word_of(value, at, end));
        at = std::min(value.text.find_first_not_of(' ', end), value.text.size());
    }
    return words;
}

/// `58 000 bid`, `58 k`: one number in several words, as it should be written. Nothing: it is something else.
std::optional<std::string> joined_number(const std::vector<node>& words) {
    const bool has_side = words.size() > 1 && base::parse_name<trade::price_type>(words.back().text);
    const auto numbers = words.size() - (has_side ? 1 : 0);
    if (numbers < 2) return std::nullopt;
    const auto& second = words[1].text;
    if (second != "k" && second != "K" && (second[0] < '0' || second[0] > '9')) return std::nullopt;
    auto written = words[0].text;
    for (std::size_t i = 1; i < numbers; ++i) written += ' ' + words[i].text;
    auto number = trade::wanted_spelling(written);
    if (number && has_side) *number += ' ' + words.back().text;
    return number;
}

/// What other tools, and traders, call it.
std::string_view meant_by(std::string_view key) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 16> others{{{"sl", "stop_loss"},
                                                                                    {"stop", "stop_loss"},
                                                                                    {"tp", "take_profit"},
                                                                                    {"targets", "take_profit"},
                                                                                    {"symbol", "pair"},
                                                                                    {"market", "pair"},
                                                                                    {"side", "type"},
                                                                                    {"direction", "type"},
                                                                                    {"quantity", "units"},
                                                                                    {"qty", "units"},
                                                                                    {"amount", "units"},
                                                                                    {"size", "units"},
                                                                                    {"trigger", "conditional"},
                                                                                    {"trigger_price", "conditional"},
                                                                                    {"entry", "position"},
                                                                                    {"trailing_stop", "trailing"}}};
    const auto found = std::ranges::find(others, key, &std::pair<std::string_view, std::string_view>::first);
    return found == others.end() ? std::string_view{} : found->second;
}

} // namespace

bool holds(key_list keys, std::string_view key) { return std::ranges::find(keys, key) != keys.end(); }

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

void check_group(node& group, key_list known, problems& told) {
    for (const auto& member : group.members)
        if (holds(known, member.key) && member.value.is_null())
            told.error(member.value.at, fmt::format("{} without a value, expected a value or none", member.key));
    yaml::check_keys(group, std::span{known.begin(), known.size()}, told, &meant_by);
    std::erase_if(group.members, [known](const yaml::member& m) { return !holds(known, m.key); });
}

node map_node(yaml::place at) {
    node map;
    map.type = node::kind::map;
    map.at = at;
    return map;
}

node null_node(yaml::place at) {
    node null;
    null.at = at;
    return null;
}

node* member_of(node& map, std::string_view key) {
    const auto found = std::ranges::find_if(map.members, [key](const yaml::member& m) { return m.key == key; });
    return found == map.members.end() ? nullptr : &found->value;
}

void wrap_scalar(node& value, std::string_view key) {
    if (!value.is_scalar() || is_none(value)) return;
    auto map = map_node(value.at);
    set_member(map, key, value.at, value);
    value = std::move(map);
}

void switch_on(node& group, yaml::place at) {
    if (group.is_map() && !group.find("enabled")) set_member(group, "enabled", at, scalar_node("true", at));
}

void expand_price(node& value, problems& told) {
    if (value.is_map()) return check_group(value, {"value", "percent", "type"}, told);
    if (!value.is_scalar() || is_none(value)) return;
    auto words = words_of(value);
    if (const auto number = joined_number(words)) {
        told.error(value.at, fmt::format("price {}, expected {}", yaml::shown(value.text), *number), "V2");
        value = null_node(value.at);
        return;
    }
    if (words.empty() || words.size() > 2 || words[0].text == "none") {
        told.error(value.at,
                   fmt::format("price '{}', expected a price like 61000 or 61000 bid", yaml::shown(value.text)));
        value = null_node(value.at);
        return;
    }
    if (words.size() == 2 && words[1].text == "%") {
        told.error(value.at, fmt::format("price {0} %, expected {0}%", yaml::shown(words[0].text)), "V2");
        value = null_node(value.at);
        return;
    }
    auto map = map_node(value.at);
    const bool is_percent = words[0].text.ends_with('%') || words[0].text.starts_with('%');
    set_member(map, is_percent ? "percent" : "value", words[0].at, words[0]);
    if (words.size() == 2) set_member(map, "type", words[1].at, words[1]);
    value = std::move(map);
}

void expand_trailing(node& value, problems& told) {
    if (value.is_scalar() && !is_none(value)) {
        auto map = map_node(value.at);
        const bool is_flag = value.text == "true" || value.text == "false";
        set_member(map, is_flag ? "enabled" : "percent", value.at, value);
        value = std::move(map);
    }
    if (!value.is_map()) return;
    check_group(value, {"enabled", "percent"}, told);
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
    check_group(value, {"enabled", "value"}, told);
    switch_on(value, value.at);
}

} // namespace smarttrade::plan
