#pragma once

#include <cstdint>
#include <deque>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "base/utc_time.hpp"
#include "paper/market.hpp"

namespace smarttrade::paper_server {

/// Prices at one moment of a recorded market.
struct recorded_prices {
    base::utc_time at{};
    paper::quote prices;
};

/// A recorded market in CSV, read line by line: either trade prints (`timestamp_ms,trade_id,price,quantity,
/// buyer_is_maker`) or candles of a minute (`timestamp_ms,open,high,low,close,volume_usd`). A print is the last price,
/// and the side that was traded at: the bid if the buyer was the maker, else the ask. A candle opens, visits its far
/// and then its near end, and closes, a quarter of a minute each. Throws std::runtime_error that names file and line.
class recording {
public:
    explicit recording(const std::string& file);

    /// Nothing: it is over. Times never go back.
    std::optional<recorded_prices> next();

private:
    bool read_line();
    [[noreturn]] void fail(const std::string& why) const;
    void take_print(const std::string_view* fields);
    void take_candle(const std::string_view* fields);
    base::utc_time time_of(std::string_view text);
    money::price price_of(const char* name, std::string_view text) const;

    std::string file_;
    std::ifstream in_;
    std::string line_;
    std::int64_t number_ = 0; ///< of the line
    bool candles_ = false;
    std::optional<recorded_prices> last_;
    std::deque<recorded_prices> ready_; ///< of one line
};

/// Reads it to its end, so that what is wrong with it is told at the start and not hours later.
void check_recording(const std::string& file);

} // namespace smarttrade::paper_server
