#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace smarttrade::trade {

inline constexpr std::string_view duration_form = "a whole number and one of ms s m h d, like 30s";

/// A duration as configuration and plans write it, at most 1000 days: `1500ms`, `30s`, `5m`, `2h`, `1d`. Else nothing.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// In the largest unit that has no rest: `15m`, `90s`.
std::string write_duration(std::chrono::seconds span);

} // namespace smarttrade::trade
