#include "http/trust_store.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace smarttrade::http {

namespace {

int store_index() { // Asio has the "app data" of a context for itself
    static const int index = CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_SSL_CTX, 0, nullptr, nullptr, nullptr, nullptr);
    return index;
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

} // namespace smarttrade::http
