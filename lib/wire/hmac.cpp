#include "wire/hmac.hpp"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include "base/assert.hpp"

namespace smarttrade::wire {

namespace {

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

} // namespace

hmac::hmac(std::string_view secret) {
    const mac_ptr method{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
    SMARTTRADE_ASSERT(method);
    keyed_.reset(EVP_MAC_CTX_new(method.get()));
    std::array<char, 7> name{"SHA256"};
    const std::array params{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
                            OSSL_PARAM_construct_end()};
    // A null key would mean "as before": an empty secret is an empty key.
    const auto* bytes = secret.empty() ? bytes_of("") : bytes_of(secret);
    SMARTTRADE_ASSERT(keyed_ && EVP_MAC_init(keyed_.get(), bytes, secret.size(), params.data()) == 1);
}

hmac::digest hmac::of(std::initializer_list<std::string_view> parts) const {
    bool done = EVP_MAC_init(keyed_.get(), nullptr, 0, nullptr) == 1; // begins anew under the same key
    for (const auto part : parts) done = done && EVP_MAC_update(keyed_.get(), bytes_of(part), part.size()) == 1;
    digest made{};
    std::size_t size = 0;
    SMARTTRADE_ASSERT(done && EVP_MAC_final(keyed_.get(), made.data(), &size, made.size()) == 1 && size == made.size());
    return made;
}

} // namespace smarttrade::wire
