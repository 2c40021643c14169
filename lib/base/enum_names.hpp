#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace smarttrade::base {

/// Specialise with `static constexpr std::array names{...}`: the API's or the plan's word for each enumerator, in the
/// order of the enumerators, which count from 0.
template <class Enum>
struct enum_names;

template <class Enum>
constexpr std::span<const std::string_view> names_of() {
    return enum_names<Enum>::names;
}

template <class Enum>
    requires requires { enum_names<Enum>::names; }
constexpr std::string_view name_of(Enum value) {
    return enum_names<Enum>::names.at(static_cast<std::size_t>(value));
}

template <class Enum>
constexpr std::optional<Enum> parse_name(std::string_view text) {
    const auto& names = enum_names<Enum>::names;
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == text) return static_cast<Enum>(i);
    return std::nullopt;
}

} // namespace smarttrade::base
