#pragma once

#include <cstdint>
#include <optional>

#include "paper_server/exchange.hpp"
#include "paper_server/recording.hpp"

namespace smarttrade::paper_server {

/// A recorded market as it happens again: its first prices at `start` by the exchange's clock, each later one when
/// `speed` times as much time has passed in the recording. `done`: so many prices were played before a restart, and the
/// last of them is the one of `start`. Throws as a recording does.
class replay {
public:
    replay(options::replay how, base::utc_time start, std::uint64_t done);

    const trade::pair& on() const { return how_.on; }
    /// When the next prices are due; nothing: the recording is over, and the market stands still.
    std::optional<base::utc_time> due() const { return due_; }
    /// The prices that are due. Asserted: there are some.
    paper::quote take();

private:
    void advance();

    options::replay how_;
    recording from_;
    base::utc_time start_;
    base::utc_time anchor_{}; ///< in the recording, when it was start_ here
    std::optional<recorded_prices> next_;
    std::optional<base::utc_time> due_;
};

/// `PAIR=FILE`, or a file alone, which is then of `otherwise`.
options::replay replay_of(const std::string& text, const trade::pair& otherwise);

} // namespace smarttrade::paper_server
