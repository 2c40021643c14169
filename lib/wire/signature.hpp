#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "wire/json_document.hpp"

namespace smarttrade::wire {

// What a request is signed over: `path` with the base URL's prefix (`/public/api/v2/smart_trades`), raw query and raw
// body (api.md A.4). The two kinds differ in a JSON body alone: `PATH?BODY` under HMAC, `PATHBODY` under RSA.
std::string hmac_payload(std::string_view path, std::string_view query, std::string_view body);
std::string rsa_payload(std::string_view path, std::string_view query, std::string_view body);

/// Signs requests with one key, HMAC-SHA256 in lower-case hex or RSASSA-PKCS1-v1_5 with SHA-256 in Base64. Copies share
/// the key, which is wiped with the last of them. There is no way to print one.
class signer {
public:
    static signer with_hmac(const base::secret& secret);
    /// A private key as PEM, PKCS#1 or PKCS#8, of at least 2048 bits. The reason never holds bytes of the key.
    static reading<signer> with_rsa(const base::secret& pem);

    /// The Signature header of a request.
    std::string sign(std::string_view path, std::string_view query, std::string_view body) const;

    class signing_key;

private:
    explicit signer(std::shared_ptr<const signing_key> signs_with) : key_{std::move(signs_with)} {}
    std::shared_ptr<const signing_key> key_;
};

/// HMAC-SHA256 in lower-case hex.
std::string sign_hmac(std::string_view secret, std::string_view payload);

/// Which payloads a server takes. lenient: whatever clients in the field sign (api.md A.5); strict: api.md A.4 alone.
enum class acceptance { lenient, strict };

/// Whether a server takes this signature. HMAC: compared in constant time, hex in any case.
bool hmac_is_valid(std::string_view secret, std::string_view path, std::string_view query, std::string_view body,
                   std::string_view signature, acceptance takes = acceptance::lenient);
/// RSA: Base64 without breaks, case counts. False as well for what is no RSA public key in PEM.
bool rsa_is_valid(std::string_view public_pem, std::string_view path, std::string_view query, std::string_view body,
                  std::string_view signature, acceptance takes = acceptance::lenient);

} // namespace smarttrade::wire
