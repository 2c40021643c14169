#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "base/secret.hpp"

namespace smarttrade::service {

/// Another process on this host uses the API key. For main: exit 75 of the daemon, 1 of a command.
struct key_busy : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// One process per API key on a host, whatever its state directory: two would each count the rate limit for themselves,
/// and neither's journal would know the other's creates. A socket's name in the abstract namespace, made of a hash of
/// base URL and key, is bound from construction to destruction: no file is left behind, kill -9 frees it, and whoever
/// does not know the key can neither guess the name nor take it. A network namespace is a host of its own.
class key_lock {
public:
    /// `credential` names the key in the message. Throws key_busy, which names the holder's process if the kernel does,
    /// or std::system_error.
    key_lock(std::string_view base_url, const base::secret& key, std::string_view credential);
    key_lock(key_lock&& other) noexcept;
    key_lock& operator=(key_lock&&) = delete;
    ~key_lock();

    /// What is locked: equal for equal keys at one exchange.
    static std::string name_of(std::string_view base_url, const base::secret& key);

private:
    int held_ = -1;
};

} // namespace smarttrade::service
