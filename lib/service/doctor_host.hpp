#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"
#include "service/doctor.hpp"

namespace smarttrade::service {

// The part of doctor that reads this machine, as the user that runs this process.

/// State directory, disk, secrets, trust store, rate limits. Makes nothing. Takes some 20 ms: it reads certificates.
std::vector<finding> examine_host(const config::settings& settings, const std::string& state_dir);

/// `socket`: the file, if there is one; its owner is the daemon's user.
rights_reading read_rights(const std::vector<std::string>& operators, const std::string& socket);

} // namespace smarttrade::service
