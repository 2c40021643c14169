#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace smarttrade::trade {

/// A market as the API writes it, QUOTE_BASE: `USDT_BTC` buys BTC with USDT. The first `_` splits; the base may hold
/// `_`, `-` and digits (`ETH_ETHUSD_PERP`, api.md A.1).
struct pair {
    std::string quote;
    std::string base;

    std::string text() const { return quote + '_' + base; }
    static std::optional<pair> parse(std::string_view text); ///< letters, digits, `_`, `-`; at most 64 bytes
    /// The pair that a person means who writes it as exchanges do: `BTC/USDT`, `BTCUSDT`, `btc-usdt`, `BTC_USDT`.
    /// Nothing: it is one already, as far as can be told without the list of markets.
    static std::optional<std::string> meant_by(std::string_view text);
    friend auto operator<=>(const pair&, const pair&) = default;
};

} // namespace smarttrade::trade
