#pragma once

#include <stdexcept>
#include <string>

#include "config/settings.hpp"

namespace smarttrade::daemon {

/// The configuration file cannot be used. what(): every error, rendered with its source line.
struct config_invalid : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Reads the configuration; warnings go to standard error. Throws config_invalid.
config::settings load_config(const std::string& file);

/// For how this version differs from what the configuration may ask: throws config_invalid.
[[noreturn]] void refuse_config(const std::string& file, const std::string& message);

} // namespace smarttrade::daemon
