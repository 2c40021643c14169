#pragma once

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include "async/wakeup.hpp"
#include "loopback.hpp"
#include "support/certificate.hpp"
#include "support/scripted_server.hpp"

namespace smarttrade::test {

/// What a TLS server does once it has answered a request.
enum class manners { stays, says_goodbye, just_closes, resets, falls_silent }; // silent: not a byte is read any more

/// Answers each request with `reply`, over TLS as `who`.
class tls_server {
public:
    tls_server(world& w, const identity& who)
        : tasks_{w.tasks}, gone_{w.ctx.get_executor()}, answered_{w.ctx.get_executor()} {
        become(who);
        acceptor_ = std::make_unique<tcp::acceptor>(w.ctx, tcp::endpoint{asio::ip::address_v4::loopback(), 0});
        tasks_.spawn([this] { return accept(); });
    }

    /// From the next connection on.
    SSL_CTX* become(const identity& who) {
        trust_ = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
        trust_->use_certificate_chain(asio::buffer(who.certificate));
        trust_->use_private_key(asio::buffer(who.key), asio::ssl::context::pem);
        return trust_->native_handle();
    }
    SSL_CTX* native() { return trust_->native_handle(); }
    std::uint16_t port() const { return acceptor_->local_endpoint().port(); }
    async::wakeup& gone() { return gone_; } ///< notified when a connection was closed by this side

    async::wakeup& answered() { return answered_; } ///< notified when all replies to a request are on their way

    std::vector<std::string> replies{whole_reply(200, "good")}; ///< to one request, each in a record of its own
    bool one_segment = false;                                   ///< all of them
    manners then = manners::stays;
    struct greeting {
        bool resumed;
        std::string name, version; ///< of the server as asked for, of TLS
    };
    std::vector<greeting> greetings;
    std::size_t requests = 0;

private:
    asio::awaitable<void> accept() {
        for (;;) {
            auto [failed, peer] = co_await acceptor_->async_accept(nothrow);
            if (failed) co_return;
            const auto held = std::make_shared<tcp::socket>(std::move(peer));
            tasks_.spawn([this, held] { return serve(std::move(*held)); });
        }
    }

    asio::awaitable<void> serve(tcp::socket peer) {
        const auto kept = trust_;
        peer.set_option(tcp::no_delay{true});
        asio::ssl::stream<tcp::socket> tls{std::move(peer), *kept};
        const auto [refused] = co_await tls.async_handshake(asio::ssl::stream_base::server, nothrow);
        if (refused) co_return;
        const char* name = SSL_get_servername(tls.native_handle(), TLSEXT_NAMETYPE_host_name);
        greetings.push_back(
            {SSL_session_reused(tls.native_handle()) == 1, name ? name : "", SSL_get_version(tls.native_handle())});
        std::string text;
        do {
            const auto [cut, size] =
                co_await asio::async_read_until(tls, asio::dynamic_buffer(text), "\r\n\r\n", nothrow);
            if (cut) co_return;
            text.clear(); // a small request comes in one record
            ++requests;
            static_cast<void>(size);
            co_await answer(tls);
        } while (then == manners::stays);
        if (then == manners::falls_silent) {
            silent_.push_back(std::move(tls.next_layer()));
            co_return;
        }
        if (then == manners::resets) tls.next_layer().set_option(asio::socket_base::linger{true, 0});
        if (then == manners::says_goodbye) {
            tls.next_layer().shutdown(tcp::socket::shutdown_receive); // the client's goodbye is not waited for
            co_await tls.async_shutdown(nothrow);
        }
        tls.next_layer().close();
        gone_.notify();
    }

    asio::awaitable<void> answer(asio::ssl::stream<tcp::socket>& tls) {
        set_cork(tls, one_segment);
        for (const auto& reply : replies) {
            const asio::const_buffer all{reply.data(), reply.size()};
            co_await asio::async_write(tls, all, nothrow);
        }
        set_cork(tls, false);
        answered_.notify();
    }

    static void set_cork(asio::ssl::stream<tcp::socket>& tls, bool on) {
        const int value = on ? 1 : 0;
        ::setsockopt(tls.next_layer().native_handle(), IPPROTO_TCP, TCP_CORK, &value, sizeof value);
    }

    async::task_group& tasks_;
    async::wakeup gone_, answered_;
    std::shared_ptr<asio::ssl::context> trust_;
    std::unique_ptr<tcp::acceptor> acceptor_;
    std::vector<tcp::socket> silent_; // kept open
};

} // namespace smarttrade::test
