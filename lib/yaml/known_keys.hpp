#pragma once

#include <span>
#include <string>
#include <string_view>

#include "yaml/node.hpp"
#include "yaml/problems.hpp"

namespace smarttrade::yaml {

/// `market, limit or conditional`. Of very many only some.
std::string one_of(std::span<const std::string_view> words);

/// Tells each member of `map` whose name is not among `known`, with the name that was probably meant: a similar one, or
/// what `meant_by` gives for it, if that is among them (empty: nothing).
void check_keys(const node& map, std::span<const std::string_view> known, problems& told,
                std::string_view (*meant_by)(std::string_view key) = nullptr);

/// A name or value as written, fit for one line of a message: control characters are blanks.
std::string shown(std::string_view text);

} // namespace smarttrade::yaml
