#include "yaml/known_keys.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/nearest_word.hpp"
#include "yaml/parse.hpp"

namespace smarttrade::yaml {

std::string one_of(std::span<const std::string_view> words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i)
        out += fmt::format("{}{}", i == 0 ? "" : i + 1 == words.size() ? " or " : ", ", words[i]);
    return out;
}

void check_keys(const node& map, std::span<const std::string_view> known, const std::string& file,
                std::vector<base::diagnostic>& diagnostics, std::string_view (*meant_by)(std::string_view key)) {
    for (const auto& member : map.members) {
        if (std::ranges::find(known, member.key) != known.end()) continue;
        auto near = base::nearest_word(member.key, known);
        if (const auto meant = meant_by ? meant_by(member.key) : std::string_view{};
            std::ranges::find(known, meant) != known.end())
            near = meant;
        auto message = near ? fmt::format("unknown key '{}', did you mean '{}'?", shown(member.key), *near)
                            : fmt::format("unknown key '{}', expected {}", shown(member.key), one_of(known));
        diagnostics.push_back({position(member.key_at, file), base::severity::error, {}, std::move(message), {}});
    }
}

std::string shown(std::string_view text) {
    constexpr std::size_t shown_max = 60;
    std::string out{text.substr(0, shown_max)};
    // A character cut in half would make the whole message invalid UTF-8.
    while (out.size() < text.size() && !out.empty() && (static_cast<unsigned char>(text[out.size()]) & 0xC0U) == 0x80U)
        out.pop_back();
    if (out.size() < text.size()) out += "...";
    for (char& c : out)
        if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    return out;
}

} // namespace smarttrade::yaml
