#pragma once

#include <functional>
#include <string>
#include <vector>

#include "http/transport.hpp"

namespace smarttrade::service {

/// What the admin pages show, read when they are asked for.
struct admin_pages {
    std::string host; ///< of admin.listen, without brackets: this name is answered to beside those of loopback
    std::function<std::string()> metrics;              ///< in the text format of Prometheus
    std::function<std::vector<std::string>()> unready; ///< why the service is not ready, a sentence each
    std::function<std::string()> status;               ///< JSON, as `smarttraded status --json`
};

/// Answers one request of design.md 9, Admin: /metrics, /healthz, /readyz, /status. They show money and change nothing.
/// A browser of this machine may be led here by a foreign name that resolves to loopback (DNS rebinding), so only
/// requests for a loopback host are answered: else 403. No Host, or two: 400. But for GET and HEAD (which comes as
/// GET): 405. A query is ignored. `/readyz` is 503 while there is a reason, one a line.
http::response admin_answer(const http::request& what, const admin_pages& pages);

} // namespace smarttrade::service
