#include "trade/pair.hpp"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

namespace smarttrade::trade {

namespace {

/// What most markets are quoted in, and nobody buys with coins.
constexpr std::array<std::string_view, 4> dollars{"USDT", "USDC", "BUSD", "USD"};
/// Coins that no market quotes dollars in.
constexpr std::array<std::string_view, 24> coins{"BTC", "ETH",  "SOL", "XRP", "ADA", "DOGE", "AVAX", "DOT",
                                                 "LTC", "LINK", "BCH", "UNI", "XLM", "ATOM", "NEAR", "SUI",
                                                 "TRX", "TON",  "APT", "ARB", "OP",  "FIL",  "PEPE", "SHIB"};

bool is_one_of(std::span<const std::string_view> all, std::string_view word) {
    return std::ranges::find(all, word) != all.end();
}

std::string upper(std::string_view text) {
    std::string out{text};
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

bool is_lower(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

} // namespace

std::optional<std::string> pair::meant_by(std::string_view text) {
    if (text.size() > 40) return std::nullopt;
    const auto all = upper(text);
    const auto split = all.find_first_of("_/-:");
    if (split != std::string::npos && split != 0) {
        const std::string_view first{all.data(), split};
        const auto second = std::string_view{all}.substr(split + 1);
        const auto turned = fmt::format("{}_{}", second, first);
        if (is_one_of(dollars, second) && is_one_of(coins, first)) return turned;
        if (parse(text)) return is_lower(text) && text != all ? std::optional{all} : std::nullopt;
        // In other signs than `_` the base comes first, whatever it is.
        const bool is_whole = second.find_first_of("_/-:") == std::string_view::npos;
        return is_whole && parse(turned) ? std::optional{turned} : std::nullopt;
    }
    for (const auto quote : dollars)
        if (all.size() > quote.size() && all.ends_with(quote))
            return fmt::format("{}_{}", quote, std::string_view{all}.substr(0, all.size() - quote.size()));
    return std::nullopt;
}

std::optional<pair> pair::parse(std::string_view text) {
    constexpr std::size_t length_max = 64;
    const auto split = text.find('_');
    if (text.size() > length_max || split == 0 || split == std::string_view::npos || split + 1 == text.size())
        return std::nullopt;
    const bool clean = std::ranges::all_of(text, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
    if (!clean) return std::nullopt;
    return pair{std::string{text.substr(0, split)}, std::string{text.substr(split + 1)}};
}

} // namespace smarttrade::trade
