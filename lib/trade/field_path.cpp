#include <algorithm>

#include <fmt/format.h>

#include "base/printable.hpp"
#include "trade/body_reader.hpp"

namespace smarttrade::trade {

std::string bracket_path(const field_path& path) {
    std::string out;
    for (const auto& part : path) {
        const auto* name = std::get_if<field_name>(&part);
        const auto text = name ? std::string{*name} : std::to_string(std::get<std::size_t>(part));
        out += out.empty() ? text : fmt::format("[{}]", text);
    }
    return out;
}

std::string dotted_path(const field_path& path) {
    std::string out;
    for (const auto& part : path) {
        if (const auto* place = std::get_if<std::size_t>(&part))
            out += fmt::format("[{}]", *place);
        else
            out += fmt::format("{}{}", out.empty() ? "" : ".", std::string_view{std::get<field_name>(part)});
    }
    return out;
}

std::string key_of(const field_path& path) {
    std::string key;
    for (const auto& part : path) {
        const auto* name = std::get_if<field_name>(&part);
        const bool is_amount = name && !key.empty() && (*name == "value" || *name == "percent");
        if (name && !is_amount) key = *name;
    }
    return key;
}

std::string as_written(const field_tree& value) {
    if (value.is_map()) return "(a group of keys)";
    if (value.is_list()) return "(a list)";
    constexpr std::size_t shown_max = 40;
    const auto is_clean = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
               || std::string_view{"_.%+-:/"}.find(c) != std::string_view::npos;
    };
    if (!value.text.empty() && value.text.size() <= shown_max && std::ranges::all_of(value.text, is_clean))
        return value.text;
    auto shown = value.text.substr(0, shown_max);
    const bool is_cut = shown.size() < value.text.size();
    // A character cut in half would make the whole message invalid UTF-8.
    while (is_cut && !shown.empty() && (static_cast<unsigned char>(value.text[shown.size()]) & 0xC0U) == 0x80U)
        shown.pop_back();
    return fmt::format("'{}{}'", base::printable(shown, '?'), is_cut ? "..." : "");
}

} // namespace smarttrade::trade
