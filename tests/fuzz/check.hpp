#pragma once

#include <string>
#include <string_view>

namespace smarttrade::fuzz {

/// Reads `text`, whatever it is, as one plan file. What comes back is the promise of the reader that was broken, empty
/// if none was: each diagnostic stands inside of the text and is one printable line; an accepted plan prints to a text
/// that is read back to the same trades and prints the same.
std::string check_plan(std::string_view text);

/// The same for smarttraded.yaml, which is accepted exactly if nothing told is an error.
std::string check_config(std::string_view text);

} // namespace smarttrade::fuzz
