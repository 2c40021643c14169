#include "paper_server/replay.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace smarttrade::paper_server {

namespace {
const money::decimal wait_max{253'402'300'799'999}; ///< ms, as long as all recorded time: a price that never comes
} // namespace

replay::replay(options::replay how, base::utc_time start, std::uint64_t done)
    : how_{std::move(how)}, from_{how_.file}, start_{start} {
    next_ = from_.next();
    if (next_) anchor_ = next_->at;
    for (; next_ && done > 0; --done) {
        anchor_ = next_->at;
        next_ = from_.next();
    }
    advance();
}

/// Works out when what stands in next_ is due.
void replay::advance() {
    due_.reset();
    if (!next_) return;
    const money::decimal recorded{(next_->at - anchor_).count()};
    const auto passed = std::min(recorded.divided_by(how_.speed, 0, money::rounding::down), wait_max);
    due_ = start_ + std::chrono::milliseconds{parse_whole(passed.to_short_string()).value()};
}

paper::quote replay::take() {
    SMARTTRADE_ASSERT(next_);
    const auto prices = next_->prices;
    next_.reset(); // a recording that cannot be read on is over
    due_.reset();
    next_ = from_.next();
    advance();
    return prices;
}

options::replay replay_of(const std::string& text, const trade::pair& otherwise) {
    const auto equals = text.find('=');
    const auto named = equals == std::string::npos ? std::nullopt : trade::pair::parse(text.substr(0, equals));
    options::replay made;
    made.on = named.value_or(otherwise);
    made.file = named ? text.substr(equals + 1) : text;
    return made;
}

} // namespace smarttrade::paper_server
