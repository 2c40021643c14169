#include "wire/entity_amounts.hpp"

#include <algorithm>
#include <charconv>

namespace smarttrade::wire {

namespace {

bool are_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// A number without exponent, taken apart. `fraction` may be empty.
struct plain_number {
    bool negative = false;
    std::string_view whole, fraction;
};

std::optional<plain_number> take_apart(std::string_view text) {
    plain_number parts;
    parts.negative = text.starts_with('-');
    if (parts.negative) text.remove_prefix(1);
    const auto point = text.find('.');
    parts.whole = text.substr(0, point);
    if (point != std::string_view::npos) parts.fraction = text.substr(point + 1);
    if (!are_digits(parts.whole) || (point != std::string_view::npos && !are_digits(parts.fraction)))
        return std::nullopt;
    parts.whole.remove_prefix(std::min(parts.whole.find_first_not_of('0'), parts.whole.size()));
    return parts;
}

/// `8.6e-07` as `0.00000086`. An exponent beyond all bounds is brought to where it changes nothing any more.
std::optional<std::string> without_exponent(std::string_view mantissa, std::string_view exponent) {
    constexpr int shift_max = 200;
    constexpr std::size_t mantissa_max = 200;
    const auto parts = take_apart(mantissa);
    const bool has_sign = exponent.starts_with('+') || exponent.starts_with('-');
    if (!parts || !are_digits(exponent.substr(has_sign ? 1 : 0)) || mantissa.size() > mantissa_max) return std::nullopt;
    int shift = 0;
    const auto digits_of_shift = exponent.substr(has_sign ? 1 : 0);
    const auto parsed = std::from_chars(digits_of_shift.data(), digits_of_shift.data() + digits_of_shift.size(), shift);
    if (parsed.ec != std::errc{} || shift > shift_max) shift = shift_max;
    auto whole = std::string{parts->whole};
    auto fraction = std::string{parts->fraction};
    const auto places = static_cast<std::size_t>(shift);
    if (exponent.starts_with('-')) {
        if (whole.size() < places) whole.insert(0, places - whole.size(), '0');
        fraction.insert(0, whole.substr(whole.size() - places));
        whole.resize(whole.size() - places);
    } else {
        if (fraction.size() < places) fraction.append(places - fraction.size(), '0');
        whole += fraction.substr(0, places);
        fraction.erase(0, places);
    }
    return (parts->negative ? "-0" : "0") + whole + (fraction.empty() ? "" : "." + fraction);
}

} // namespace

std::optional<unreadable> entity_amounts::refusal(std::string_view name) const {
    if (too_great_.empty()) return std::nullopt;
    return unreadable{std::string{name} + " with " + too_great_ + ", expected less than 10^18"};
}

std::optional<money::decimal> entity_amounts::read_decimal(json_value from) {
    const auto text = from.text();
    // Nearly all amounts are short and plain: too short to be out of bounds.
    if (text.size() <= whole_digits_max && keep_ >= whole_digits_max)
        if (auto value = money::decimal::parse(text)) {
            const auto negative = text.starts_with('-') ? 1U : 0U;
            whole_digits_ = std::max(whole_digits_, static_cast<int>(std::min(text.find('.'), text.size()) - negative));
            decimals_ = std::max(decimals_, value->scale());
            return value;
        }
    return text.empty() ? std::nullopt : read_odd(from);
}

std::optional<money::decimal> entity_amounts::read_odd(json_value from) {
    auto text = from.text();
    std::string plain;
    if (const auto mark = text.find_first_of("eE"); mark != std::string_view::npos) {
        const auto made = without_exponent(text.substr(0, mark), text.substr(mark + 1));
        if (!made) return std::nullopt;
        text = plain = *made;
    }
    const auto parts = take_apart(text);
    if (!parts) return std::nullopt;
    const auto whole = static_cast<int>(std::min<std::size_t>(parts->whole.size(), whole_digits_max + 1));
    if (whole > whole_digits_max) {
        constexpr std::size_t shown_max = 40;
        too_great_ = std::string{from.key()} + ' ' + std::string{from.text().substr(0, shown_max)};
        return std::nullopt;
    }
    const auto room = static_cast<std::size_t>(std::min(keep_, digits_max - whole));
    if (parts->fraction.size() > room) text.remove_suffix(parts->fraction.size() - room);
    if (text.ends_with('.')) text.remove_suffix(1);
    const auto value = money::decimal::parse(text);
    if (!value) return std::nullopt;
    whole_digits_ = std::max(whole_digits_, whole);
    decimals_ = std::max(decimals_, value->scale());
    return value;
}

} // namespace smarttrade::wire
