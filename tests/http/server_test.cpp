// What the server puts up with: raw bytes over loopback, its deadlines by a clock that stands until a test moves it.
#include <sys/resource.h>

#include <algorithm>
#include <deque>
#include <string>

#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include "http/server.hpp"
#include "timed_request.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using namespace std::chrono_literals;

namespace {

/// A server whose deadlines count on a clock of its own.
struct served {
    explicit served(http::server_bounds bounds = {})
        : server{w.ctx.get_executor(), clock, [this](http::request what) { return reply(std::move(what)); }, bounds} {
        port = server.listen("127.0.0.1", 0);
        w.tasks.spawn([this] { return server.run(); });
    }

    asio::awaitable<http::response> reply(http::request what) {
        ++requests;
        http::response made;
        made.status = 200;
        made.body = what.method + ' ' + what.target + ' ' + what.body;
        if (what.target == "/large") made.body.assign(std::size_t{16} << 20U, 'x');
        if (what.target == "/trickle") made.ends = http::delivery::trickle;
        if (what.target == "/throws") throw std::runtime_error{"no"};
        co_return made;
    }

    asio::awaitable<void> pass(std::chrono::seconds time) {
        for (const auto until = clock.now() + time; clock.now() < until;) {
            clock.step();
            co_await go_round(w);
        }
    }

    world w;
    sim_clock clock;
    http::server server;
    std::uint16_t port = 0;
    int requests = 0;
};

struct peer {
    explicit peer(served& at) : socket{at.w.ctx} { socket.connect({asio::ip::address_v4::loopback(), at.port}); }

    asio::awaitable<void> say(std::string bytes) { co_await asio::async_write(socket, asio::buffer(bytes), nothrow); }
    /// Until the other side has closed: what came, and " reset" behind it if that is how it ended.
    asio::awaitable<std::string> rest() {
        auto all = asio::dynamic_buffer(text);
        const auto [ended, count] = co_await asio::async_read(socket, all, nothrow);
        static_cast<void>(count);
        if (ended == asio::error::connection_reset) text += " reset";
        co_return std::exchange(text, {});
    }
    /// One answer that ends with `last`.
    asio::awaitable<std::string> until(std::string last) {
        auto all = asio::dynamic_buffer(text);
        const auto [failed, count] = co_await asio::async_read_until(socket, all, last, nothrow);
        auto got = text.substr(0, count);
        text.erase(0, count);
        if (failed) got += " closed";
        co_return got;
    }

    tcp::socket socket;
    std::string text;
};

std::string answer(const std::string& body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string refusal(const std::string& status, const std::string& error, const std::string& why) {
    const auto body = R"({"error":")" + error + R"(","error_description":")" + why + R"("})";
    return "HTTP/1.1 " + status + "\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: "
           + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}

const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

asio::awaitable<void> check_served(served& s) {
    peer last{s};
    co_await last.say(get);
    const auto told = co_await last.until("GET / ");
    CHECK(told == answer("GET / "));
}

void allow_many_files() {
    rlimit files{};
    REQUIRE(getrlimit(RLIMIT_NOFILE, &files) == 0);
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, 4096);
    REQUIRE(setrlimit(RLIMIT_NOFILE, &files) == 0);
}

} // namespace

