#pragma once

#include <functional>

#include "async/time_source.hpp"
#include "service/status_report.hpp"

namespace smarttrade::daemon {

/// Looks every 2 s and redraws in place, until Ctrl-C or a signal that ends; with `as_json` it writes one line each
/// time instead. `look`: a report, or throws std::runtime_error: then that stands on the screen until the next look.
/// The terminal is as it was when this returns.
void watch_status(const std::function<service::status_report()>& look, bool as_json, async::time_source& time);

} // namespace smarttrade::daemon
