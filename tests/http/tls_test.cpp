// A TLS server on a port of its own, with a certificate made here: what a trader's credentials travel through.
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include "async/wakeup.hpp"
#include "loopback.hpp"
#include "support/temp_folder.hpp"

using namespace smarttrade;
using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::ip::tcp;
using async::nothrow;
using test::post;
using test::raw_server;
using test::world;

namespace {

std::string text_of(BIO* from) {
    char* data = nullptr;
    const auto size = BIO_ctrl(from, BIO_CTRL_INFO, 0, &data);
    std::string text{data, static_cast<std::size_t>(size)};
    BIO_free(from);
    return text;
}

/// A key and the certificate it signed for itself, both as PEM, good for one hour at 127.0.0.1.
struct identity {
    std::string key, certificate;

    identity() {
        EVP_PKEY* made = EVP_EC_gen("P-256");
        X509* cert = X509_new();
        X509_set_version(cert, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
        X509_gmtime_adj(X509_getm_notBefore(cert), -60);
        X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
        X509_set_pubkey(cert, made);
        X509V3_CTX context{};
        X509V3_set_ctx(&context, cert, cert, nullptr, nullptr, 0);
        X509_EXTENSION* name = X509V3_EXT_conf_nid(nullptr, &context, NID_subject_alt_name, "IP:127.0.0.1");
        X509_add_ext(cert, name, -1);
        X509_EXTENSION_free(name);
        X509_sign(cert, made, EVP_sha256());
        BIO* key_text = BIO_new(BIO_s_mem());
        PEM_write_bio_PrivateKey(key_text, made, nullptr, nullptr, 0, nullptr, nullptr);
        key = text_of(key_text);
        BIO* certificate_text = BIO_new(BIO_s_mem());
        PEM_write_bio_X509(certificate_text, cert);
        certificate = text_of(certificate_text);
        X509_free(cert);
        EVP_PKEY_free(made);
    }
};

http::client_options tls_options(std::uint16_t port, std::string ca_file) {
    return {{true, "127.0.0.1", std::to_string(port), ""}, std::move(ca_file), 8};
}

/// Answers one request with keep-alive, says goodbye as TLS does, and closes.
asio::awaitable<void> answer_and_leave(tcp::socket peer, asio::ssl::context& trust) {
    asio::ssl::stream<tcp::socket> tls{std::move(peer), trust};
    const auto [refused] = co_await tls.async_handshake(asio::ssl::stream_base::server, nothrow);
    if (refused) co_return;
    std::string text;
    co_await asio::async_read_until(tls, asio::dynamic_buffer(text), "\r\n\r\n", nothrow);
    const std::string reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    co_await asio::async_write(tls, asio::buffer(reply), nothrow);
    tls.next_layer().shutdown(tcp::socket::shutdown_receive); // the client's goodbye is not waited for
    co_await tls.async_shutdown(nothrow);
}

} // namespace

TEST_CASE("F3: a TLS connection that the server has closed is not used again") {
    const test::temp_folder dir;
    const identity who;
    asio::ssl::context trust{asio::ssl::context::tls_server};
    trust.use_certificate_chain(asio::buffer(who.certificate));
    trust.use_private_key(asio::buffer(who.key), asio::ssl::context::pem);
    world w;
    async::wakeup gone{w.ctx.get_executor()};
    raw_server server{w, [&](tcp::socket peer) -> asio::awaitable<void> {
                          co_await answer_and_leave(std::move(peer), trust);
                          gone.notify();
                      }};
    const auto client = http::make_client(w.ctx.get_executor(), w.time,
                                          tls_options(server.port(), dir.write("ca.pem", who.certificate)));
    w.run([&]() -> asio::awaitable<void> {
        for (int i = 0; i < 3; ++i) {
            auto what = post();
            const auto reply = co_await client->send(std::move(what), w.time.now() + 10s);
            REQUIRE_MESSAGE(reply.has_value(), reply.error().reason);
            CHECK(reply->body == "ok");
            co_await gone.wait_until(w.time, w.time.now() + 10s);
        }
    });
}

TEST_CASE("http: a CA file that cannot be used fails the start and is named") {
    const test::temp_folder dir;
    world w;
    const auto make = [&](const std::string& file) {
        return http::make_client(w.ctx.get_executor(), w.time, tls_options(443, file));
    };
    CHECK_THROWS_WITH_AS(make(dir.file("nowhere.pem")), doctest::Contains(dir.file("nowhere.pem").c_str()),
                         std::runtime_error);
    CHECK_THROWS_WITH_AS(make(dir.write("rubbish.pem", "no certificate")),
                         doctest::Contains(dir.file("rubbish.pem").c_str()), std::runtime_error);
}
