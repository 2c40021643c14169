#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/enum_names.hpp"
#include "base/utc_time.hpp"
#include "wire/decimal_text.hpp"
#include "wire/json_document.hpp"

namespace smarttrade::wire {

// Lenient reads of one value. What is absent, null or of another kind is nothing (api.md E.1).

inline std::optional<std::string> text_of(json_value from) {
    return from.is_scalar() ? std::optional{std::string{from.text()}} : std::nullopt;
}

inline std::string text_or_empty(json_value from) { return std::string{from.text()}; }

inline std::optional<bool> flag_of(json_value from) {
    const auto text = from.text();
    if (text == "true") return true;
    return text == "false" ? std::optional{false} : std::nullopt;
}

inline bool is_on(json_value from) { return from.text() == "true"; }

/// Whole numbers, also as `"10.0"` (leverage, api.md E.1).
inline std::optional<std::int64_t> integer_of(json_value from) {
    const auto text = from.text();
    const auto* const end = text.data() + text.size();
    std::int64_t whole = 0;
    const auto plain = std::from_chars(text.data(), end, whole);
    if (plain.ec == std::errc{} && plain.ptr == end) return whole;
    const auto value = read_decimal(text);
    if (!value || value->scale() > 0) return std::nullopt;
    const auto digits = value->to_short_string();
    const auto* const digits_end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), digits_end, whole);
    return error == std::errc{} && stopped == digits_end ? std::optional{whole} : std::nullopt;
}

inline std::optional<base::utc_time> time_of(json_value from) {
    return from.is_scalar() ? base::parse_utc(from.text()) : std::nullopt;
}

template <class Enum> std::optional<Enum> word_of(json_value from) {
    return from.is_scalar() ? base::parse_name<Enum>(from.text()) : std::nullopt;
}

} // namespace smarttrade::wire
