#pragma once

#include <string>
#include <string_view>

#include "trade/field_tree.hpp"
#include "wire/json_document.hpp"

namespace smarttrade::wire {

/// JSON as a tree of texts that may be changed and outlives its source: the bodies of requests. Of two members with one
/// name the last counts. Bounded as a json_document.
reading<trade::field_tree> parse_json(std::string_view text);
/// Every scalar as a JSON string: the API takes numbers and booleans so (api.md V1, V2).
std::string write_json(const trade::field_tree& tree);

} // namespace smarttrade::wire
