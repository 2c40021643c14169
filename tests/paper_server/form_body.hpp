#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "wire/json.hpp"

namespace smarttrade::test {

inline std::string percent_encoded(std::string_view text) {
    std::string made;
    for (const char c : text) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        made += is_plain ? std::string{c} : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return made;
}

/// A body as a form: `take_profit[steps][][volume]=50`, names percent-encoded too.
inline std::string form_of(const trade::field_tree& from, const std::string& name = {}) {
    std::string made;
    const auto add = [&made](const std::string& part) { made += (made.empty() ? "" : "&") + part; };
    for (const auto& [key, value] : from.members)
        add(form_of(value, name.empty() ? key : fmt::format("{}[{}]", name, key)));
    for (const auto& item : from.items) add(form_of(item, name + "[]"));
    if (from.is_scalar()) add(percent_encoded(name) + '=' + percent_encoded(from.text));
    return made;
}
inline std::string form_of(const std::string& json) { return form_of(wire::parse_json(json).value()); }

inline constexpr const char* form_type = "application/x-www-form-urlencoded";

} // namespace smarttrade::test
