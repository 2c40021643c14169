#include "trade/number_spelling.hpp"

#include <algorithm>
#include <charconv>

#include "money/decimal.hpp"

namespace smarttrade::trade {

namespace {

constexpr std::size_t text_max = 64; ///< a longer text is no number that a person mistyped

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// `1,000,000.5` and `58 000`: groups of three digits before the point.
bool has_thousands(std::string_view text, char separator) {
    const auto whole = text.substr(0, text.find('.'));
    const auto first = whole.find(separator);
    if (first == std::string_view::npos || first == 0 || first > 3 || whole[0] == '0') return false;
    for (std::size_t i = first; i < whole.size(); i += 4) {
        const auto group = whole.substr(i, 4);
        if (group.size() != 4 || group[0] != separator || !std::ranges::all_of(group.substr(1), is_digit)) return false;
    }
    return true;
}

/// Moves the point of a plain number by `places`; nothing beyond the exponents a price can have.
std::optional<money::decimal> shifted(const money::decimal& number, int places) {
    constexpr int places_max = 18;
    if (places < -places_max || places > places_max) return std::nullopt;
    money::decimal power{1};
    const auto step = places < 0 ? money::decimal{1, 1} : money::decimal{10};
    try {
        for (int i = 0; i < (places < 0 ? -places : places); ++i) power = power * step;
        return number * power;
    } catch (const money::decimal_overflow&) {
        return std::nullopt;
    }
}

std::optional<money::decimal> parse_loosely(std::string text) {
    int places = 0;
    if (const auto e = text.find_first_of("eE"); e != std::string::npos) {
        auto exponent = std::string_view{text}.substr(e + 1);
        if (exponent.starts_with('+')) exponent.remove_prefix(1);
        const auto* end = exponent.data() + exponent.size();
        const auto [stop, error] = std::from_chars(exponent.data(), end, places);
        if (error != std::errc{} || stop != end) return std::nullopt;
        text.resize(e);
    }
    if (text.starts_with('.')) text.insert(0, 1, '0');
    if (text.ends_with('.')) text.pop_back();
    const auto number = money::decimal::parse(text);
    return number ? shifted(*number, places) : std::nullopt;
}

/// `58k` and `58 k`.
bool takes_thousands(std::string_view& text) {
    if (!text.ends_with('k') && !text.ends_with('K')) return false;
    auto number = text.substr(0, text.size() - 1);
    if (number.ends_with(' ')) number.remove_suffix(1);
    if (number.empty() || !is_digit(number.back())) return false;
    text = number;
    return true;
}

/// What people write around a number: a currency sign before it, a unit behind it.
std::string_view without_unit(std::string_view text) {
    for (const std::string_view sign : {"$", "\u20AC"})
        if (text.starts_with(sign)) text.remove_prefix(sign.size());
    const auto space = text.find(' ');
    const auto unit = space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
    const bool is_unit = !unit.empty() && std::ranges::all_of(unit, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    });
    return is_unit ? text.substr(0, space) : text;
}

} // namespace

bool is_plain_number(std::string_view text) {
    const bool leading_zero = text.size() > 1 && text[0] == '0' && text[1] != '.';
    return !leading_zero && !text.starts_with('-') && money::decimal::parse(text).has_value();
}

std::optional<std::string> wanted_spelling(std::string_view text) {
    if (text.empty() || text.size() > text_max) return std::nullopt;
    if (text.starts_with('%')) {
        const auto rest = text.substr(1);
        return is_plain_number(rest) ? std::optional{std::string{rest} + '%'} : std::nullopt;
    }
    const bool thousands = takes_thousands(text);
    text = without_unit(text);
    if (text.starts_with('+')) text.remove_prefix(1);
    std::string bare{text};
    for (const char separator : {',', ' '})
        if (has_thousands(bare, separator)) std::erase(bare, separator);
    if (std::ranges::count(bare, ',') == 1 && bare.find('.') == std::string::npos) std::ranges::replace(bare, ',', '.');
    std::erase(bare, '_');
    auto number = parse_loosely(std::move(bare));
    if (number && thousands) number = shifted(*number, 3);
    if (!number || number->sign() < 0) return std::nullopt;
    return number->to_short_string();
}

} // namespace smarttrade::trade
