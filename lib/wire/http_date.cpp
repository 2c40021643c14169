#include "wire/http_date.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace smarttrade::wire {

namespace {

constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

} // namespace

std::optional<base::utc_time> parse_http_date(std::string_view text) {
    constexpr std::string_view form = "Sun, 06 Nov 1994 08:49:37 GMT";
    if (text.size() != form.size()) return std::nullopt;
    if (text.substr(3, 2) != ", " || text[7] != ' ' || text[11] != ' ' || text[16] != ' ' || text.substr(25) != " GMT")
        return std::nullopt;
    const auto month = std::ranges::find(months, text.substr(8, 3));
    if (month == months.end()) return std::nullopt;
    const auto day = text.substr(5, 2);
    const auto year = text.substr(12, 4);
    const auto time = text.substr(17, 8);
    return base::parse_utc(fmt::format("{}-{:02}-{}T{}Z", year, month - months.begin() + 1, day, time));
}

std::string format_http_date(base::utc_time at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(at - day)};
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days.at(std::chrono::weekday{day}.c_encoding()),
                       static_cast<unsigned>(date.day()), months.at(static_cast<unsigned>(date.month()) - 1),
                       static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
                       time.seconds().count());
}

} // namespace smarttrade::wire
