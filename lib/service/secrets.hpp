#pragma once

#include <stdexcept>
#include <string>

#include "config/settings.hpp"

namespace smarttrade::service {

/// A secret that cannot be read, or that others could read: exit 78. Holds the path, never the secret.
struct secret_unusable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The secret without its final line feed. A systemd credential is looked up in $CREDENTIALS_DIRECTORY, outside a unit
/// in /etc/credstore. A file that group or world may read is refused, except for one that systemd hands over.
std::string read_secret(const config::secret_source& source);

} // namespace smarttrade::service
