#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>

#include "async/time_source.hpp"
#include "command.hpp"
#include "config/settings.hpp"
#include "service/control_protocol.hpp"
#include "service/control_socket.hpp"

namespace smarttrade::daemon {

/// The daemon of this configuration cannot be asked. For main: a line on standard error, exit 1.
struct daemon_unreachable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// This user may not, root may. For main: the same, ended with the command as it was typed behind sudo.
struct permission_denied : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// How it went to reach the daemon of this configuration, and where it listens or would.
struct daemon_talk {
    service::daemon_reply reply;
    std::string socket;
};
daemon_talk talk_to_daemon(const config::settings& settings, const service::control_request& what,
                           async::time_source& time, std::chrono::seconds patience);
/// For the daemon's answer to that: longer than the daemon itself waits.
std::chrono::seconds patience_for(service::control_word command);

/// Asks the daemon of this configuration; nothing if none runs. Throws permission_denied when this user may not reach
/// it, daemon_unreachable when it gives no answer, or one of another release.
std::optional<service::control_answer> ask_if_running(const config::settings& settings,
                                                      const service::control_request& what, async::time_source& time);

/// What to do about it when there has to be one for that command.
std::string no_daemon(const common_options& common, service::control_word command);

/// The verdict for a person: what was done to standard output, why not to standard error. Returns the exit code.
int tell_verdict(const service::control_answer& answer);

} // namespace smarttrade::daemon
