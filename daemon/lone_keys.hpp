#pragma once

#include <string>
#include <vector>

#include "async/system_time.hpp"
#include "config/settings.hpp"
#include "service/doctor.hpp"

namespace smarttrade::daemon {

/// What the exchange tells doctor while no daemon runs. Takes the locks of state directory and keys, and their limiter
/// as the directory remembers it; the journal stays closed, which would bind the directory to a configuration that may
/// be wrong. Throws service::state_dir_busy, service::key_busy, service::secret_unusable and std::system_error.
std::vector<service::finding> examine_exchange_alone(const config::settings& settings, const std::string& config_file,
                                                     const std::string& state_dir, async::system_time& time);

} // namespace smarttrade::daemon
