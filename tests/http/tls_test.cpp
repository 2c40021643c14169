// What a trader's credentials travel through. Certificates are made here; names are resolved to this machine.
#include <optional>
#include <stdexcept>

#include <doctest/doctest.h>

#include "http/client.hpp"
#include "outcomes.hpp"
#include "support/temp_folder.hpp"
#include "tls_server.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using namespace std::chrono_literals;

namespace {

const std::string api = "api.example.test";

/// A client of `host`, which is this machine.
std::unique_ptr<http::client> client_of(world& w, const std::string& host, std::uint16_t port, std::string ca_file) {
    http::addresses here{{asio::ip::address_v4::loopback(), port}};
    return http::make_client(w.ctx.get_executor(), w.time,
                             {{true, host, std::to_string(port), ""}, std::move(ca_file), 8},
                             std::make_unique<told_addresses>(std::move(here)));
}

asio::awaitable<std::string> ask(http::transport& client, world& w) {
    auto what = post();
    const auto reply = co_await client.send(std::move(what), w.time.now() + ample);
    co_return verdict(reply);
}

/// What one request is told, and what the server saw.
struct told_once {
    std::string told;
    std::size_t requests = 0;
    std::vector<tls_server::greeting> greetings;
};

told_once ask_once(const identity& who, const std::string& host, const std::string& ca_file,
                   const std::function<void(SSL_CTX*)>& prepare = {}) {
    world w;
    tls_server server{w, who};
    if (prepare) prepare(server.native());
    const auto client = client_of(w, host, server.port(), ca_file);
    told_once out;
    w.run([&]() -> asio::awaitable<void> {
        out.told = co_await ask(*client, w);
        out.requests = server.requests;
    });
    out.greetings = server.greetings;
    const auto port = ':' + std::to_string(server.port());
    if (const auto at = out.told.find(port); at != std::string::npos) out.told.replace(at, port.size(), ":PORT");
    return out;
}

certificate_text named(std::string names) {
    certificate_text text;
    text.names = std::move(names);
    return text;
}

certificate_text authority(std::string subject) {
    certificate_text text;
    text.subject = std::move(subject);
    text.names = "";
    text.is_authority = true;
    return text;
}

} // namespace

TEST_CASE("tls: a certificate is believed only for the host that was asked for, and why not is said") {
    struct row {
        const char* name;
        certificate_text text;
        std::string host, told;
    };
    const test::temp_folder dir;
    const auto ca = make_identity(authority("Test CA"));
    const auto ca_file = dir.write("ca.pem", ca.certificate);
    const std::string refused = "not sent: TLS handshake with 127.0.0.1:PORT: ";
    const std::string five = "DNS:a.test,DNS:b.test,DNS:c.test,DNS:d.test,DNS:e.test,DNS:f.test";
    for (const row& r :
         {row{"its name", named("DNS:api.example.test"), api, "200 good"},
          row{"one of its names", named("DNS:x.test,DNS:API.example.test"), api, "200 good"},
          row{"a wildcard", named("DNS:*.example.test"), api, "200 good"},
          row{"its address", named("IP:127.0.0.1"), "127.0.0.1", "200 good"},
          row{"another name", named("DNS:shop.example.test"), api,
              refused + "its certificate is for shop.example.test, not for api.example.test"},
          row{"a longer name", named("DNS:api.example.test.evil.com"), api,
              refused + "its certificate is for api.example.test.evil.com, not for api.example.test"},
          row{"a part of a label", named("DNS:a*.example.test"), api,
              refused + "its certificate is for a*.example.test, not for api.example.test"},
          row{"a wildcard over two labels", named("DNS:*.test"), api,
              refused + "its certificate is for *.test, not for api.example.test"},
          row{"many names", named(five), api,
              refused + "its certificate is for a.test, b.test, c.test, d.test, e.test, ..., not for api.example.test"},
          row{"a name as its subject only",
              {api, "", -60s, 3600s, false},
              api,
              refused + "its certificate is for no host ('api.example.test'), not for api.example.test"},
          row{"another address", named("IP:127.0.0.2,IP:::1"), "127.0.0.1",
              refused + "its certificate is for 127.0.0.2, ::1, not for 127.0.0.1"},
          row{"an address as a name", named("DNS:127.0.0.1"), "127.0.0.1",
              refused + "its certificate is for 127.0.0.1, not for 127.0.0.1"},
          row{"a name with a line break",
              {"a\nb", "", -60s, 3600s, false},
              api,
              refused + "its certificate is for no host ('a?b'), not for api.example.test"}}) {
        CAPTURE(std::string{r.name});
        const auto seen = ask_once(make_identity(r.text, &ca), r.host, ca_file);
        CHECK(seen.told == r.told);
        CHECK(seen.requests == (r.told == "200 good" ? 1 : 0));
    }
}

TEST_CASE("tls: a host that no certificate can be checked for is refused, whatever is shown") {
    const test::temp_folder dir;
    const auto who = make_identity({});
    const auto seen = ask_once(who, "fe80::1%1", dir.write("ca.pem", who.certificate)); // an address with its zone
    CHECK(seen.told == "not sent: TLS handshake with 127.0.0.1:PORT: a certificate cannot be checked for 'fe80::1%1'");
    CHECK(seen.requests == 0);
}

