#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smarttrade::http {

/// Where a base URL points: `https://api.3commas.io/public/api`.
struct endpoint {
    bool tls = true;
    std::string host;
    std::string port;      ///< a number; 443 or 80 if the URL names none
    std::string base_path; ///< without a final slash; empty for none
};

/// Nothing if it is no http(s) URL, or carries a user, a query or a fragment.
std::optional<endpoint> parse_base_url(std::string_view url);

/// Whether a host name or address means this machine: 127.0.0.0/8, ::1, localhost.
bool is_loopback(std::string_view host);

} // namespace smarttrade::http
