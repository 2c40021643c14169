#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/enum_names.hpp"

namespace smarttrade::trade {

/// How a request ended: proven, never guessed (design.md 5). The default is the cautious one.
enum class outcome {
    unknown,    ///< timeout, reset, 408, 5xx, unreadable 2xx, cancelled, crash: it may have been executed
    not_sent,   ///< failed before it was completely handed over: certainly not executed
    accepted,   ///< a readable 2xx
    refused,    ///< 400, 403 `Account not owned`, 404, 422: this request is wrong
    credential, ///< 401, other 403, plan-type 429: the key is wrong
    throttled   ///< 429, 418: never executed
};

/// A request that did not end accepted.
struct request_failure {
    outcome kind = outcome::unknown;
    int http_status = 0;    ///< 0: no reply was read
    std::string message;    ///< one line for a person; never holds a secret
    std::string request_id; ///< X-Request-Id, empty if none
    std::optional<std::chrono::seconds> retry_after;
};

} // namespace smarttrade::trade

namespace smarttrade::base {
template <>
struct enum_names<trade::outcome> {
    static constexpr std::array<std::string_view, 6> names{"unknown", "not_sent",   "accepted",
                                                           "refused", "credential", "throttled"};
};
} // namespace smarttrade::base