TEST_CASE("F22: a certificate that is past, not yet good or of an unknown authority is refused and named") {
    const test::temp_folder dir;
    const auto ca = make_identity(authority("Test CA"));
    const auto other = make_identity(authority("Other CA"));
    const auto ca_file = dir.write("ca.pem", ca.certificate);
    const std::string refused = "not sent: TLS handshake with 127.0.0.1:PORT: ";
    certificate_text text;
    text.subject = "the server";
    CHECK(ask_once(make_identity(text, &other), "127.0.0.1", ca_file).told
          == refused + "the certificate 'the server' was issued by 'Other CA', which is not in " + ca_file);
    CHECK(ask_once(make_identity(text), "127.0.0.1", ca_file).told
          == refused + "its certificate 'the server' is self-signed and not in " + ca_file);
    text.from = -7200s;
    text.until = -3600s;
    const auto expired = ask_once(make_identity(text, &ca), "127.0.0.1", ca_file);
    CHECK(expired.told.starts_with(refused + "the certificate 'the server' expired at 20"));
    CHECK(expired.told.ends_with("Z"));
    CHECK(expired.requests == 0);
    text.from = 3600s;
    text.until = 7200s;
    const auto early = ask_once(make_identity(text, &ca), "127.0.0.1", ca_file).told;
    CHECK(early.starts_with(refused + "the certificate 'the server' is valid from 20"));
    CHECK(early.ends_with("Z only, expected earlier (is this machine's clock right?)"));
}

TEST_CASE("tls: a server of old protocols or foreign ciphers is refused") {
    const test::temp_folder dir;
    const auto who = make_identity({});
    const auto ca_file = dir.write("ca.pem", who.certificate);
    const auto at_most = [](int version) {
        return [version](SSL_CTX* server) {
            SSL_CTX_set_max_proto_version(server, version);
            SSL_CTX_set_cipher_list(server, "ALL:@SECLEVEL=0");
            SSL_CTX_set_security_level(server, 0);
        };
    };
    CHECK(ask_once(who, "127.0.0.1", ca_file, at_most(TLS1_1_VERSION)).told
          == "not sent: TLS handshake with 127.0.0.1:PORT: the server offers no TLS version from 1.2 on");
    CHECK(ask_once(who, "127.0.0.1", ca_file, at_most(TLS1_2_VERSION)).greetings.at(0).version == "TLSv1.2");
    CHECK(ask_once(who, "127.0.0.1", ca_file).greetings.at(0).version == "TLSv1.3");
    const auto foreign = [](SSL_CTX* server) {
        SSL_CTX_set_max_proto_version(server, TLS1_2_VERSION);
        SSL_CTX_set_cipher_list(server, "ECDHE-RSA-AES256-GCM-SHA384"); // its key is no RSA key
    };
    const auto told = ask_once(who, "127.0.0.1", ca_file, foreign).told;
    CHECK_MESSAGE(told.find("handshake failure") != std::string::npos, told);
}

TEST_CASE("tls: a port that speaks something else is told from a bad certificate") {
    struct row {
        server_script script;
        std::string why;
    };
    for (const row& r : {row{{reads(5), sends("HTTP/1.1 400 Bad Request\r\n\r\n"), finishes()},
                             "the server does not speak TLS on this port (plain HTTP?)"},
                         row{{reads(5), finishes()}, "the server closed the connection"},
                         row{{reads(5), resets()}, "Connection reset by peer"}}) {
        world w;
        scripted_server server{w.tasks, w.ctx.get_executor()};
        server.next(r.script);
        const auto client = client_of(w, "127.0.0.1", server.port(), "");
        w.run([&]() -> asio::awaitable<void> {
            const auto told = co_await ask(*client, w);
            CHECK(told == "not sent: TLS handshake with 127.0.0.1:" + std::to_string(server.port()) + ": " + r.why);
        });
    }
}

TEST_CASE("tls: the second connection resumes the session of the first, and the name asked for is sent") {
    const test::temp_folder dir;
    const auto who = make_identity(named("DNS:api.example.test,IP:127.0.0.1"));
    const auto ca_file = dir.write("ca.pem", who.certificate);
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION})
        for (const auto& host : {api, std::string{"127.0.0.1"}}) {
            CAPTURE(version);
            world w;
            tls_server server{w, who};
            SSL_CTX_set_max_proto_version(server.native(), version);
            server.then = manners::just_closes;
            const auto client = client_of(w, host, server.port(), ca_file);
            w.run([&]() -> asio::awaitable<void> {
                for (int i = 0; i < 3; ++i) {
                    const auto told = co_await ask(*client, w);
                    CHECK(told == "200 good");
                    co_await server.gone().wait_until(w.time, w.time.now() + ample);
                }
            });
            REQUIRE(server.greetings.size() == 3);
            CHECK_FALSE(server.greetings[0].resumed);
            CHECK(server.greetings[1].resumed);
            CHECK(server.greetings[2].resumed);
            CHECK(server.greetings[0].name == (host == api ? api : "")); // an address is no server name (RFC 6066)
        }
}

