#pragma once

#include <array>
#include <initializer_list>
#include <string_view>

#include "wire/openssl.hpp"

namespace smarttrade::wire {

/// HMAC-SHA256 under one key. The context takes the key once: keying a new one for each request costs more than the
/// digest itself. For one thread at a time.
class hmac {
public:
    using digest = std::array<unsigned char, 32>;

    explicit hmac(std::string_view secret);
    /// Of the parts, as if they stood in one text.
    digest of(std::initializer_list<std::string_view> parts) const;

private:
    mac_context_ptr keyed_;
};

} // namespace smarttrade::wire
