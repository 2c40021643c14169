#pragma once

#include <string>
#include <string_view>

#include "trade/outcome.hpp"

namespace smarttrade::wire {

/// How a request ended, from its HTTP status and body (api.md C, design.md 5). For 2xx the kind is accepted; whether
/// the body can be read is the caller's to find out (unreadable = unknown). Redirects are never followed, so that a
/// write that was answered by one is unknown. `retry_after` and `date`: the reply's headers, or empty. A Retry-After
/// that is a date counts from the reply's own Date, so that no clock of ours takes part; at most the longest ban there
/// is.
trade::request_failure classify(int http_status, std::string_view body, std::string_view retry_after,
                                std::string_view date = {});

/// The API's error body: `{"error":...,"error_description":...}` (api.md C.1).
std::string write_error(std::string_view error, std::string_view description);

} // namespace smarttrade::wire
