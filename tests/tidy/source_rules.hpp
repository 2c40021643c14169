#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace smarttrade::tidy {

struct breach {
    std::size_t line = 0; ///< from 1
    std::string message;
};

/// The same text with comments and the insides of literals blanked, so that only code is left where it was.
std::string code_only(std::string_view source);

/// Every breach of the house rules that a machine can see in one file. `room`: the folder under lib/, or `daemon`.
std::vector<breach> check(std::string_view room, std::string_view source);

} // namespace smarttrade::tidy
