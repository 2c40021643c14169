#pragma once

#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/enum_names.hpp"
#include "base/utc_time.hpp"
#include "money/amount.hpp"
#include "trade/field_tree.hpp"
#include "wire/decimal_text.hpp"

namespace smarttrade::wire {

/// Lenient reads of one member, by its path. What is absent, null or of another kind is nothing.
using member_path = std::initializer_list<std::string_view>;

inline std::optional<std::string> text_at(const trade::field_tree& tree, member_path path) {
    const auto* found = tree.find_path(path);
    return found && found->is_scalar() ? std::optional{found->text} : std::nullopt;
}

inline std::optional<bool> flag_at(const trade::field_tree& tree, member_path path) {
    const auto text = text_at(tree, path);
    if (text == "true") return true;
    return text == "false" ? std::optional{false} : std::nullopt;
}

inline std::optional<money::decimal> decimal_at(const trade::field_tree& tree, member_path path) {
    const auto text = text_at(tree, path);
    return text ? read_decimal(*text) : std::nullopt;
}

template <class Amount> std::optional<Amount> amount_at(const trade::field_tree& tree, member_path path) {
    const auto value = decimal_at(tree, path);
    return value ? std::optional{Amount{*value}} : std::nullopt;
}

/// Whole numbers, also as `"10.0"` (leverage, api.md E.1).
inline std::optional<std::int64_t> integer_at(const trade::field_tree& tree, member_path path) {
    const auto value = decimal_at(tree, path);
    if (!value) return std::nullopt;
    const auto text = value->to_short_string();
    const auto* const end = text.data() + text.size();
    std::int64_t whole = 0;
    const auto [stopped, error] = std::from_chars(text.data(), end, whole);
    return error == std::errc{} && stopped == end ? std::optional{whole} : std::nullopt;
}

inline std::optional<base::utc_time> time_at(const trade::field_tree& tree, member_path path) {
    const auto text = text_at(tree, path);
    return text ? base::parse_utc(*text) : std::nullopt;
}

template <class Enum> std::optional<Enum> word_at(const trade::field_tree& tree, member_path path) {
    const auto text = text_at(tree, path);
    return text ? base::parse_name<Enum>(*text) : std::nullopt;
}

} // namespace smarttrade::wire
