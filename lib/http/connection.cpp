// The one translation unit that instantiates the client's sockets and its TLS.
#include "http/connection.hpp"

#include <poll.h>

#include <optional>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "http/tls_reason.hpp"

namespace smarttrade::http {

using asio::ip::tcp;
using async::error_code;
using async::nothrow;

struct connection::parts {
    explicit parts(asio::any_io_executor ex) : plain{std::move(ex)} {}
    tcp::socket& socket() { return tls ? tls->next_layer() : plain; }

    tcp::socket plain;
    std::shared_ptr<trust_store> trust; // before `tls`, which uses it
    std::optional<asio::ssl::stream<tcp::socket>> tls;
};

namespace {

using tls_stream = asio::ssl::stream<tcp::socket>;

/// False: OpenSSL cannot check for `host`, and would believe a certificate for any other.
bool expect_host(tls_stream& tls, const std::string& host) {
    if (host.empty()) return false;
    auto* const native = tls.native_handle();
    auto* const checks = SSL_get0_param(native);
    error_code no_address;
    asio::ip::make_address(host, no_address);
    if (!no_address) return X509_VERIFY_PARAM_set1_ip_asc(checks, host.c_str()) == 1;
    X509_VERIFY_PARAM_set_hostflags(checks, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (X509_VERIFY_PARAM_set1_host(checks, host.c_str(), host.size()) != 1) return false;
    std::string name{host};
    // SNI: what the macro SSL_set_tlsext_host_name does, which casts in the old style.
    SSL_ctrl(native, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
    return true;
}

std::string words_for(const error_code& failed) {
    if (failed == asio::error::eof || failed == asio::ssl::error::stream_truncated)
        return "the server closed the connection";
    return failed == asio::error::operation_aborted ? "given up" : failed.message();
}

} // namespace

connection::connection(asio::any_io_executor ex) : parts_{std::make_unique<parts>(std::move(ex))} {}

connection::~connection() {
    // An SSL that ends without a shutdown takes its session along: nothing could be resumed (platform.md 2).
    if (parts_->tls) SSL_set_shutdown(parts_->tls->native_handle(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    cut_off();
}

asio::awaitable<std::string> connection::connect(tcp::endpoint to) {
    auto& socket = parts_->plain;
    const auto [failed] = co_await socket.async_connect(to, nothrow);
    if (failed) co_return words_for(failed);
    error_code ignored;
    socket.set_option(tcp::no_delay{true}, ignored);
    socket.set_option(asio::socket_base::linger{true, 0}, ignored);
    co_return std::string{};
}

asio::awaitable<std::string> connection::secure(std::shared_ptr<trust_store> trust, std::string host) {
    parts_->trust = std::move(trust);
    auto& store = *parts_->trust;
    auto& tls = parts_->tls.emplace(std::move(parts_->plain), store.context());
    if (!expect_host(tls, host)) co_return "a certificate cannot be checked for '" + host + '\'';
    std::string refused;
    tls.set_verify_mode(asio::ssl::verify_peer);
    tls.set_verify_callback([&](bool good, asio::ssl::verify_context& seen) {
        if (!good && refused.empty()) refused = why_refused(seen.native_handle(), host, store.name());
        return good;
    });
    store.offer_session(tls.native_handle());
    const auto [failed] = co_await tls.async_handshake(asio::ssl::stream_base::client, nothrow);
    tls.set_verify_callback([](bool good, asio::ssl::verify_context&) { return good; }); // that one looked in here
    if (!failed) co_return std::string{};
    store.forget_session(); // should that be what the server did not like
    co_return refused.empty() ? why_no_handshake(failed) : refused;
}

asio::awaitable<std::string> connection::write(std::string_view text, std::size_t& written) {
    while (written < text.size()) {
        const asio::const_buffer rest{text.data() + written, text.size() - written};
        error_code failed;
        if (parts_->tls) {
            const auto [ec, count] = co_await parts_->tls->async_write_some(rest, nothrow);
            failed = ec;
            written += count;
        } else {
            const auto [ec, count] = co_await parts_->plain.async_write_some(rest, nothrow);
            failed = ec;
            written += count;
        }
        if (failed) co_return words_for(failed);
    }
    co_return std::string{};
}

asio::awaitable<std::string> connection::read_reply() {
    reader_.begin();
    for (;;) {
        error_code failed;
        std::size_t arrived = 0;
        if (parts_->tls) {
            const auto [ec, count] = co_await parts_->tls->async_read_some(reader_.space(), nothrow);
            failed = ec;
            arrived = count;
        } else {
            const auto [ec, count] = co_await parts_->plain.async_read_some(reader_.space(), nothrow);
            failed = ec;
            arrived = count;
        }
        auto now = reader_.received(arrived);
        if (now == reply_reader::state::needs_more && failed == asio::error::eof) now = reader_.ended();
        if (now == reply_reader::state::complete) co_return std::string{};
        if (now == reply_reader::state::broken) co_return reader_.why_broken();
        if (failed) co_return words_for(failed);
    }
}

bool connection::is_quiet() const {
    if (!parts_->socket().is_open()) return false;
    pollfd seen{parts_->socket().native_handle(), POLLIN | POLLRDHUP, 0};
    if (::poll(&seen, 1, 0) != 0) return false;
    if (!parts_->tls) return true;
    auto* const native = parts_->tls->native_handle();
    return SSL_has_pending(native) == 0 && BIO_ctrl_pending(SSL_get_rbio(native)) == 0;
}

void connection::cut_off() {
    // Not left to the socket's destructor, which would take the linger back and send what is left.
    error_code ignored;
    parts_->socket().close(ignored);
}

void connection::say_goodbye() {
    error_code ignored;
    parts_->socket().set_option(asio::socket_base::linger{false, 0}, ignored);
    parts_->socket().close(ignored);
}

bool connection::trusts(const std::shared_ptr<trust_store>& store) const { return parts_->trust == store; }

} // namespace smarttrade::http
