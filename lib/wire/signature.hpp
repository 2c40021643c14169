#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace smarttrade::wire {

/// What a request is signed over: `path` with the base URL's prefix (`/public/api/v2/smart_trades`), raw query and raw
/// body (api.md A.4).
std::string hmac_payload(std::string_view path, std::string_view query, std::string_view body);

/// HMAC-SHA256 in lower-case hex.
std::string sign_hmac(std::string_view secret, std::string_view payload);

/// Whether a server takes this signature: any of the payloads of api.md A.5, compared in constant time, hex in any
/// case.
bool hmac_is_valid(std::string_view secret, std::string_view path, std::string_view query, std::string_view body,
                   std::string_view signature);

} // namespace smarttrade::wire
