#include "trade/body_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/nearest_word.hpp"
#include "trade/digits.hpp"
#include "trade/number_spelling.hpp"

namespace smarttrade::trade {

namespace {

/// The boolean that is meant by a word YAML 1.1 took for one.
std::string_view wanted_flag(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    for (const std::string_view word : {"true", "yes", "on", "y", "1"})
        if (text == word) return "true";
    for (const std::string_view word : {"false", "no", "off", "n", "0"})
        if (text == word) return "false";
    return "true or false";
}

std::string parent_of(field_path path) {
    path.pop_back();
    return path.empty() ? std::string{"the trade"} : dotted_path(path);
}

} // namespace

body_field body_field::operator[](field_name name) const {
    body_field child{node ? node->find(name) : nullptr, {}};
    child.path.reserve(path.size() + 1);
    child.path = path;
    child.path.emplace_back(name);
    return child;
}

body_field body_field::operator[](std::size_t place) const {
    body_field child{node && place < node->items.size() ? &node->items[place] : nullptr, path};
    child.path.emplace_back(place);
    return child;
}

bool body_reader::has_errors() const {
    return std::ranges::any_of(found_, [](const violation& v) { return v.level == base::severity::error; });
}

violation& body_reader::report(base::severity level, std::string_view rule, const body_field& at, std::string message,
                               std::string_view api_message) {
    violation made;
    made.level = level;
    made.rule = rule;
    made.at = at.path;
    made.is_missing = at.node == nullptr;
    made.message = std::move(message);
    made.api_message = api_message;
    return found_.emplace_back(std::move(made));
}

void body_reader::ignored(std::string_view rule, const body_field& at, std::string_view why) {
    if (!for_author() || !at) return;
    auto shown = body_field{at};
    for (const std::string_view inner : {"value", "price", "value"}) // the value itself tells more than its group
        if (const auto child = shown[inner]; child && shown.node->is_map()) shown = child;
    report(base::severity::error, rule, at, fmt::format("{} {}, {}", key_of(at.path), as_written(*shown.node), why));
}

void body_reader::missing(std::string_view rule, const body_field& at, std::string_view expected) {
    const auto* name = std::get_if<field_name>(&at.path.back());
    report(base::severity::error, rule, at,
           fmt::format("missing key '{}' in {}, expected {}", name ? *name : "", parent_of(at.path), expected),
           "is missing");
}

void body_reader::wrong(std::string_view rule, const body_field& at, std::string_view expected) {
    report(base::severity::error, rule, at,
           fmt::format("{} {}, expected {}", key_of(at.path), as_written(*at.node), expected),
           "does not have a valid value");
}

bool body_reader::required_group(std::string_view rule, const body_field& at, std::string_view expected) {
    if (at) return optional_group(rule, at);
    missing(rule, at, expected);
    return !for_author();
}

bool body_reader::optional_group(std::string_view rule, const body_field& at) {
    if (!at) return false;
    if (at.node->is_map()) return true;
    report(base::severity::error, rule, at,
           fmt::format("{} {}, expected a group of keys", key_of(at.path), as_written(*at.node)));
    return false;
}

bool body_reader::is_on(std::string_view rule, const body_field& group) {
    const auto enabled = group["enabled"];
    if (!enabled) missing(rule, enabled, "true or false");
    return flag(enabled);
}

bool body_reader::flag(const body_field& at) {
    if (!at) return false;
    if (at.node->is_scalar() && (at.node->text == "true" || at.node->text == "false")) return at.node->text == "true";
    wrong("V1", at, at.node->is_scalar() ? wanted_flag(at.node->text.substr(0, 8)) : "true or false");
    return false;
}

std::optional<std::string> body_reader::text(std::string_view rule, const body_field& at, std::string_view expected) {
    if (!at) {
        missing(rule, at, expected);
        return std::nullopt;
    }
    if (at.node->is_scalar()) return at.node->text;
    wrong(rule, at, expected);
    return std::nullopt;
}

std::optional<std::int64_t> body_reader::whole(std::string_view rule, const body_field& at, std::string_view expected,
                                               std::int64_t max) {
    const auto written = text(rule, at, expected);
    if (!written) return std::nullopt;
    std::int64_t value = 0;
    const auto* end = written->data() + written->size();
    const auto [stop, error] = std::from_chars(written->data(), end, value);
    bool is_plain = error == std::errc{} && stop == end && (!for_author() || is_plain_number(*written));
    // The API shows whole numbers with a fraction ("10.0", E.1) and takes back what it shows.
    const auto shown = is_plain || for_author() ? std::nullopt : money::decimal::parse(*written);
    if (shown && shown->scale() == 0 && *shown <= money::decimal{max}) {
        value = shown->scaled(0, money::rounding::down);
        is_plain = true;
    }
    if (is_plain && value >= 1 && value <= max) return value;
    const auto spelling = is_plain ? std::nullopt : wanted_spelling(*written);
    wrong("V3", at, spelling && *spelling != *written ? *spelling : expected);
    return std::nullopt;
}

std::optional<money::decimal> body_reader::number(std::string_view rule, const body_field& at,
                                                  std::string_view expected, bool may_have_percent_sign) {
    auto written = text(rule, at, expected);
    if (!written) return std::nullopt;
    const bool has_sign = may_have_percent_sign && for_author() && written->ends_with('%');
    if (has_sign) written->pop_back();
    const std::string_view sign = has_sign ? "%" : "";
    const auto value = money::decimal::parse(*written);
    if (!value || (for_author() && value->sign() >= 0 && !is_plain_number(*written))) {
        const auto spelling = wanted_spelling(*written);
        const bool is_long = written->find_first_not_of("0123456789.") == std::string::npos && written->size() > 19;
        wrong("V2", at,
              spelling                ? fmt::format("{}{}", *spelling, sign)
              : is_long               ? "at most 19 digits"
              : may_have_percent_sign ? std::string{expected}
                                      : "a number");
        return std::nullopt;
    }
    if (value->sign() < 0 && has_sign)
        wrong("V2", at, fmt::format("{}%: on which side of the entry it lies is known", written->substr(1)));
    else if (value->sign() <= 0)
        wrong("V2", at, "a number above 0");
    else if (has_too_many_digits(*value))
        wrong("V2", at, "at most 19 digits");
    else
        return value;
    return std::nullopt;
}

std::optional<money::price> body_reader::price(std::string_view rule, const body_field& at, std::string_view expected) {
    const auto value = number(rule, at, expected, false);
    if (!value) return std::nullopt;
    constexpr int decimals_max = 8;
    if (for_author() && value->scale() > decimals_max)
        report(base::severity::warning, "V2", at,
               fmt::format("{} {} has {} decimals, expected at most {}", key_of(at.path), as_written(*at.node),
                           value->scale(), decimals_max));
    return money::price{*value};
}

std::optional<money::quantity> body_reader::units(std::string_view rule, const body_field& at) {
    const auto value = number(rule, at, "the amount in base currency", false);
    return value ? std::optional{money::quantity{*value}} : std::nullopt;
}

std::optional<money::percent> body_reader::percent(std::string_view rule, const body_field& at, std::int64_t max,
                                                   money::decimal min) {
    const auto expected = min.is_zero() ? fmt::format("a percent above 0, at most {}", max)
                                        : fmt::format("a percent from {} to {}", min.to_short_string(), max);
    const auto value = number(rule, at, expected, true);
    if (!value) return std::nullopt;
    if (*value >= min && *value <= money::decimal{max}) return money::percent{*value};
    wrong(rule, at, expected);
    return std::nullopt;
}

std::optional<std::size_t> body_reader::word_place(std::string_view rule, const body_field& at,
                                                   std::span<const std::string_view> names) {
    const bool is_scalar = at.node && at.node->is_scalar();
    const auto found = is_scalar ? std::ranges::find(names, at.node->text) : names.end();
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    std::string expected{names[0]};
    for (std::size_t i = 1; i < names.size(); ++i)
        expected += fmt::format("{}{}", i + 1 == names.size() ? " or " : ", ", names[i]);
    const auto written = text(rule, at, expected);
    if (!written) return std::nullopt;
    if (const auto near = base::nearest_word(*written, names)) expected += fmt::format(", did you mean '{}'?", *near);
    wrong(rule, at, expected);
    return std::nullopt;
}

} // namespace smarttrade::trade
