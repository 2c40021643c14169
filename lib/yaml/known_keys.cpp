#include "yaml/known_keys.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/nearest_word.hpp"
#include "base/printable.hpp"

namespace smarttrade::yaml {

std::string one_of(std::span<const std::string_view> words) {
    constexpr std::size_t words_max = 30;
    const auto few = words.first(std::min(words.size(), words_max));
    std::string out;
    for (std::size_t i = 0; i < few.size(); ++i)
        out += fmt::format("{}{}", i == 0 ? "" : i + 1 == words.size() ? " or " : ", ", shown(few[i]));
    return few.size() == words.size() ? out : fmt::format("{} or one of {} others", out, words.size() - few.size());
}

void check_keys(const node& map, std::span<const std::string_view> known, problems& told,
                std::string_view (*meant_by)(std::string_view key)) {
    for (const auto& member : map.members) {
        if (told.is_full()) return; // to look for what was meant takes its time
        if (std::ranges::find(known, member.key) != known.end()) continue;
        auto near = base::nearest_word(member.key, known);
        if (const auto meant = meant_by ? meant_by(member.key) : std::string_view{};
            std::ranges::find(known, meant) != known.end())
            near = meant;
        told.error(member.key_at, near
                                      ? fmt::format("unknown key '{}', did you mean '{}'?", shown(member.key), *near)
                                      : fmt::format("unknown key '{}', expected {}", shown(member.key), one_of(known)));
    }
}

std::string shown(std::string_view text) {
    constexpr std::size_t shown_max = 60;
    std::string out{text.substr(0, shown_max)};
    // A character cut in half would make the whole message invalid UTF-8.
    while (out.size() < text.size() && !out.empty() && (static_cast<unsigned char>(text[out.size()]) & 0xC0U) == 0x80U)
        out.pop_back();
    if (out.size() < text.size()) out += "...";
    return base::printable(out, ' ');
}

} // namespace smarttrade::yaml