TEST_CASE("F3: a TLS connection that the server has closed is not used again") {
    const test::temp_folder dir;
    const auto who = make_identity({});
    world w;
    tls_server server{w, who};
    server.then = manners::says_goodbye;
    const auto client = client_of(w, "127.0.0.1", server.port(), dir.write("ca.pem", who.certificate));
    w.run([&]() -> asio::awaitable<void> {
        for (int i = 0; i < 3; ++i) {
            const auto told = co_await ask(*client, w);
            CHECK(told == "200 good");
            co_await server.gone().wait_until(w.time, w.time.now() + ample);
        }
    });
    CHECK(server.requests == 3);
}

TEST_CASE("tls: connections are kept and used again") {
    const test::temp_folder dir;
    const auto who = make_identity({});
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        world w;
        tls_server server{w, who};
        SSL_CTX_set_max_proto_version(server.native(), version);
        const auto client = client_of(w, "127.0.0.1", server.port(), dir.write("ca.pem", who.certificate));
        w.run([&]() -> asio::awaitable<void> {
            for (int i = 0; i < 5; ++i) {
                const auto told = co_await ask(*client, w);
                CHECK(told == "200 good");
            }
        });
        CHECK(server.greetings.size() == 1);
        CHECK(server.requests == 5);
    }
}

TEST_CASE("F1: what a TLS server says unasked is never the answer to the next request") {
    const test::temp_folder dir;
    const auto who = make_identity({});
    for (const bool one_segment : {false, true}) {
        world w;
        tls_server server{w, who};
        server.replies.push_back(whole_reply(200, "forged"));
        server.one_segment = one_segment; // then the client has both in its hands at once
        const auto client = client_of(w, "127.0.0.1", server.port(), dir.write("ca.pem", who.certificate));
        w.run([&]() -> asio::awaitable<void> {
            for (int i = 0; i < 5; ++i) {
                const auto told = co_await ask(*client, w);
                CHECK(told == "200 good");
                co_await server.answered().wait_until(w.time, w.time.now() + ample);
            }
        });
        CHECK(server.greetings.size() == 5);
    }
}

TEST_CASE("F3: a TLS reply without a length that ends without a goodbye may have been cut, and is unknown") {
    const test::temp_folder dir;
    const auto who = make_identity({});
    const auto ca_file = dir.write("ca.pem", who.certificate);
    for (const auto then : {manners::just_closes, manners::says_goodbye}) {
        world w;
        tls_server server{w, who};
        server.replies = {"HTTP/1.1 200 OK\r\n\r\nsome"};
        server.then = then;
        const auto client = client_of(w, "127.0.0.1", server.port(), ca_file);
        w.run([&]() -> asio::awaitable<void> {
            const auto told = co_await ask(*client, w);
            CHECK(told
                  == (then == manners::says_goodbye ? "200 some"
                                                    : "unknown: wait for the reply: the server closed the connection"));
        });
    }
}

TEST_CASE("tls: a CA file that cannot be used fails the start and is named") {
    const test::temp_folder dir;
    world w;
    const auto make = [&](const std::string& file) { return client_of(w, "127.0.0.1", 443, file); };
    CHECK_THROWS_WITH_AS(make(dir.file("nowhere.pem")), doctest::Contains(dir.file("nowhere.pem").c_str()),
                         std::runtime_error);
    CHECK_THROWS_WITH_AS(make(dir.write("rubbish.pem", "no certificate")),
                         doctest::Contains(dir.file("rubbish.pem").c_str()), std::runtime_error);
}

TEST_CASE("F22: a reload makes new connections believe the file as it is now, and a broken one changes nothing") {
    const test::temp_folder dir;
    const auto before = make_identity({}), after = make_identity({});
    const auto ca_file = dir.write("ca.pem", before.certificate);
    world w;
    tls_server server{w, before};
    const auto client = client_of(w, "127.0.0.1", server.port(), ca_file);
    w.run([&]() -> asio::awaitable<void> {
        auto told = co_await ask(*client, w);
        CHECK(told == "200 good");
        dir.write("ca.pem", "rubbish");
        const auto why = client->reload_trust();
        REQUIRE(why);
        CHECK(why->starts_with(ca_file + ": no usable CA certificates: "));
        told = co_await ask(*client, w); // the old store is in force, and its connection
        CHECK(told == "200 good");
        CHECK(server.greetings.size() == 1);
        dir.write("ca.pem", after.certificate);
        CHECK_FALSE(client->reload_trust());
        told = co_await ask(*client, w);
        CHECK(told.starts_with("not sent: TLS handshake with ")); // the server still shows the old one
        server.become(after);
        told = co_await ask(*client, w);
        CHECK(told == "200 good");
    });
    CHECK_FALSE(server.greetings.back().resumed); // a session of the old store would not be verified again
}
