#include "config/section.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/nearest_word.hpp"
#include "trade/duration.hpp"
#include "trade/number_spelling.hpp"
#include "yaml/known_keys.hpp"

namespace smarttrade::config {

namespace {

std::string written(const yaml::node& value) {
    switch (value.type) {
    case yaml::node::kind::null: return "without a value";
    case yaml::node::kind::list: return "(a list)";
    case yaml::node::kind::map: return "(a group of keys)";
    case yaml::node::kind::scalar: break;
    }
    return value.text.empty() ? "''" : yaml::shown(value.text);
}

} // namespace

section::section(const yaml::node* map, std::string name, yaml::place at, problems& told,
                 std::initializer_list<std::string_view> known)
    : map_{map}, name_{std::move(name)}, at_{at}, told_{&told} {
    if (map_ && !map_->is_map()) {
        error(map_->at, fmt::format("{} {}, expected a group of keys", yaml::shown(name_), written(*map_)));
        map_ = nullptr;
    }
    if (map_) yaml::check_keys(*map_, std::span{known.begin(), known.size()}, told);
}

const yaml::node* section::find(std::string_view key) const {
    const auto* member = map_ ? map_->find(key) : nullptr;
    return member ? &member->value : nullptr;
}

section section::group(std::string_view key, std::initializer_list<std::string_view> known) const {
    const auto* member = map_ ? map_->find(key) : nullptr;
    return {member ? &member->value : nullptr, std::string{key}, member ? member->key_at : at_, *told_, known};
}

std::span<const yaml::member> section::entries(std::string_view key) const {
    const auto* value = find(key);
    if (!value) return {};
    if (!value->is_map()) wrong(key, "a group of keys");
    return value->members;
}

void section::require(std::string_view key, std::string_view expected) const {
    if (has(key)) return;
    error(at_, fmt::format("missing key '{}' in {}, expected {}", key, yaml::shown(name_), expected));
}

yaml::place section::place_of(std::string_view key) const {
    const auto* value = find(key);
    return value ? value->at : at_;
}

void section::wrong(std::string_view key, std::string_view expected) const {
    const auto* value = find(key);
    error(value->at, fmt::format("{} {}, expected {}", key, written(*value), expected));
}

const std::string* section::scalar(std::string_view key, std::string_view expected) const {
    const auto* value = find(key);
    if (!value) return nullptr;
    if (value->is_scalar() && !value->text.empty()) return &value->text;
    wrong(key, expected);
    return nullptr;
}

void section::read(std::string_view key, std::string& out) const {
    if (const auto* text = scalar(key, "a text")) out = *text;
}

void section::read(std::string_view key, bool& out) const {
    const auto* text = scalar(key, "true or false");
    if (!text) return;
    if (*text != "true" && *text != "false") return wrong(key, "true or false");
    out = *text == "true";
}

void section::read(std::string_view key, milliseconds& out, milliseconds min) const {
    const auto* text = scalar(key, trade::duration_form);
    if (!text) return;
    const auto value = trade::parse_duration(*text);
    if (!value) return wrong(key, trade::duration_form);
    if (*value < min) return wrong(key, fmt::format("at least {}ms", min.count()));
    out = *value;
}

void section::read(std::string_view key, std::vector<std::string>& out) const {
    const auto* value = find(key);
    if (!value) return;
    if (value->is_scalar() && !value->text.empty()) {
        out = {value->text};
        return;
    }
    if (!value->is_list()) return wrong(key, "a list of texts");
    std::vector<std::string> texts;
    for (const auto& item : value->items) {
        if (item.is_scalar() && !item.text.empty())
            texts.push_back(item.text);
        else
            error(item.at, fmt::format("{} {}, expected a text", key, written(item)));
    }
    out = std::move(texts);
}

void section::read(std::string_view key, std::optional<money::percent>& out) const {
    const auto* text = scalar(key, "a percent like 10%");
    if (!text) return;
    const auto number = std::string_view{*text}.substr(0, text->size() - (text->ends_with('%') ? 1 : 0));
    const auto value = trade::is_plain_number(number) ? money::percent::parse(number) : std::nullopt;
    if (!value || value->sign() <= 0) return wrong(key, "a percent above 0, like 10%");
    out = *value;
}

void section::read(std::string_view key, money::decimal& out) const {
    const auto* member = map_ ? map_->find(key) : nullptr;
    if (!member) return;
    if (const auto value = read_amount(*member, *told_, false)) out = *value;
}

std::optional<std::int64_t> section::whole(std::string_view key, std::int64_t min, std::int64_t max) const {
    const auto expected = max == INT64_MAX ? fmt::format("a whole number from {} on", min)
                                           : fmt::format("a whole number from {} to {}", min, max);
    const auto* text = scalar(key, expected);
    if (!text) return std::nullopt;
    std::int64_t value = 0;
    const auto* end = text->data() + text->size();
    const auto [stop, failure] = std::from_chars(text->data(), end, value);
    const bool is_whole = failure == std::errc{} && stop == end && trade::is_plain_number(*text);
    if (is_whole && value >= min && value <= max) return value;
    wrong(key, expected);
    return std::nullopt;
}

std::optional<std::size_t> section::word(std::string_view key, std::span<const std::string_view> names) const {
    auto expected = yaml::one_of(names);
    const auto* text = scalar(key, expected);
    if (!text) return std::nullopt;
    const auto found = std::ranges::find(names, *text);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    if (const auto near = base::nearest_word(*text, names)) expected += fmt::format(", did you mean '{}'?", *near);
    wrong(key, expected);
    return std::nullopt;
}

std::optional<money::decimal> read_amount(const yaml::member& member, problems& told, bool may_be_zero) {
    const auto& value = member.value;
    const auto number =
        value.is_scalar() && trade::is_plain_number(value.text) ? money::decimal::parse(value.text) : std::nullopt;
    if (number && (may_be_zero || number->sign() > 0)) return number;
    const auto spelling = !number && value.is_scalar() ? trade::wanted_spelling(value.text) : std::nullopt;
    told.error(value.at, fmt::format("{} {}, expected {}", yaml::shown(member.key), written(value),
                                     spelling      ? *spelling
                                     : may_be_zero ? "a number"
                                                   : "a number above 0"));
    return std::nullopt;
}

} // namespace smarttrade::config
