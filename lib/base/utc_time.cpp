#include "base/utc_time.hpp"

#include <fmt/format.h>

namespace smarttrade::base {

namespace {

/// Takes `count` digits off the front of `text`; nothing if there are fewer.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
    if (text.size() < count) return std::nullopt;
    int value = 0;
    for (const char c : text.substr(0, count)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, char c) {
    if (!text.starts_with(c)) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<std::chrono::milliseconds> take_fraction(std::string_view& text) {
    if (!take(text, '.')) return std::chrono::milliseconds{0};
    int value = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits)
        if (digits < 3) value = value * 10 + (text[digits] - '0');
    if (digits == 0 || digits > 9) return std::nullopt;
    for (auto scale = digits; scale < 3; ++scale) value *= 10;
    text.remove_prefix(digits);
    return std::chrono::milliseconds{value};
}

std::optional<std::chrono::minutes> take_zone(std::string_view& text) {
    if (take(text, 'Z')) return std::chrono::minutes{0};
    const bool east = text.starts_with('+');
    if (!take(text, '+') && !take(text, '-')) return std::nullopt;
    const auto hours = take_digits(text, 2);
    if (!hours || !take(text, ':')) return std::nullopt;
    const auto minutes = take_digits(text, 2);
    if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    const std::chrono::minutes offset{*hours * 60 + *minutes};
    return east ? offset : -offset;
}

} // namespace

std::string format_utc(utc_time at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{at - day};
    std::string text{"0000-00-00T00:00:00.000Z"}; // each entity holds several: filled in by hand they cost a third
    const auto fill = [&text](std::size_t last, std::int64_t value) {
        for (; value > 0; value /= 10) text.at(last--) = static_cast<char>('0' + value % 10);
    };
    const int year = static_cast<int>(date.year());
    if (year < 0 || year > 9999)
        return fmt::format("{}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", year, static_cast<unsigned>(date.month()),
                           static_cast<unsigned>(date.day()), time.hours().count(), time.minutes().count(),
                           time.seconds().count(), time.subseconds().count());
    fill(3, year);
    fill(6, static_cast<unsigned>(date.month()));
    fill(9, static_cast<unsigned>(date.day()));
    fill(12, time.hours().count());
    fill(15, time.minutes().count());
    fill(18, time.seconds().count());
    fill(22, time.subseconds().count());
    return text;
}

std::optional<utc_time> parse_utc(std::string_view text) {
    const auto year = take_digits(text, 4);
    if (!year || !take(text, '-')) return std::nullopt;
    const auto month = take_digits(text, 2);
    if (!month || !take(text, '-')) return std::nullopt;
    const auto day = take_digits(text, 2);
    if (!day || (!take(text, 'T') && !take(text, ' '))) return std::nullopt;
    const auto hour = take_digits(text, 2);
    if (!hour || !take(text, ':')) return std::nullopt;
    const auto minute = take_digits(text, 2);
    if (!minute || !take(text, ':')) return std::nullopt;
    const auto second = take_digits(text, 2);
    if (!second) return std::nullopt;
    const auto fraction = take_fraction(text);
    if (!fraction) return std::nullopt;
    const auto zone = take_zone(text);
    if (!zone || !text.empty()) return std::nullopt;

    const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
    return std::chrono::sys_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute}
           + std::chrono::seconds{*second} + *fraction - *zone;
}

} // namespace smarttrade::base
