#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"

namespace smarttrade::fuzz {

inline constexpr const char* file_name = "fuzzed.yaml"; ///< what the text is read as

/// What is wrong with the first diagnostic that a person could not be shown: its place is outside of `text`, or it is
/// more than a line of printable UTF-8. Empty: nothing.
std::string fault_of(const std::vector<base::diagnostic>& all, std::string_view text);

/// Is it well-formed UTF-8 (RFC 3629) without control characters, those of two bytes included?
bool is_printable_line(std::string_view text);
bool is_utf8(std::string_view text);

} // namespace smarttrade::fuzz
