#pragma once

#include <memory>
#include <string_view>

#include "wire/json_document.hpp"
#include "wire/signature.hpp"

namespace smarttrade::wire {

/// Judges the signatures of one API key; what is costly about the key is done once. Copies share it. For one thread at
/// a time.
class verifier {
public:
    static verifier with_hmac(std::string_view secret);
    /// The public half of an RSA key as PEM (`-----BEGIN PUBLIC KEY-----`), of at least 2048 bits.
    static reading<verifier> with_rsa(std::string_view public_pem);

    /// Whether a server takes this signature. HMAC: compared in constant time, hex in any case. RSA: Base64 without
    /// breaks, case counts. `path` as it was signed, so with `/public/api`.
    bool accepts(std::string_view path, std::string_view query, std::string_view body, std::string_view signature,
                 acceptance takes) const;

    class judge;

private:
    explicit verifier(std::shared_ptr<const judge> decides) : judge_{std::move(decides)} {}
    std::shared_ptr<const judge> judge_;
};

} // namespace smarttrade::wire
