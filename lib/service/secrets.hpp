#pragma once

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/enum_names.hpp"
#include "base/secret.hpp"
#include "client/api_client.hpp"
#include "config/settings.hpp"

namespace smarttrade::service {

/// A secret that cannot be read, or that others could read: exit 78. Holds the path, never the secret.
struct secret_unusable : std::runtime_error {
    explicit secret_unusable(const std::string& told, std::string command = {})
        : std::runtime_error{command.empty() ? told : told + ": " + command}, mend{std::move(command)} {}
    std::string mend; ///< the command that mends it, with which what() ends; empty: none does
};

/// By their keys in the configuration.
enum class secret_role { api_key, secret, rsa_private_key };

/// The secret without its final line feed. One that is no private key and has further lines, blanks or bytes outside
/// ASCII is refused: it could not be sent in a header, and is rarely what was meant. A systemd credential is looked up
/// in $CREDENTIALS_DIRECTORY, outside a unit in /etc/credstore. A file that group or world may read is refused, except
/// for one that systemd hands over.
base::secret read_secret(const config::secret_source& source, secret_role role);

/// The key and what signs with it: an HMAC secret or an RSA private key in PEM. Throws secret_unusable.
client::api_key read_key(const config::credential& of);

/// What is wrong with either of them, each told; empty: read_key succeeds.
std::vector<secret_unusable> troubles_of(const config::credential& of);

/// Secrets live in this process: from here on it leaves no core file, and other processes of its user cannot read its
/// memory.
void hide_memory();

} // namespace smarttrade::service

namespace smarttrade::base {
template <> struct enum_names<service::secret_role> {
    static constexpr std::array<std::string_view, 3> names{"api_key", "secret", "rsa_private_key"};
};
} // namespace smarttrade::base
