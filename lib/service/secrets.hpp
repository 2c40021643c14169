#pragma once

#include <stdexcept>
#include <string>

#include "base/secret.hpp"
#include "client/api_client.hpp"
#include "config/settings.hpp"

namespace smarttrade::service {

/// A secret that cannot be read, or that others could read: exit 78. Holds the path, never the secret.
struct secret_unusable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

enum class secret_form { one_line, pem };

/// The secret without its final line feed; with `one_line` one that has further lines, blanks or bytes outside ASCII is
/// refused: it could not be sent in a header, and is rarely what was meant. A systemd credential is looked up in
/// $CREDENTIALS_DIRECTORY, outside a unit in /etc/credstore. A file that group or world may read is refused, except for
/// one that systemd hands over.
base::secret read_secret(const config::secret_source& source, secret_form form = secret_form::one_line);

/// The key and what signs with it: an HMAC secret or an RSA private key in PEM. Throws secret_unusable.
client::api_key read_key(const config::credential& of);

/// Secrets live in this process: from here on it leaves no core file, and other processes of its user cannot read its
/// memory.
void hide_memory();

} // namespace smarttrade::service
