// How a request ends over TLS when the server does not behave: as it does without.
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "outcomes.hpp"
#include "support/temp_folder.hpp"
#include "timed_request.hpp"
#include "tls_server.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using namespace std::chrono_literals;

namespace {

/// How a client gives a request up.
enum class gives_up { at_deadline, when_cancelled };

/// A server, and one client of it that believes it.
struct tls_world : world {
    http::client_options options_to(std::uint16_t port) const {
        return {{true, "127.0.0.1", std::to_string(port), ""}, ca_file, 8};
    }

    temp_folder dir;
    identity who = make_identity({});
    std::string ca_file = dir.write("ca.pem", who.certificate);
};

http::request large_post() {
    auto what = post();
    what.body.assign(std::size_t{8} << 20U, 'x'); // more than the buffers of both ends hold
    return what;
}

/// Ends the request in the way told, once the server has done all it will.
asio::awaitable<void> give_up(timed_request& one, gives_up how, world& w) {
    co_await go_round(w);
    REQUIRE_FALSE(one.answer);
    if (how == gives_up::at_deadline) REQUIRE(one.clock.step());
    if (how == gives_up::when_cancelled) one.tasks.cancel();
    co_await one.tasks.join();
    REQUIRE(one.answer);
    CHECK(one.clock.now() - one.begun == (how == gives_up::at_deadline ? 10s : 0s));
}

std::string words(gives_up how) { return how == gives_up::at_deadline ? "no answer within 10000 ms" : "given up"; }

} // namespace

TEST_CASE("F3: a TLS reply that is cut leaves the request unknown until it is whole, however the server ends") {
    const auto whole = whole_reply(201, R"({"id":1})");
    for (const auto then : {manners::just_closes, manners::says_goodbye, manners::resets}) {
        CAPTURE(static_cast<int>(then));
        tls_world w;
        tls_server server{w, w.who};
        server.then = then;
        const auto client = http::make_client(w.ctx.get_executor(), w.time, w.options_to(server.port()));
        std::size_t asked = 0;
        w.run([&]() -> asio::awaitable<void> {
            for (std::size_t left = 0; left <= whole.size(); left += left == 0 ? 1 : 7) {
                const auto cut = whole.size() - left;
                CAPTURE(cut);
                server.replies = {whole.substr(0, cut)};
                auto what = post();
                const auto reply = co_await client->send(std::move(what), w.time.now() + ample);
                ++asked;
                CHECK(end_of(reply) == (left == 0 ? ends::replied : ends::unknown));
                co_await server.gone().wait_until(w.time, w.time.now() + ample);
            }
        });
        CHECK(server.requests == asked); // none was sent twice
    }
}

TEST_CASE("F3: a TLS server that goes silent leaves the request unknown, at the deadline and when cancelled") {
    const auto whole = whole_reply(200, std::string(1000, 'x'));
    for (const auto how : {gives_up::at_deadline, gives_up::when_cancelled})
        for (const std::size_t said : {std::size_t{0}, std::size_t{10}, std::size_t{500}}) {
            CAPTURE(said);
            tls_world w;
            tls_server server{w, w.who};
            server.replies = {whole.substr(0, said)};
            server.then = manners::falls_silent;
            timed_request one{w, w.options_to(server.port())};
            w.run([&]() -> asio::awaitable<void> {
                one.start(post());
                co_await server.answered().wait_until(w.time, w.time.now() + ample);
                co_await give_up(one, how, w);
                CHECK(verdict(*one.answer) == "unknown: wait for the reply: " + words(how));
                server.replies = {whole_reply(200, "good")};
                co_await check_usable(*one.client, w);
            });
            CHECK(server.requests == 2);
        }
}

TEST_CASE("F3: a body that a TLS server did not take whole is proven not sent, and may have been counted") {
    {
        tls_world w;
        tls_server server{w, w.who};
        server.replies = {};
        server.then = manners::falls_silent;
        timed_request one{w, w.options_to(server.port())};
        w.run([&]() -> asio::awaitable<void> {
            one.start(large_post());
            co_await server.answered().wait_until(w.time, w.time.now() + ample);
            co_await give_up(one, gives_up::at_deadline, w);
            CHECK(verdict(*one.answer) == "not sent: send: " + words(gives_up::at_deadline));
            CHECK(one.answer->error().left);
        });
    }
    tls_world w;
    tls_server server{w, w.who};
    server.replies = {whole_reply(413, "too large")};
    server.then = manners::resets;
    const auto client = http::make_client(w.ctx.get_executor(), w.time, w.options_to(server.port()));
    w.run([&]() -> asio::awaitable<void> {
        auto what = large_post();
        const auto reply = co_await client->send(std::move(what), w.time.now() + ample);
        CHECK_MESSAGE(verdict(reply).starts_with("not sent: send: "), verdict(reply));
        REQUIRE_FALSE(reply.has_value());
        CHECK(reply.error().left);
    });
}

TEST_CASE("tls: a handshake that hangs is named as such, at the deadline and when cancelled, and proven not sent") {
    for (const auto how : {gives_up::at_deadline, gives_up::when_cancelled}) {
        tls_world w;
        scripted_server server{w.tasks, w.ctx.get_executor()};
        server.next({reads(5), stays_silent()});
        timed_request one{w, w.options_to(server.port())};
        w.run([&]() -> asio::awaitable<void> {
            one.start(post());
            while (server.connections() == 0) co_await go_round(w);
            co_await server.obeyed();
            co_await give_up(one, how, w);
            CHECK(verdict(*one.answer)
                  == "not sent: TLS handshake with 127.0.0.1:" + std::to_string(server.port()) + ": " + words(how));
            CHECK_FALSE(one.answer->error().left);
        });
    }
}

TEST_CASE("tls: a request whose connection was made while the trust was reloaded leaves on one of the new trust") {
    tls_world w;
    tls_server server{w, w.who};
    const auto client = http::make_client(w.ctx.get_executor(), w.time, w.options_to(server.port()));
    int hellos = 0;
    std::function<void()> reload = [&] { // once the client has said hello, it has made up its mind whom to trust
        if (++hellos > 1) return;
        w.dir.write("ca.pem", make_identity({}).certificate);
        CHECK_FALSE(client->reload_trust());
    };
    const auto on_hello = [](SSL*, int*, void* call) {
        (*static_cast<std::function<void()>*>(call))();
        return SSL_CLIENT_HELLO_SUCCESS;
    };
    SSL_CTX_set_client_hello_cb(server.native(), on_hello, &reload);
    w.run([&]() -> asio::awaitable<void> {
        auto what = post();
        const auto reply = co_await client->send(std::move(what), w.time.now() + ample);
        CHECK_MESSAGE(verdict(reply).starts_with("not sent: TLS handshake with "), verdict(reply));
    });
    CHECK(hellos == 2);
    CHECK(server.requests == 0);
}
