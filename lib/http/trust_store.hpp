#pragma once

#include <memory>
#include <string>

#include <boost/asio/ssl/context.hpp>

namespace smarttrade::http {

/// The certificates a client believes, TLS 1.2 and up, and the last session with the server: resuming it spares most
/// of a handshake. A session belongs to the store that verified its server; with the store it goes.
class trust_store {
public:
    /// `ca_file` empty: the system's. Takes 20 ms: it reads the certificates. Throws std::runtime_error that names the
    /// file if it cannot be used.
    explicit trust_store(const std::string& ca_file);
    trust_store(const trust_store&) = delete;
    trust_store& operator=(const trust_store&) = delete;

    boost::asio::ssl::context& context() { return context_; }
    const std::string& name() const { return name_; } ///< for an operator: what to mend

    void offer_session(SSL* to) const; ///< before a handshake
    void forget_session() { session_.reset(); }

private:
    struct free_session {
        void operator()(SSL_SESSION* gone) const { SSL_SESSION_free(gone); }
    };
    static int on_new_session(SSL* on, SSL_SESSION* made);

    boost::asio::ssl::context context_;
    std::string name_;
    std::unique_ptr<SSL_SESSION, free_session> session_;
};

/// Why no server can be believed by these certificates, naming them; empty: some can. Unlike the constructor it sees
/// that the system has none at all. `ca_file` as there.
std::string trust_trouble(const std::string& ca_file);

} // namespace smarttrade::http
