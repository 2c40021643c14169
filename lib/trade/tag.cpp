#include "trade/tag.hpp"

#include <algorithm>
#include <charconv>

namespace smarttrade::trade {

namespace {

bool is_word_char(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_nonce(std::string_view text) {
    return text.size() == 8
           && std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7'); });
}

/// A revision as text() writes it: digits without a leading zero.
std::optional<int> parse_revision(std::string_view text) {
    int value = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || value < 1 || text.front() == '0') return std::nullopt;
    return value;
}

} // namespace

std::string tag::text() const { return with_note({}); }

std::string tag::with_note(std::string_view note) const {
    std::string all;
    all.reserve(note.size() + 100); // written for every trade in every round: one allocation, no format to be read
    all.append(tag_prefix).append(instance).append(1, ':').append(name).append(1, '.');
    all.append(std::to_string(revision)).append(1, ':').append(nonce);
    if (!note.empty()) all.append(1, ' ').append(note);
    return all;
}

std::optional<tag> tag::parse(std::string_view note) {
    if (!note.starts_with(tag_prefix)) return std::nullopt;
    auto word = note.substr(tag_prefix.size());
    word = word.substr(0, word.find(' '));
    const auto first = word.find(':');
    const auto dot = word.find('.');
    const auto last = word.rfind(':');
    if (first == std::string_view::npos || dot == std::string_view::npos || dot < first || last < dot)
        return std::nullopt;
    const auto revision = parse_revision(word.substr(dot + 1, last - dot - 1));
    tag found{std::string{word.substr(0, first)}, std::string{word.substr(first + 1, dot - first - 1)},
              revision.value_or(0), std::string{word.substr(last + 1)}};
    if (!revision || !is_instance_name(found.instance) || !is_trade_name(found.name) || !is_nonce(found.nonce))
        return std::nullopt;
    return found;
}

bool is_trade_name(std::string_view text) {
    const auto inner = [](char c) { return is_word_char(c) || c == '-'; };
    return !text.empty() && text.size() <= 63 && is_word_char(text.front()) && is_word_char(text.back())
           && std::ranges::all_of(text, inner);
}

bool is_instance_name(std::string_view text) {
    return !text.empty() && text.size() <= 12 && std::ranges::all_of(text, is_word_char);
}

} // namespace smarttrade::trade
