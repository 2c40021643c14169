#pragma once

#include <chrono>
#include <string>

namespace smarttrade::test {

/// What a certificate says; the times count from now.
struct certificate_text {
    std::string subject = "test server";
    std::string names = "IP:127.0.0.1"; ///< as OpenSSL's subjectAltName, "DNS:a.example,IP:127.0.0.1"; empty: none
    std::chrono::seconds from{-60}, until{3600};
    bool is_authority = false;
};

/// A key and the certificate for it, both as PEM.
struct identity {
    std::string key, certificate;
};

/// Signed by `issuer`, or by itself without one.
identity make_identity(const certificate_text& text, const identity* issuer = nullptr);

} // namespace smarttrade::test
