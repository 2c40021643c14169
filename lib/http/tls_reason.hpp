#pragma once

#include <string>

#include <openssl/x509.h>

#include <boost/system/error_code.hpp>

namespace smarttrade::http {

/// Why a certificate is refused, for an operator: what it is for and what was asked, when it ended, whose it is.
/// `host` is the name or address asked for, `store` the name of the trust store.
std::string why_refused(X509_STORE_CTX* verification, const std::string& host, const std::string& store);

/// Why a TLS handshake failed for another reason.
std::string why_no_handshake(const boost::system::error_code& failed);

} // namespace smarttrade::http
