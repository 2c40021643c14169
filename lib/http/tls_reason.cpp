#include "http/tls_reason.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <string_view>
#include <vector>

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <fmt/format.h>

namespace smarttrade::http {

namespace {

namespace asio = boost::asio;

constexpr std::size_t names_max = 5;
constexpr std::size_t name_length_max = 100;

/// A server may write what it likes into its certificate; a log line stays one line.
std::string shown(std::string_view text) {
    std::string out{text.substr(0, name_length_max)};
    std::ranges::replace_if(
        out, [](char c) { return c < ' ' || c > '~'; }, '?');
    return out;
}

std::string text_of(const ASN1_STRING* text) {
    const auto* bytes = reinterpret_cast<const char*>(ASN1_STRING_get0_data(text));
    return shown({bytes, static_cast<std::size_t>(ASN1_STRING_length(text))});
}

std::string address_of(const ASN1_STRING* raw) {
    const auto* bytes = ASN1_STRING_get0_data(raw);
    const auto size = static_cast<std::size_t>(ASN1_STRING_length(raw));
    asio::ip::address_v4::bytes_type v4;
    asio::ip::address_v6::bytes_type v6;
    if (size == v4.size()) {
        std::copy_n(bytes, size, v4.begin());
        return asio::ip::address_v4{v4}.to_string();
    }
    if (size != v6.size()) return "?";
    std::copy_n(bytes, size, v6.begin());
    return asio::ip::address_v6{v6}.to_string();
}

/// Its common name, or all of it.
std::string name_of(const X509_NAME* name) {
    const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (at >= 0) return text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    std::unique_ptr<char, void (*)(char*)> line{X509_NAME_oneline(name, nullptr, 0),
                                                [](char* gone) { OPENSSL_free(gone); }};
    return line ? shown(line.get()) : "?";
}

std::string subject_of(X509* certificate) { return name_of(X509_get_subject_name(certificate)); }

/// The host names and addresses a certificate is good for.
std::string hosts_of(X509* certificate) {
    std::vector<std::string> hosts;
    auto* const names =
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
        int kind = 0;
        const auto* value =
            static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, i), &kind));
        if (kind == GEN_DNS) hosts.push_back(text_of(value));
        if (kind == GEN_IPADD) hosts.push_back(address_of(value));
    }
    GENERAL_NAMES_free(names);
    if (hosts.empty()) return "no host ('" + subject_of(certificate) + "')";
    const auto more = hosts.size() > names_max;
    hosts.resize(std::min(hosts.size(), names_max));
    return fmt::format("{}{}", fmt::join(hosts, ", "), more ? ", ..." : "");
}

std::string time_text(const ASN1_TIME* at) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(at, &parts) != 1) return "?";
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                       parts.tm_hour, parts.tm_min, parts.tm_sec);
}

} // namespace

std::string why_refused(X509_STORE_CTX* verification, const std::string& host, const std::string& store) {
    const int error = X509_STORE_CTX_get_error(verification);
    X509* const refused = X509_STORE_CTX_get_current_cert(verification);
    if (!refused) return X509_verify_cert_error_string(error);
    const auto subject = subject_of(refused);
    const auto issuer = name_of(X509_get_issuer_name(refused));
    switch (error) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return fmt::format("its certificate is for {}, not for {}", hosts_of(refused), host);
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return fmt::format("the certificate '{}' expired at {}", subject, time_text(X509_get0_notAfter(refused)));
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return fmt::format(
            "the certificate '{}' is valid from {} only, expected earlier (is this machine's clock right?)", subject,
            time_text(X509_get0_notBefore(refused)));
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return fmt::format("its certificate '{}' is self-signed and not in {}", subject, store);
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return fmt::format("the certificate '{}' was issued by '{}', which is not in {}", subject, issuer, store);
    default: return fmt::format("the certificate '{}' is refused: {}", subject, X509_verify_cert_error_string(error));
    }
}

std::string why_no_handshake(const boost::system::error_code& failed) {
    if (failed == asio::error::eof || failed == asio::ssl::error::stream_truncated)
        return "the server closed the connection";
    if (failed == asio::error::operation_aborted) return "given up";
    if (failed.category() != asio::error::get_ssl_category()) return failed.message();
    switch (ERR_GET_REASON(static_cast<unsigned long>(failed.value()))) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST: return "the server does not speak TLS on this port (plain HTTP?)";
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION: return "the server offers no TLS version from 1.2 on";
    default: return failed.message();
    }
}

} // namespace smarttrade::http
