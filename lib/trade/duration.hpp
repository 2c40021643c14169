#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace smarttrade::trade {

inline constexpr std::string_view duration_form = "a whole number and one of ms s m h d, like 30s";

/// A duration as configuration and plans write it, at most 1000 days: `1500ms`, `30s`, `5m`, `2h`, `1d`. Else nothing.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

} // namespace smarttrade::trade
