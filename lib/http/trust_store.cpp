#include "http/trust_store.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>

namespace smarttrade::http {

namespace {

int store_index() { // Asio has the "app data" of a context for itself
    static const int index = CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_SSL_CTX, 0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

/// OpenSSL looks into the system's folder only when it meets a server, and finds nothing wrong with an empty one.
bool system_has_certificates() {
    const auto place = [](const char* variable, const char* otherwise) {
        const char* told = std::getenv(variable);
        return std::filesystem::path{told ? told : otherwise};
    };
    std::error_code failed;
    if (std::filesystem::is_regular_file(place(X509_get_default_cert_file_env(), X509_get_default_cert_file()), failed))
        return true;
    const std::filesystem::directory_iterator folder{
        place(X509_get_default_cert_dir_env(), X509_get_default_cert_dir()), failed};
    return !failed && folder != std::filesystem::directory_iterator{};
}

} // namespace

trust_store::trust_store(const std::string& ca_file)
    : context_{boost::asio::ssl::context::tls_client}, name_{ca_file.empty() ? "the system's trust store" : ca_file} {
    auto* const native = context_.native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_set_ex_data(native, store_index(), this);
    SSL_CTX_sess_set_new_cb(native, &trust_store::on_new_session);
    boost::system::error_code failed;
    if (ca_file.empty())
        context_.set_default_verify_paths(failed);
    else
        context_.load_verify_file(ca_file, failed);
    if (failed) throw std::runtime_error{fmt::format("{}: no usable CA certificates: {}", name_, failed.message())};
}

void trust_store::offer_session(SSL* to) const {
    if (session_) SSL_set_session(to, session_.get());
}

/// Called by OpenSSL when the server hands out a session: with TLS 1.3 while the first reply is read.
int trust_store::on_new_session(SSL* on, SSL_SESSION* made) {
    auto* const store = static_cast<trust_store*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(on), store_index()));
    store->session_.reset(made);
    return 1; // it is ours now
}

std::string trust_trouble(const std::string& ca_file) {
    try {
        const trust_store tried{ca_file};
        if (!ca_file.empty() || system_has_certificates()) return {};
        return tried.name() + " is empty";
    } catch (const std::runtime_error& trouble) {
        return trouble.what();
    }
}

} // namespace smarttrade::http
