#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "trade/field_tree.hpp"

namespace smarttrade::paper_server {

inline constexpr std::size_t form_names_max = 1000;
inline constexpr std::size_t form_depth_max = 32; ///< as deep as JSON may be

/// A name of a form and its value, decoded; a name without `=` has none.
using form_pair = std::pair<std::string, std::optional<std::string>>;
/// A form or query in its order. Nothing: a broken escape or too many names.
std::optional<std::vector<form_pair>> split_form(std::string_view encoded);

/// A form or query, percent-encoded, in the nesting that its bracket names mean to Rack (api.md D.2):
/// `position[units][value]=1` is a map in a map, `steps[][volume]=50` an item of a list, and a key that the last item
/// has already begins the next one. So `steps[0][volume]` makes no list but a map with the key `0`, which the rules
/// refuse as the API does (T#31, T#132). A name without `=` is null. Nothing: a broken escape, other than UTF-8, beyond
/// the bounds of wire::parse_json or those above, or a name that is both a value and a group.
std::optional<trade::field_tree> read_form(std::string_view encoded);

} // namespace smarttrade::paper_server
