// How a request ends when the server, or the way to it, does not behave: over real sockets, since that is what sockets
// do. Each case ends with one good request, so that nothing bad is left in the pool.
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "outcomes.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using namespace std::chrono_literals;

namespace {

/// One request for each row, each to a server of its own.
void check_rows(const std::vector<row>& rows, const http::request& what) {
    for (const auto& r : rows) {
        CAPTURE(std::string{r.name});
        world w;
        scripted_server server{w.tasks, w.ctx.get_executor()};
        const auto client = w.client(server.port());
        server.next(r.script);
        w.run([&]() -> asio::awaitable<void> {
            auto copy = what;
            const auto reply = co_await client->send(std::move(copy), w.time.now() + ample);
            CHECK(end_of(reply) == r.expected);
            CHECK_MESSAGE(told(reply).starts_with(r.told), told(reply));
            if (!reply) CHECK(reply.error().left); // a server may have counted it: all of these read some of it
            co_await server.obeyed();
            co_await check_usable(*client, w);
        });
    }
}

const std::string two_chunks =
    "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n";

} // namespace

TEST_CASE("F3: a reply that is reset or closed at any byte leaves the request unknown until it is whole") {
    for (const auto& whole : {whole_reply(201, R"({"id":1})"), two_chunks})
        for (const auto& end : {finishes(), resets()}) {
            world w;
            scripted_server server{w.tasks, w.ctx.get_executor()};
            const auto client = w.client(server.port());
            w.run([&]() -> asio::awaitable<void> {
                for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
                    CAPTURE(whole.substr(0, cut));
                    server.next({reads_request(), sends(whole.substr(0, cut)), end});
                    auto what = post();
                    const auto reply = co_await client->send(std::move(what), w.time.now() + ample);
                    CHECK(end_of(reply) == (cut == whole.size() ? ends::replied : ends::unknown));
                    co_await server.obeyed();
                    server.next({reads_request(), sends(whole_reply(200, "good")), finishes()});
                    co_await check_usable(*client, w);
                    co_await server.obeyed();
                }
            });
            CHECK(server.requests().size() == 2 * (whole.size() + 1)); // none was sent twice
        }
}

