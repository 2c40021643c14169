#pragma once

#include <vector>

#include "http/transport.hpp"
#include "paper/event.hpp"
#include "paper_server/call.hpp"
#include "trade/rules.hpp"

namespace smarttrade::paper_server {

/// Breaches as the API words them: bracket paths, `is invalid` on the groups around, pairs by a comma (api.md C.1).
http::response invalid_body(const std::vector<trade::violation>& violations);

/// `Smart Trade not found`. `status`: 400 or 404, by the page (api.md K.6).
http::response trade_not_found(int status);

/// Why the engine did not carry out a command, in the API's words (api.md C.3).
http::response refused(const paper::event& command, const paper::refusal& why);

/// `Wrong param(s)` for a command that the trade's status does not allow.
http::response wrong_status(const paper::event& command);

} // namespace smarttrade::paper_server
