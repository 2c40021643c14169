#pragma once

#include <cstddef>
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
};

/// Reads the file beside a daemon that may write it; takes as long as the disk does. Once `stop` is requested it ends
/// soon, with a part. Throws journal::unusable or store::store_error.
explanation explanation_from(const std::string& journal_file, const std::string& name,
                             std::optional<trade::account_id> account, const std::stop_token& stop = {});

/// One answer on the control socket; the oldest events give way.
inline constexpr std::size_t story_max = std::size_t{16} << 20U;

/// As the daemon tells it. Of a longer story than `most` bytes the newest part, and `why` says what is left out.
told_story as_told(const std::string& name, explanation all, std::size_t most = story_max);

/// The events of encode_explanation; nothing if the text is none.
std::optional<std::vector<happening>> decode_explanation(std::string_view text);

} // namespace smarttrade::service
