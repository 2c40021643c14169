#include "wire/http_date.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace smarttrade::wire {

std::optional<base::utc_time> parse_http_date(std::string_view text) {
    constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
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

} // namespace smarttrade::wire
