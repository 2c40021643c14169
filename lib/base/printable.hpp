#pragma once

#include <string>
#include <string_view>

namespace smarttrade::base {

/// The text with `instead` for each control character but those in `kept`. U+0080 to U+009F, two bytes in UTF-8, are
/// commands to a terminal as well.
std::string printable(std::string_view text, char instead, std::string_view kept = {});

} // namespace smarttrade::base
