#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "async/time_source.hpp"
#include "config/settings.hpp"
#include "service/assembly.hpp"
#include "service/log_event.hpp"

namespace smarttrade::service {

/// How long the first reading of the accounts may take before the service counts as degraded (design.md 9).
inline constexpr std::chrono::seconds ready_at_the_latest{20};

/// `service.started`: who runs, for which accounts, and whether real money can move.
log_event started_line(const config::settings& settings, std::string_view version, writes may);

/// A line of the daemon as a whole: an event, and in words what about it.
log_event service_line(event what, std::string why = {});

/// SIGTERM came; and the end.
log_event stopping_line();
log_event stopped_line();

/// Tells `service.ready` once every account was read, with where everything stands; `service.degraded` if that takes
/// too long, and ready when it came. `told` is called once, after the first of the two. Ends with ready, or when the
/// service stops.
asio::awaitable<void> tell_ready(assembly& of, async::time_source& time, log_sink& log, std::function<void()> told);

} // namespace smarttrade::service