TEST_CASE("http server: what is no request is answered in the API's form, closed, and harms nobody else") {
    struct row {
        const char* name;
        std::string bytes, expected;
    };
    std::string fields;
    for (int i = 0; i < 101; ++i) fields += "A: b\r\n";
    const auto too_large = refusal("413 Payload Too Large", "payload_too_large", "the body is too large");
    const auto header = [](const std::string& why) {
        return refusal("431 Request Header Fields Too Large", "header_too_large", why);
    };
    for (const row& r : {
             row{"no method", "\x16\x03\x01 hello\r\n\r\n",
                 refusal("400 Bad Request", "bad_request", "no HTTP request: bad method")},
             row{"no version", "GET /\r\n\r\n",
                 refusal("400 Bad Request", "bad_request", "no HTTP request: bad target")},
             row{"HTTP/2", "GET / HTTP/2.0\r\n\r\n",
                 refusal("400 Bad Request", "bad_request", "no HTTP request: bad version")},
             row{"two lengths", "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
                 refusal("400 Bad Request", "bad_request", "no HTTP request: multiple Content-Length")},
             row{"a bad chunk", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                 refusal("400 Bad Request", "bad_request", "no HTTP request: bad chunk")},
             row{"a large body announced", "POST / HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n", too_large},
             row{"a large body sent",
                 "POST / HTTP/1.1\r\nContent-Length: 2097152\r\n\r\n" + std::string(std::size_t{2} << 20U, 'x'),
                 too_large},
             row{"a large body in a chunk", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n",
                 too_large},
             row{"a giant field", "GET / HTTP/1.1\r\nA: " + std::string(70'000, 'b') + "\r\n\r\n",
                 header("the header is too large")},
             row{"a giant target", "GET /" + std::string(70'000, 'b') + " HTTP/1.1\r\n\r\n",
                 header("the header is too large")},
             row{"a header that does not end", "GET / HTTP/1.1\r\n" + std::string(200'000, 'b'),
                 header("the header is too large")},
             row{"many fields", "GET / HTTP/1.1\r\n" + fields + "\r\n", header("the header has too many fields")},
         }) {
        CAPTURE(std::string{r.name});
        served s;
        s.w.run([&]() -> asio::awaitable<void> {
            peer one{s};
            co_await one.say(r.bytes);
            one.socket.shutdown(tcp::socket::shutdown_send);
            const auto told = co_await one.rest();
            CHECK(told == r.expected);
            CHECK(s.requests == 0);
            co_await check_served(s);
        });
    }
}

TEST_CASE("http server: a body of exactly one MiB is taken, in one piece or in chunks") {
    served s;
    s.w.run([&]() -> asio::awaitable<void> {
        const std::string body(std::size_t{1} << 20U, 'x');
        const std::string head = "POST / HTTP/1.1\r\nConnection: close\r\n";
        for (const auto& sent : {head + "Content-Length: 1048576\r\n\r\n" + body,
                                 head + "Transfer-Encoding: chunked\r\n\r\n100000\r\n" + body + "\r\n0\r\n\r\n"}) {
            peer one{s};
            co_await one.say(sent);
            const auto told = co_await one.rest();
            CHECK(told.starts_with("HTTP/1.1 200 OK\r\n"));
            CHECK(told.ends_with("\r\n\r\nPOST / " + body));
        }
    });
    CHECK(s.requests == 2);
}

TEST_CASE("http server: requests sent in one go are answered one after the other, in their order") {
    served s;
    s.w.run([&]() -> asio::awaitable<void> {
        peer one{s};
        std::string asked, expected;
        for (int i = 0; i < 50; ++i) {
            const auto n = std::to_string(i);
            asked += "POST /" + n + " HTTP/1.1\r\nContent-Length: " + std::to_string(n.size()) + "\r\n\r\n" + n;
            expected += answer("POST /" + n + ' ' + n);
        }
        asked += "GET /last HTTP/1.1\r\nConnection: close\r\n\r\n";
        co_await one.say(asked);
        const auto told = co_await one.rest();
        CHECK(told == expected + "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nGET /last ");
    });
    CHECK(s.requests == 51);
}

TEST_CASE("http server: HEAD is answered as GET is, with its length and without its body") {
    served s;
    s.w.run([&]() -> asio::awaitable<void> {
        peer one{s};
        co_await one.say("HEAD /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n");
        const auto both = co_await one.until("GET /b ");
        CHECK(both == "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n" + answer("GET /b "));
    });
}

TEST_CASE("http server: an HTTP/1.0 peer is kept if it asks for it, and told so, else it is closed") {
    served s;
    s.w.run([&]() -> asio::awaitable<void> {
        peer one{s};
        for (int i = 0; i < 2; ++i) {
            co_await one.say("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            const auto told = co_await one.until("GET /a ");
            CHECK(told == "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: keep-alive\r\n\r\nGET /a ");
        }
        co_await one.say("GET /a HTTP/1.0\r\n\r\n");
        const auto last = co_await one.rest();
        CHECK(last == "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\nGET /a ");
    });
}

TEST_CASE("http server: a request may come byte by byte") {
    served s;
    s.w.run([&]() -> asio::awaitable<void> {
        peer one{s};
        for (const char c : std::string{"POST /a HTTP/1.1\r\nContent-Length: 2\r\n\r\nok"}) {
            co_await one.say(std::string(1, c));
            co_await go_round(s.w);
        }
        const auto told = co_await one.until("ok");
        CHECK(told == answer("POST /a ok"));
    });
}

TEST_CASE("http server: who expects to be told to go on is told so once, before the body") {
    served s;
    s.w.run([&]() -> asio::awaitable<void> {
        peer one{s};
        co_await one.say("POST /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
        const auto word = co_await one.until("\r\n\r\n");
        CHECK(word == "HTTP/1.1 100 Continue\r\n\r\n");
        co_await one.say("o");
        co_await go_round(s.w);
        co_await one.say("k");
        const auto told = co_await one.until("ok");
        CHECK(told == answer("POST /a ok"));
    });
}

TEST_CASE("http server: a peer that has sent all it wants is answered, then closed") {
    served s;
    s.w.run([&]() -> asio::awaitable<void> {
        peer one{s};
        co_await one.say(get);
        one.socket.shutdown(tcp::socket::shutdown_send);
        const auto told = co_await one.rest();
        CHECK(told == answer("GET / "));
    });
}

TEST_CASE("http server: 500 idle connections leave room for a new one") {
    allow_many_files();
    served s;
    s.w.run([&]() -> asio::awaitable<void> {
        std::deque<peer> idle;
        for (int i = 0; i < 500; ++i) {
            idle.emplace_back(s);
            co_await go_round(s.w);
        }
        co_await check_served(s);
        co_await idle.front().say(get);
        const auto told = co_await idle.front().until("GET / ");
        CHECK(told == answer("GET / "));
    });
}

TEST_CASE("http server: when it is full the one that waits longest gives way, a silent one before a slow one") {
    http::server_bounds bounds;
    bounds.connections_max = 3;
    served s{bounds};
    s.w.run([&]() -> asio::awaitable<void> {
        peer slow{s}, silent{s}, used{s};
        co_await slow.say("GET /slow");
        co_await go_round(s.w);
        co_await used.say(get);
        const auto first = co_await used.until("GET / ");
        CHECK(first == answer("GET / "));
        peer fourth{s};
        const auto gone = co_await silent.rest();
        CHECK(gone == "");
        co_await fourth.say(get);
        const auto second = co_await fourth.until("GET / ");
        CHECK(second == answer("GET / "));
        co_await slow.say(" HTTP/1.1\r\n\r\n");
        const auto late = co_await slow.until("/slow ");
        CHECK(late == answer("GET /slow "));
        co_await check_served(s);
        const auto given_way = co_await used.rest();
        CHECK(given_way == ""); // it was idle longest by then
    });
}

TEST_CASE("http server: a flood of connections that begin a request and stop locks nobody out") {
    http::server_bounds bounds;
    bounds.connections_max = 20;
    served s{bounds};
    s.w.run([&]() -> asio::awaitable<void> {
        std::deque<peer> slow;
        for (int i = 0; i < 60; ++i) {
            slow.emplace_back(s);
            co_await slow.back().say("GET / HT");
            co_await go_round(s.w);
        }
        co_await check_served(s);
    });
}

TEST_CASE("http server: a request has 20 s to arrive, and bytes that trickle do not make it longer") {
    served s;
    s.w.run([&]() -> asio::awaitable<void> {
        peer slow{s};
        co_await s.pass(50s); // idle is something else
        for (int i = 0; i < 19; ++i) {
            co_await slow.say("G");
            co_await s.pass(1s);
        }
        co_await go_round(s.w);
        CHECK(slow.socket.available() == 0);
        co_await s.pass(2s);
        const auto told = co_await slow.rest();
        CHECK((told.empty() || told == " reset"));
        co_await check_served(s);
    });
    CHECK(s.requests == 1);
}

TEST_CASE("http server: a connection that asks nothing is closed after 60 s, and not before") {
    served s;
    s.w.run([&]() -> asio::awaitable<void> {
        peer silent{s};
        co_await go_round(s.w);
        co_await s.pass(59s);
        co_await silent.say(get);
        const auto told = co_await silent.until("GET / ");
        CHECK(told == answer("GET / "));
        co_await s.pass(61s);
        const auto end = co_await silent.rest();
        CHECK(end == "");
    });
}

TEST_CASE("http server: a peer that does not take its answer is dropped after 30 s") {
    served s;
    s.w.run([&]() -> asio::awaitable<void> {
        peer deaf{s};
        co_await deaf.say("GET /large HTTP/1.1\r\n\r\n" + get);
        co_await go_round(s.w);
        co_await s.pass(31s);
        const auto told = co_await deaf.rest();
        CHECK(told.ends_with(" reset"));
        CHECK(told.size() < std::size_t{16} << 20U);
        CHECK(s.requests == 1);
        co_await check_served(s);
    });
}

TEST_CASE("http server: an answer that is to trickle leaves a byte a second, and holds nobody else up") {
    served s;
    s.w.run([&]() -> asio::awaitable<void> {
        peer one{s};
        co_await one.say("GET /trickle HTTP/1.1\r\n\r\n");
        co_await go_round(s.w);
        CHECK(one.socket.available() == 1);
        co_await s.pass(9s);
        CHECK(one.socket.available() >= 9);
        CHECK(one.socket.available() <= 10);
        co_await check_served(s);
        const auto expected = answer("GET /trickle ");
        co_await s.pass(std::chrono::seconds{expected.size() - 8});
        const auto told = co_await one.rest();
        CHECK(told == expected);
    });
}

TEST_CASE("http server: a request that cannot be answered is answered 500, and the connection goes on") {
    served s;
    s.w.run([&]() -> asio::awaitable<void> {
        peer one{s};
        co_await one.say("GET /throws HTTP/1.1\r\n\r\n" + get);
        const auto told = co_await one.until("GET / ");
        CHECK(told.starts_with("HTTP/1.1 500 Internal Server Error\r\n"));
        CHECK(told.find(R"({"error":"unknown_error","error_description":"Unknown error occurred"})")
              != std::string::npos);
        CHECK(told.ends_with(answer("GET / ")));
    });
}
