#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/utc_time.hpp"

namespace smarttrade::wire {

/// The Date header, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 7231 7.1.1.1, the form senders must use). Nothing for any
/// other text. The name of the day is not checked against the date.
std::optional<base::utc_time> parse_http_date(std::string_view text);
std::string format_http_date(base::utc_time at); ///< whole seconds, rounded down

} // namespace smarttrade::wire
