#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "async/time_source.hpp"
#include "command.hpp"
#include "config/settings.hpp"
#include "service/control_protocol.hpp"

namespace smarttrade::daemon {

/// The daemon of this configuration cannot be asked. For main: a line on standard error, exit 1.
struct daemon_unreachable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Asks the daemon of this configuration; nothing if none runs. Throws daemon_unreachable when this user may not reach
/// it, when it gives no answer, or one of another release.
std::optional<service::control_answer> ask_if_running(const config::settings& settings,
                                                      const service::control_request& what, async::time_source& time);

/// What to do about it when there has to be one.
std::string no_daemon(const common_options& common);

/// The verdict for a person: what was done to standard output, why not to standard error. Returns the exit code.
int tell_verdict(const service::control_answer& answer);

} // namespace smarttrade::daemon
