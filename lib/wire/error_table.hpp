#pragma once

#include <string>
#include <string_view>

#include "trade/outcome.hpp"

namespace smarttrade::wire {

/// How a request ended, from its HTTP status and body (api.md C, design.md 5). `retry_after`: that header, or empty.
/// For 2xx the kind is accepted; whether the body can be read is the caller's to find out (unreadable = unknown).
trade::request_failure classify(int http_status, std::string_view body, std::string_view retry_after);

/// The API's error body: `{"error":...,"error_description":...}` (api.md C.1).
std::string write_error(std::string_view error, std::string_view description);

} // namespace smarttrade::wire
