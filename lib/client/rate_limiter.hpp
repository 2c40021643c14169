#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smarttrade::client {

using mono_time = std::chrono::steady_clock::time_point;

/// Who goes first when slots are short (design.md 6): close and cancel, then create and edit, then settling unknown
/// creates, then polling, then audits.
enum class lane { cancel, write, settle, poll, audit };

/// One limit of the API. `match` is `METHOD PATH` without the base URL's path, `*` for one segment; empty: all requests.
struct rate_limit {
    std::string match;
    std::size_t requests = 0;
    std::chrono::nanoseconds per{};
    std::chrono::nanoseconds penalty{};
    std::size_t reserve = 0; ///< slots that only lane::cancel may take
};

} // namespace smarttrade::client
