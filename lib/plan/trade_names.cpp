#include "plan/trade_names.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace smarttrade::plan {

namespace {

constexpr std::size_t name_max = 63;

/// Letters and digits in lower case, whatever else is between them as one `-`.
std::string joined_words(std::string_view text) {
    std::string name;
    bool is_apart = false;
    for (char c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (is_letter && is_apart && !name.empty()) name += '-';
        if (is_letter) name += c;
        is_apart = !is_letter;
    }
    return name;
}

/// A few plain words that a person would type again, and none that YAML or a reader takes for something else.
bool makes_a_name(std::string_view note, std::string_view name) {
    constexpr std::size_t shortest = 3, longest = 32;
    constexpr std::array<std::string_view, 8> taken_words{"null", "none", "true",   "false",
                                                          "yes",  "off",  "trades", "all"};
    const bool is_ascii = std::ranges::all_of(note, [](char c) { return c >= ' ' && c <= '~'; });
    const bool has_letter = std::ranges::any_of(name, [](char c) { return c >= 'a'; });
    return is_ascii && has_letter && name.size() >= shortest && note.size() <= longest
           && std::ranges::find(taken_words, name) == taken_words.end();
}

std::string numbered(std::string name, int number) {
    const auto end = fmt::format("-{}", number);
    name.resize(std::min(name.size(), name_max - end.size()));
    while (name.ends_with('-')) name.pop_back();
    return name + end;
}

} // namespace

std::string trade_names::name_for(const trade::smart_trade& of, std::string_view note) {
    auto name = joined_words(note);
    const bool is_from_note = makes_a_name(note, name);
    if (!is_from_note)
        name = joined_words(fmt::format("{} {} {}", of.pair.base, of.pair.quote, base::name_of(of.type)));
    auto free = is_from_note ? name : numbered(name, 1);
    for (int number = 2; !taken_.insert(free).second; ++number) free = numbered(name, number);
    return free;
}

} // namespace smarttrade::plan
