#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "yaml/node.hpp"

namespace smarttrade::yaml {

/// `market, limit or conditional`.
std::string one_of(std::span<const std::string_view> words);

/// Tells each member of `map` whose name is not among `known`, with the name that was probably meant.
void check_keys(const node& map, std::span<const std::string_view> known, const std::string& file,
                std::vector<base::diagnostic>& diagnostics);

/// A name or value as written, fit for one line of a message.
std::string shown(std::string_view text);

} // namespace smarttrade::yaml
