#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/utc_time.hpp"
#include "money/amount.hpp"
#include "paper/market.hpp"
#include "trade/pair.hpp"

namespace smarttrade::paper_server {

/// One entry of POST /paper/ticks: the clock moves by `advance`, then the prices are set.
struct posted_tick {
    std::chrono::milliseconds advance{};
    std::optional<trade::pair> on;
    std::optional<money::price> bid, ask, last;
};
/// Every tick of the body, or what is wrong with it in one line.
std::variant<std::vector<posted_tick>, std::string> read_ticks(std::string_view body);
/// What is wrong with doing them from there: a bid above its ask, or a time that no ISO date can tell.
std::optional<std::string> check_ticks(const std::vector<posted_tick>& ticks, const paper::market_table& from,
                                       base::utc_time now);

} // namespace smarttrade::paper_server
