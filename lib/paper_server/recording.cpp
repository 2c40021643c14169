#include "paper_server/recording.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <fmt/format.h>

#include "paper_server/call.hpp"

namespace smarttrade::paper_server {

namespace {

constexpr std::string_view print_header = "timestamp_ms,trade_id,price,quantity,buyer_is_maker";
constexpr std::string_view candle_header = "timestamp_ms,open,high,low,close,volume_usd";
constexpr std::size_t line_max = 256;                  ///< bytes; longer ones are no such line
constexpr std::int64_t time_max = 253'402'300'799'999; ///< the end of the year 9999
constexpr std::chrono::milliseconds candle_quarter{15'000};
constexpr std::size_t fields_max = 6;
const money::decimal price_max{1'000'000'000};
constexpr int decimals_max = 8;

} // namespace

recording::recording(const std::string& file) : file_{file}, in_{file} {
    if (!in_) throw std::runtime_error{fmt::format("{}: {}", file, std::strerror(errno))};
    const bool any = read_line();
    if (!any || (line_ != print_header && line_ != candle_header))
        fail(fmt::format("expected the header {} or {}", print_header, candle_header));
    candles_ = line_ == candle_header;
}

void recording::fail(const std::string& why) const {
    throw std::runtime_error{fmt::format("{}:{}: {}", file_, std::max<std::int64_t>(number_, 1), why)};
}

bool recording::read_line() {
    std::array<char, line_max> buffer;
    in_.getline(buffer.data(), buffer.size());
    if (in_.bad()) fail("cannot be read");
    if (in_.gcount() == 0 && in_.eof()) return false;
    ++number_;
    if (in_.fail() && !in_.eof()) fail(fmt::format("a line of more than {} bytes", line_max - 2));
    const auto newline = in_.eof() ? 0 : 1; // counted, and not stored
    line_.assign(buffer.data(), static_cast<std::size_t>(in_.gcount() - newline));
    if (line_.ends_with('\r')) line_.pop_back();
    return true;
}

base::utc_time recording::time_of(std::string_view text) {
    const auto value = parse_whole(text);
    if (!value || *value > time_max) fail("timestamp_ms, expected milliseconds since 1970");
    const base::utc_time at{std::chrono::milliseconds{*value}};
    if (last_ && at < last_->at) fail("timestamp_ms is before the line above");
    return at;
}

money::price recording::price_of(const char* name, std::string_view text) const {
    const auto value = money::price::parse(text);
    if (!value || value->sign() <= 0 || value->value().scale() > decimals_max || value->value() > price_max)
        fail(fmt::format("{}, expected a price above 0, at most 10^9, with at most 8 decimals", name));
    return *value;
}

void recording::take_print(const std::string_view* fields) {
    const auto at = time_of(fields[0]);
    const auto price = price_of("price", fields[2]);
    const auto quantity = money::decimal::parse(fields[3]);
    if (!parse_whole(fields[1])) fail("trade_id, expected a whole number");
    if (!quantity || quantity->sign() < 0) fail("quantity, expected a number");
    if (fields[4] != "0" && fields[4] != "1") fail("buyer_is_maker, expected 0 or 1");
    auto now = last_ ? last_->prices : paper::quote{price, price, price};
    now.last = price;
    if (fields[4] == "1") {
        now.bid = price;
        now.ask = std::max(now.ask, price);
    } else {
        now.ask = price;
        now.bid = std::min(now.bid, price);
    }
    ready_.push_back({at, now});
}

void recording::take_candle(const std::string_view* fields) {
    const auto at = time_of(fields[0]);
    const auto open = price_of("open", fields[1]), high = price_of("high", fields[2]);
    const auto low = price_of("low", fields[3]), close = price_of("close", fields[4]);
    if (low > std::min(open, close) || high < std::max(open, close))
        fail("open and close, expected between low and high");
    const auto volume = money::decimal::parse(fields[5]);
    if (!volume || volume->sign() < 0) fail("volume_usd, expected a number");
    const bool rises = close >= open;
    int quarter = 0;
    for (const auto& price : {open, rises ? low : high, rises ? high : low, close})
        ready_.push_back({at + quarter++ * candle_quarter, {price, price, price}});
}

std::optional<recorded_prices> recording::next() {
    while (ready_.empty()) {
        if (!read_line()) return std::nullopt;
        std::array<std::string_view, fields_max> fields;
        std::size_t count = 0;
        for (std::string_view rest = line_; count <= fields_max; rest.remove_prefix(rest.find(',') + 1)) {
            if (count < fields_max) fields[count] = rest.substr(0, rest.find(','));
            ++count;
            if (rest.find(',') == std::string_view::npos) break;
        }
        const std::size_t expected = candles_ ? 6 : 5;
        if (count != expected) fail(fmt::format("expected {} fields", expected));
        candles_ ? take_candle(fields.data()) : take_print(fields.data());
    }
    last_ = ready_.front();
    ready_.pop_front();
    return last_;
}

void check_recording(const std::string& file) {
    recording all{file};
    if (!all.next()) throw std::runtime_error{fmt::format("{}:2: no prices, expected at least one line", file)};
    while (all.next()) {}
}

} // namespace smarttrade::paper_server
