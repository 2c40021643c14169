#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/transport.hpp"

namespace smarttrade::paper_server {

/// A request taken apart. Views point into the http::request it came from.
struct call {
    bool is_api = false; ///< under /public/api; else one of the exchange's own pages
    std::string_view method;
    std::string_view path;  ///< of the API: without /public/api
    std::string_view query; ///< raw, as it was signed
    std::string_view body;
    std::vector<std::pair<std::string, std::string>> parameters; ///< of the query, decoded

    std::optional<std::string> parameter(std::string_view name) const; ///< the last one of that name
};

/// Nothing if the target is no path with a well-formed query.
std::optional<call> take_apart(const http::request& what);

inline constexpr std::string_view api_root = "/public/api";

/// A whole number, digits only; nothing else.
std::optional<std::int64_t> parse_whole(std::string_view text);

http::response json_reply(int status, std::string body);
/// `{"error":...,"error_description":...}`; without a description `{"error":...}` (api.md C.1).
http::response error_reply(int status, std::string_view error, std::string_view description = {});

http::response throttled_reply();                            ///< 429 (api.md M.7)
http::response banned_reply(std::chrono::milliseconds left); ///< 418, with Retry-After
/// No answer: the connection is closed or reset.
http::response hung_up(http::delivery how);

using attribute_list = std::vector<std::pair<std::string, std::string>>; ///< field, message
/// `record_invalid` with its attributes, equal fields gathered.
http::response invalid_reply(int status, const attribute_list& attributes);

} // namespace smarttrade::paper_server
