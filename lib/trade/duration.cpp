#include "trade/duration.hpp"

#include <charconv>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

namespace smarttrade::trade {

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    using namespace std::chrono;
    std::int64_t count = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, count);
    const std::string_view unit{stop, static_cast<std::size_t>(end - stop)};
    constexpr std::int64_t count_max = 1000LL * 86'400'000; // a thousand days of milliseconds
    if (failure != std::errc{} || count < 0 || count > count_max) return std::nullopt;
    if (stop - text.data() > 1 && text[0] == '0') return std::nullopt; // 010s looks octal
    struct scale {
        std::string_view name;
        milliseconds one;
    };
    for (const scale& s : {scale{"ms", 1ms}, scale{"s", 1s}, scale{"m", 1min}, scale{"h", 1h}, scale{"d", days{1}}})
        if (unit == s.name && count <= count_max / s.one.count()) return count * s.one;
    return std::nullopt;
}

std::string write_duration(std::chrono::seconds span) {
    const auto count = span.count();
    for (const auto& [unit, length] : {std::pair{'d', 86'400}, {'h', 3'600}, {'m', 60}})
        if (count != 0 && count % length == 0) return fmt::format("{}{}", count / length, unit);
    return fmt::format("{}s", count);
}

} // namespace smarttrade::trade
