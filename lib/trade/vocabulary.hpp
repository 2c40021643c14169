#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/enum_names.hpp"
#include "base/strong_id.hpp"

namespace smarttrade::trade {

using account_id = base::strong_id<struct account_id_tag>;
using smart_trade_id = base::strong_id<struct smart_trade_id_tag>; ///< 8 digits on the API
using sub_trade_id = base::strong_id<struct sub_trade_id_tag>;     ///< past 2^31

enum class side : std::uint8_t { buy, sell };                        ///< of the entry: buy opens a long, sell a short
enum class entry_type : std::uint8_t { market, limit, conditional }; ///< position.order_type
enum class order_type : std::uint8_t { market, limit };    ///< of an exit, or of what a conditional entry places
enum class price_type : std::uint8_t { bid, ask, last };   ///< which price of the book a trigger follows
enum class margin_type : std::uint8_t { cross, isolated }; ///< `custom` is a deprecated word for isolated (api.md V13)
enum class account_mode : std::uint8_t { real, paper };    ///< sent as Forced-Mode (api.md A.7)
/// data.type of a smart trade, api.md V4.
enum class trade_type : std::uint8_t { simple_buy, simple_sell, smart_trade, smart_cover, smart_sell, smart_buy };

constexpr side opposite(side s) { return s == side::buy ? side::sell : side::buy; }

} // namespace smarttrade::trade

namespace smarttrade::base {
template <> struct enum_names<trade::side> { static constexpr std::array<std::string_view, 2> names{"buy", "sell"}; };
template <> struct enum_names<trade::entry_type> {
    static constexpr std::array<std::string_view, 3> names{"market", "limit", "conditional"};
};
template <> struct enum_names<trade::order_type> {
    static constexpr std::array<std::string_view, 2> names{"market", "limit"};
};
template <> struct enum_names<trade::price_type> {
    static constexpr std::array<std::string_view, 3> names{"bid", "ask", "last"};
};
template <> struct enum_names<trade::margin_type> {
    static constexpr std::array<std::string_view, 2> names{"cross", "isolated"};
};
template <> struct enum_names<trade::account_mode> {
    static constexpr std::array<std::string_view, 2> names{"real", "paper"};
};
template <> struct enum_names<trade::trade_type> {
    static constexpr std::array<std::string_view, 6> names{"simple_buy",  "simple_sell", "smart_trade",
                                                           "smart_cover", "smart_sell",  "smart_buy"};
};
} // namespace smarttrade::base
