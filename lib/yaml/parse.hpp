#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "yaml/node.hpp"

namespace smarttrade::yaml {

inline constexpr std::size_t text_bytes_max = std::size_t{16} << 20U;
inline constexpr int nesting_max = 24; ///< a plan needs 7

struct document {
    std::optional<node> root; ///< absent if the reading did not come to the end; an empty text is a null
    std::vector<base::diagnostic> diagnostics;
};

/// Takes what the document would else keep: each member of the root's group `group`, as soon as it is complete. A file of
/// 10,000 trades is then never a tree as a whole.
struct member_sink {
    std::string_view group;
    std::function<void(const node& root, member done)> take; ///< `root`: what was read before
};

/// The one document of `text`. Refused with a place: what makes YAML surprising or expensive, that is anchors and
/// aliases, tags, a second document, duplicate keys, keys that are no scalars, control characters, other encodings
/// than UTF-8, and texts beyond the limits above. A byte order mark and CRLF are fine. `file` is what messages carry.
/// A syntax error ends the reading; what is merely refused does not. What went to the `sink` is not in the root.
document parse(std::string_view text, const std::string& file, const member_sink* sink = nullptr);

base::text_position position(place at, const std::string& file);

} // namespace smarttrade::yaml
