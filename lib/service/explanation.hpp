#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "service/explain.hpp"
#include "service/operator_port.hpp"

namespace smarttrade::service {

/// A trade's story out of a journal's file, oldest first.
struct explanation {
    std::vector<happening> told; ///< empty: the journal knows no such trade, and `why` says so
    std::string why;
    std::size_t left_out = 0; ///< events of the journal, to keep within the bounds
};

/// What a reading may take. One of a command may take what it needs.
struct reading_bounds {
    std::stop_token stop{}; ///< once it is requested, the reading ends soon, with a part
    /// Bytes of what was seen of the trade: most of a journal. The oldest sightings are forgotten, all else is kept.
    std::size_t seen_max = std::numeric_limits<std::size_t>::max();
};

/// Reads the file beside a daemon that may write it; takes as long as the disk does. Throws journal::unusable or
/// store::store_error.
explanation explanation_from(const std::string& journal_file, const std::string& name,
                             std::optional<trade::account_id> account, const reading_bounds& bounds = {});

/// Of the daemon, for which a long story must not become a matter of memory: what it keeps while it reads, and one
/// answer on the control socket.
inline constexpr std::size_t seen_by_daemon_max = std::size_t{32} << 20U;
inline constexpr std::size_t story_max = std::size_t{16} << 20U;

/// As the daemon tells it. Of a longer story than `most` bytes the newest part, and `why` says what is left out.
told_story as_told(const std::string& name, explanation all, std::size_t most = story_max);

/// The events of encode_explanation; nothing if the text is none.
std::optional<std::vector<happening>> decode_explanation(std::string_view text);

} // namespace smarttrade::service
