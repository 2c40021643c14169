// The one deadline of a request, over real sockets and a clock that stands until told to go on.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "outcomes.hpp"
#include "timed_request.hpp"

using namespace smarttrade;
using namespace smarttrade::test;
using namespace std::chrono_literals;

namespace {

http::client_options plain_to(std::uint16_t port) { return {{false, "127.0.0.1", std::to_string(port), ""}, "", 8}; }

/// As check_rows, for servers that leave it to the deadline: it passes once they have done all they were told.
void check_late_rows(const std::vector<row>& rows, const http::request& what) {
    for (const auto& r : rows) {
        CAPTURE(std::string{r.name});
        world w;
        scripted_server server{w.tasks, w.ctx.get_executor()};
        timed_request one{w, plain_to(server.port())};
        server.next(r.script);
        w.run([&]() -> asio::awaitable<void> {
            one.start(what);
            while (server.connections() == 0) co_await go_round(w);
            co_await server.obeyed();
            co_await go_round(w);
            REQUIRE_FALSE(one.answer);
            REQUIRE(one.clock.step());
            co_await one.tasks.join();
            CHECK(one.clock.now() - one.begun == 10s);
            CHECK(end_of(*one.answer) == r.expected);
            CHECK(told(*one.answer) == r.told);
            co_await check_usable(*one.client, w);
        });
    }
}

} // namespace

TEST_CASE("http: a server that goes silent costs the deadline and no more, and leaves the request unknown") {
    const auto reply = whole_reply(200, std::string(100'000, 'x'));
    const std::string late = "wait for the reply: no answer within 10000 ms";
    check_late_rows({{"never answers", {reads_request(), stays_silent()}, ends::unknown, late},
                     {"stops within the header",
                      {reads_request(), sends(reply.substr(0, 20)), stays_silent()},
                      ends::unknown,
                      late},
                     {"stops within the body",
                      {reads_request(), sends(reply.substr(0, 90'000)), stays_silent()},
                      ends::unknown,
                      late},
                     {"only says to continue",
                      {reads_request(), sends("HTTP/1.1 100 Continue\r\n\r\n"), stays_silent()},
                      ends::unknown,
                      late}},
                    post());
}

TEST_CASE("http: a server that trickles costs the deadline and no more: no byte sets it anew") {
    world w;
    scripted_server server{w.tasks, w.ctx.get_executor()};
    timed_request one{w, plain_to(server.port())};
    server_script script{reads_request(), sends("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")};
    for (int i = 0; i < 50; ++i) {
        script.push_back(pauses());
        script.push_back(sends("x"));
    }
    server.next(script);
    w.run([&]() -> asio::awaitable<void> {
        one.start(post());
        while (server.connections() == 0) co_await go_round(w);
        async::task_group seconds{w.ctx.get_executor()};
        for (int bytes = 0; !one.answer && bytes < 50; ++bytes) {
            co_await server.obeyed();
            co_await go_round(w);
            seconds.spawn([&]() -> asio::awaitable<void> { co_await one.clock.sleep_until(one.clock.now() + 1s); });
            co_await go_round(w);
            server.go_on();
            co_await go_round(w);
            one.clock.step(); // a second passes, or what is left to the deadline
            co_await go_round(w);
        }
        REQUIRE(one.answer);
        CHECK(one.clock.now() - one.begun == 10s);
        CHECK(told(*one.answer) == "wait for the reply: no answer within 10000 ms");
        co_await check_usable(*one.client, w);
        seconds.cancel();
        co_await seconds.join();
    });
}

TEST_CASE("http: a body that the server had not taken at the deadline is proven not sent, a part of a header is not") {
    http::request what = post();
    what.body.assign(std::size_t{8} << 20U, 'x'); // more than the buffers of both ends hold
    const auto head = reads(10'000);
    const std::string late = "send: no answer within 10000 ms";
    check_late_rows({{"hardly read", {head, stays_silent()}, ends::not_sent, late},
                     {"answered and hardly read",
                      {head, sends(whole_reply(413, "too large")), stays_silent()},
                      ends::not_sent,
                      late}},
                    what);
    const http::request no_body{"GET", "/", "", {{"X", std::string(std::size_t{8} << 20U, 'x')}}};
    check_late_rows({{"hardly read", {reads(1), stays_silent()}, ends::unknown, late}}, no_body);
}

TEST_CASE("F1: what the kernel still holds of a request that timed out is never delivered") {
    world w;
    scripted_server server{w.tasks, w.ctx.get_executor()};
    server.narrow();
    timed_request one{w, plain_to(server.port())};
    http::request what = post();
    what.body.assign(std::size_t{256} << 10U, 'x');
    server.next({reads(1), pauses(), reads_rest()});
    w.run([&]() -> asio::awaitable<void> {
        one.start(what);
        while (server.connections() == 0) co_await go_round(w);
        co_await server.obeyed();
        co_await go_round(w);
        REQUIRE(one.clock.step());
        co_await one.tasks.join();
        CHECK(end_of(*one.answer) == ends::unknown); // all of it was handed over
        CHECK(told(*one.answer) == "wait for the reply: no answer within 10000 ms");
        server.go_on();
        co_await server.obeyed();
        CHECK(server.rest() < what.body.size() / 2);
        co_await check_usable(*one.client, w);
    });
}