TEST_CASE("F3: replies that cannot be read leave the request unknown, whole ones are replies whatever they say") {
    const auto chunked = [](const std::string& rest) {
        return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + rest;
    };
    const auto says = [](const std::string& bytes) { return server_script{reads_request(), sends(bytes), finishes()}; };
    const std::string unreadable = "wait for the reply: the reply is not HTTP as it should be: ";
    check_rows(
        {{"rubbish", says("SMTP ready\r\n\r\n"), ends::unknown, unreadable},
         {"garbage chunk size", says(chunked("zz\r\nok\r\n0\r\n\r\n")), ends::unknown, unreadable},
         {"truncated chunks", says(chunked("5\r\nok")), ends::unknown,
          "wait for the reply: the server closed the connection within its reply"},
         {"chunk extension without end", says(chunked("1;" + std::string(70'000, 'x'))), ends::unknown,
          "wait for the reply: a line of the reply is larger than 64 KiB"},
         {"giant header", says("HTTP/1.1 200 OK\r\nX: " + std::string(200'000, 'x') + "\r\n\r\n"), ends::unknown,
          "wait for the reply: the reply's header is larger than 64 KiB"},
         {"giant body", says("HTTP/1.1 200 OK\r\nContent-Length: 16777217\r\n\r\n"), ends::unknown,
          "wait for the reply: the reply is larger than 16 MiB"},
         {"length and chunks", says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nok"),
          ends::unknown, unreadable},
         {"negative length", says("HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok"), ends::unknown, unreadable},
         {"chunks with trailers", says(chunked("2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n")), ends::replied, "200 ok"},
         {"continue first", says("HTTP/1.1 100 Continue\r\n\r\n" + whole_reply(201, "made")), ends::replied,
          "201 made"},
         {"bytewise", {reads_request(), sends_bytewise(two_chunks)}, ends::replied, R"(201 {"a":1})"},
         {"HTTP/1.0 until it closes", says("HTTP/1.0 200 OK\r\n\r\nall of it"), ends::replied, "200 all of it"},
         {"HTTP/1.0 until it is reset",
          {reads_request(), sends("HTTP/1.0 200 OK\r\n\r\nsome of it"), resets()},
          ends::unknown,
          "wait for the reply: Connection reset by peer"},
         {"204", says("HTTP/1.1 204 No Content\r\n\r\n"), ends::replied, "204 "},
         {"304", says("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"), ends::replied, "304 "},
         {"empty 200", says(whole_reply(200, "")), ends::replied, "200 "},
         {"a redirect is not followed",
          says("HTTP/1.1 307 T\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"), ends::replied, "307 "},
         {"no JSON", says(whole_reply(200, "{\"id\":")), ends::replied, "200 {\"id\":"},
         {"HTML of a proxy", says(whole_reply(502, "<html>")), ends::replied, "502 <html>"},
         {"HTML of another", says(whole_reply(503, "<html>")), ends::replied, "503 <html>"},
         {"gateway timeout", says(whole_reply(504, "<html>")), ends::replied, "504 <html>"}},
        post());
}

TEST_CASE("http: a body that the server did not take whole is proven not sent") {
    http::request what = post();
    what.body.assign(std::size_t{8} << 20U, 'x'); // more than the buffers of both ends hold
    const auto head = reads(10'000);
    const auto early = sends(whole_reply(413, "too large"));
    check_rows({{"reset", {head, resets()}, ends::not_sent, "send: "},
                {"answered and reset", {head, early, resets()}, ends::not_sent, "send: "}},
               what);
}

TEST_CASE("http: a request without a body of which some bytes have left is unknown") {
    const http::request what{"GET", "/", "", {{"X", std::string(std::size_t{8} << 20U, 'x')}}};
    check_rows({{"reset", {reads(10'000), resets()}, ends::unknown, "send: "}}, what);
}

TEST_CASE("http: an answer that comes before the whole request was read is the answer once all was handed over") {
    http::request what = post();
    what.body.assign(std::size_t{1} << 20U, 'x');
    check_rows({{"early", {reads(10), sends(whole_reply(201, "early")), reads_request()}, ends::replied, "201 early"}},
               what);
}

TEST_CASE("F4: a request that is cancelled on its way is unknown, and its connection is gone") {
    world w;
    scripted_server server{w.tasks, w.ctx.get_executor()};
    const auto client = w.client(server.port());
    server.next({reads_request(), pauses(), reads_rest()});
    w.run([&]() -> asio::awaitable<void> {
        async::task_group asking{w.ctx.get_executor()};
        std::string answer;
        asking.spawn([&]() -> asio::awaitable<void> {
            auto what = post();
            const auto reply = co_await client->send(std::move(what), w.time.now() + ample);
            answer = told(reply);
            CHECK(end_of(reply) == ends::unknown);
        });
        while (server.requests().empty()) co_await w.time.sleep_until(w.time.now());
        asking.cancel();
        co_await asking.join();
        CHECK(answer == "wait for the reply: given up");
        server.go_on();
        co_await server.obeyed(); // it sees the end of the connection
        co_await check_usable(*client, w);
    });
}

TEST_CASE("http: a client may go before its requests, as when a loop is left in the middle of things") {
    world w;
    scripted_server server{w.tasks, w.ctx.get_executor()};
    server.next({reads_request(), stays_silent()});
    auto client = w.client(server.port());
    for (int i = 0; i < 12; ++i) // some on the wire, some in line
        w.tasks.spawn([&]() -> asio::awaitable<void> {
            auto what = post();
            co_await client->send(std::move(what), w.time.now() + ample);
        });
    while (server.requests().empty()) w.ctx.run_one();
    client.reset();
    CHECK(server.requests().size() == 1);
}

TEST_CASE("http: a deadline that has passed sends nothing") {
    world w;
    scripted_server server{w.tasks, w.ctx.get_executor()};
    const auto client = w.client(server.port());
    w.run([&]() -> asio::awaitable<void> {
        co_await check_usable(*client, w);
        auto what = post();
        const auto reply = co_await client->send(std::move(what), w.time.now());
        CHECK(end_of(reply) == ends::not_sent);
        CHECK(told(reply) == "no time was left to send it");
        co_await check_usable(*client, w);
    });
    CHECK(server.requests().size() == 2);
}

TEST_CASE("http: a keep-alive that the server gave up is noticed, and the request executed exactly once on another") {
    world w;
    scripted_server server{w.tasks, w.ctx.get_executor()};
    const auto client = w.client(server.port());
    server.next({reads_request(), sends(whole_reply(200, "good")), finishes()});
    server.next({reads_request(), sends(whole_reply(200, "good")), resets()});
    w.run([&]() -> asio::awaitable<void> {
        for (int i = 0; i < 3; ++i) {
            co_await check_usable(*client, w);
            co_await server.obeyed();
        }
    });
    CHECK(server.requests().size() == 3);
    CHECK(server.connections() == 3);
}

TEST_CASE("F1: what a server says unasked is never the answer to the next request") {
    struct surplus {
        const char* name;
        server_script script;
    };
    const auto good = whole_reply(200, "good"), forged = whole_reply(200, "forged");
    for (const auto& s :
         {surplus{"in one piece", {reads_request(), sends(good + forged)}},
          surplus{"right after", {reads_request(), sends(good), sends(forged)}},
          surplus{"half of it", {reads_request(), sends(good + "HTTP/1.1 200 OK\r\n")}},
          surplus{"a line end", {reads_request(), sends(good + "\r\n")}},
          surplus{"a body where none may be",
                  {reads_request(), sends("HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n" + forged)}}}) {
        CAPTURE(std::string{s.name});
        world w;
        scripted_server server{w.tasks, w.ctx.get_executor()};
        const auto client = w.client(server.port());
        server.next(s.script);
        w.run([&]() -> asio::awaitable<void> {
            auto what = post();
            const auto first = co_await client->send(std::move(what), w.time.now() + ample);
            CHECK(told(first).starts_with("20"));
            co_await server.obeyed();
            for (int i = 0; i < 3; ++i) co_await check_usable(*client, w);
        });
        CHECK(server.connections() == 2);
        CHECK(server.requests().size() == 4);
    }
}

TEST_CASE("http: a request that cannot be written down is refused unsent, and its secret not told") {
    world w;
    scripted_server server{w.tasks, w.ctx.get_executor()};
    const auto client = w.client(server.port());
    w.run([&]() -> asio::awaitable<void> {
        auto what = post();
        what.headers.emplace_back("Apikey", "secret\r\nX: y");
        const auto reply = co_await client->send(std::move(what), w.time.now() + ample);
        CHECK(end_of(reply) == ends::not_sent);
        CHECK(told(reply) == "cannot be sent: header Apikey holds a control character");
        co_await check_usable(*client, w);
    });
}
