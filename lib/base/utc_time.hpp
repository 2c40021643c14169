#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace smarttrade::base {

/// Wall-clock time of the API: UTC with milliseconds (api.md A.1).
using utc_time = std::chrono::sys_time<std::chrono::milliseconds>;

/// `2024-08-12T16:24:38.360Z`.
std::string format_utc(utc_time at);

/// ISO 8601 with `Z` or an offset `+01:00`; seconds may have 0..9 decimals, of which three count. Else nothing.
std::optional<utc_time> parse_utc(std::string_view text);

} // namespace smarttrade::base
