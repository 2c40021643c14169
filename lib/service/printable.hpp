#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace smarttrade::service {

/// `45s`, `40m17s`, `3h02m`.
std::string span_text(std::chrono::seconds span);

// Texts from outside (names, messages of an exchange) in one line for a person: no line feed, no escape sequence.

std::string in_quotes(std::string_view text);     ///< `"say \"yes\""`
std::string value_text(const std::string& value); ///< as it is, unless a reader of key=value would be misled

} // namespace smarttrade::service
