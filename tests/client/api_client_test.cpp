#include "client/api_client.hpp"

#include <doctest/doctest.h>

#include <deque>

#include <boost/asio/io_context.hpp>

#include "async/task_group.hpp"
#include "support/sim_clock.hpp"
#include "wire/signature.hpp"

using namespace smarttrade;
using namespace smarttrade::client;
using namespace std::chrono_literals;
namespace asio = boost::asio;
using trade::outcome;

namespace {

constexpr mono_time start{};
constexpr trade::smart_trade_id seven{7};
const std::string entity = R"({"id":7,"account":{"id":1},"pair":"USDT_BTC","status":{"type":"created"}})";

http::response reply(int status, std::string body, http::header_list headers = {}) {
    http::response made;
    made.status = status;
    made.body = std::move(body);
    made.headers = std::move(headers);
    return made;
}

http::send_failure failure(bool not_sent, std::string reason) {
    http::send_failure made;
    made.not_sent = not_sent;
    made.reason = std::move(reason);
    return made;
}

/// Answers in order, each after 100 ms, and keeps what it was sent.
struct scripted_transport final : http::transport {
    explicit scripted_transport(async::time_source& clock) : time{clock} {}
    asio::awaitable<http::send_result> send(http::request what, async::mono_time deadline) override {
        sent.push_back(std::move(what));
        sent_at.push_back(time.now());
        deadlines.push_back(deadline);
        if (answers.empty() && for_ever) answers.push_back(*for_ever);
        REQUIRE_FALSE(answers.empty());
        auto answer = std::move(answers.front());
        answers.pop_front();
        co_await time.sleep_until(time.now() + 100ms);
        co_return answer;
    }
    async::time_source& time;
    std::deque<http::send_result> answers;
    std::optional<http::send_result> for_ever; ///< once `answers` are used up
    std::vector<http::request> sent;
    std::vector<async::mono_time> sent_at;
    std::vector<async::mono_time> deadlines;
};

struct world {
    explicit world(std::vector<rate_limit> limits = {{"", 100, 60s, 300s, 5}})
        : gate{ctx.get_executor(), std::move(limits), clock}, api{{"/public/api",
                                                                   trade::account_mode::paper,
                                                                   {base::secret{"my-key"},
                                                                    wire::signer::with_hmac(base::secret{"my-secret"})},
                                                                   15s},
                                                                  wire,
                                                                  clock,
                                                                  gate} {}
    ~world() {
        tasks.cancel();
        run();
    }
    void run(mono_time end = mono_time::max()) { test::run_simulated(ctx, clock, end); }

    /// One POST, to its outcome.
    api_result<std::string> post(http::send_result answer) {
        wire.answers.push_back(std::move(answer));
        std::optional<api_result<std::string>> ended;
        tasks.spawn([this, &ended]() -> asio::awaitable<void> {
            wire::api_request what;
            what.method = "POST";
            what.path = "/v2/smart_trades";
            what.body = R"({"a":"1"})";
            auto admitted = co_await api.admit(lane::write, std::move(what));
            ended = co_await api.send(std::move(admitted));
        });
        run();
        REQUIRE(ended.has_value());
        return *ended;
    }

    /// One GET of a trade, to its outcome.
    api_result<trade::smart_trade> get(std::initializer_list<http::send_result> answers) {
        wire.answers = answers;
        std::optional<api_result<trade::smart_trade>> ended;
        tasks.spawn([this, &ended]() -> asio::awaitable<void> {
            auto got = co_await api.get(lane::poll, seven);
            ended = std::move(got);
        });
        run();
        REQUIRE(ended.has_value());
        return *ended;
    }

    test::sim_clock clock;
    asio::io_context ctx{1};
    scripted_transport wire{clock};
    rate_gate gate;
    api_client api;
    async::task_group tasks{ctx.get_executor()};
};

} // namespace

TEST_CASE("api_client: every request is signed over its very bytes and names its mode") {
    world w;
    CHECK(w.post(reply(201, entity)).value() == entity);
    w.wire.answers.push_back(reply(200, "[]"));
    w.tasks.spawn([&w]() -> asio::awaitable<void> {
        wire::list_query query;
        query.account = {1};
        const auto page = co_await w.api.list_page(lane::poll, query);
        CHECK(page.value().empty());
    });
    w.run();
    REQUIRE(w.wire.sent.size() == 2);
    const auto& post = w.wire.sent[0];
    CHECK(post.target == "/public/api/v2/smart_trades");
    CHECK(http::find_header(post.headers, "Apikey") == "my-key");
    CHECK(http::find_header(post.headers, "Forced-Mode") == "paper");
    CHECK(http::find_header(post.headers, "Content-Type") == "application/json");
    CHECK(wire::hmac_is_valid("my-secret", post.target, "", post.body, http::find_header(post.headers, "Signature")));
    CHECK(w.wire.deadlines[0] == start + 15s);
    const auto& get = w.wire.sent[1];
    CHECK(get.target.starts_with("/public/api/v2/smart_trades?account_id=1&status=active&"));
    CHECK(http::find_header(get.headers, "Forced-Mode") == "paper");
    CHECK(http::find_header(get.headers, "Content-Type").empty());
    CHECK(wire::hmac_is_valid("my-secret", "/public/api/v2/smart_trades", get.target.substr(get.target.find('?') + 1),
                              "", http::find_header(get.headers, "Signature")));
}

TEST_CASE("api_client: an outcome is proven, never guessed") {
    struct row {
        const char* name;
        http::send_result answer;
        outcome kind;
    };
    for (const row& r : {row{"refused connection", failure(true, "connect refused"), outcome::not_sent},
                         row{"reset after sending", failure(false, "connection reset"), outcome::unknown},
                         row{"422", reply(422, R"({"error":"record_invalid"})"), outcome::refused},
                         row{"401", reply(401, R"({"error":"signature_invalid"})"), outcome::credential},
                         row{"504 after commit", reply(504, ""), outcome::unknown},
                         row{"429", reply(429, "{}"), outcome::throttled}}) {
        CAPTURE(std::string{r.name});
        world w;
        const auto ended = w.post(r.answer);
        REQUIRE_FALSE(ended.has_value());
        CHECK(ended.error().kind == r.kind);
        CHECK_FALSE(ended.error().message.empty());
    }
}

TEST_CASE("F8: a success that cannot be read is unknown, never forgotten") {
    for (const char* body : {"", "<html>", "{}", R"({"id":7})"}) {
        CAPTURE(std::string{body});
        world w;
        const auto read = read_trade(w.post(reply(201, body)));
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().kind == outcome::unknown);
    }
    world w;
    CHECK(read_trade(w.post(reply(201, entity))).value().id.value == 7);
}

TEST_CASE("api_client: the request id and the reason come with a failure, and value() throws that reason") {
    world w;
    const auto ended = w.post(reply(404, R"({"error":"Not found"})", {{"x-request-id", "abc"}}));
    REQUIRE_FALSE(ended.has_value());
    CHECK(ended.error().request_id == "abc");
    CHECK_THROWS_WITH_AS(ended.value(), "Not found", std::runtime_error);
}

TEST_CASE("api_client: only what was never sent leaves its slot free") {
    struct row {
        const char* name;
        http::send_result answer;
        std::size_t used;
    };
    for (const row& r : {row{"never sent", failure(true, "x"), 0}, row{"lost", failure(false, "x"), 1},
                         row{"answered", reply(201, entity), 1}}) {
        CAPTURE(std::string{r.name});
        world w;
        static_cast<void>(w.post(r.answer));
        CHECK(w.gate.reading().limits[0].used == r.used);
    }
}

TEST_CASE("api_client: what left in part keeps its slot, since limits may count it, and is not sent all the same") {
    world w;
    auto in_part = failure(true, "send: Connection reset by peer");
    in_part.left = true;
    CHECK(w.post(in_part).error().kind == outcome::not_sent);
    CHECK(w.gate.reading().limits[0].used == 1);
}

TEST_CASE("F17: after a 429 the next request waits out the penalty") {
    world w;
    static_cast<void>(w.post(reply(429, R"({"error":"too_many_requests"})")));
    const auto answered = w.clock.now();
    static_cast<void>(w.post(reply(201, entity)));
    CHECK(w.clock.now() == answered + 300s + 100ms);
    static_cast<void>(w.post(reply(429, "{}", {{"Retry-After", "600"}})));
    const auto again = w.clock.now();
    static_cast<void>(w.post(reply(201, entity)));
    CHECK(w.clock.now() == again + 600s + 100ms);
}

TEST_CASE("F17: a 418 silences everything for ten minutes") {
    world w;
    static_cast<void>(w.post(reply(418, R"({"error":"ip_banned"})")));
    const auto answered = w.clock.now();
    static_cast<void>(w.post(reply(201, entity)));
    CHECK(w.clock.now() == answered + 10min + 100ms);
}

TEST_CASE("api_client: a plan without API access is a matter of the key, and nothing waits for it to pass") {
    world w;
    const auto ended = w.post(reply(429, R"({"error":"not available with your current subscription plan."})"));
    CHECK(ended.error().kind == outcome::credential);
    const auto before = w.clock.now();
    static_cast<void>(w.post(reply(201, entity)));
    CHECK(w.clock.now() == before + 100ms);
}

TEST_CASE("api_client: a permit that is not used gives its slot back") {
    world w{{{"", 1, 60s, 300s, 0}}};
    w.tasks.spawn([&w]() -> asio::awaitable<void> {
        auto cancel = wire::cancel_trade({1});
        const auto unused = co_await w.api.admit(lane::write, std::move(cancel));
        CHECK(w.gate.reading().limits[0].used == 1);
        CHECK(unused.request().path == "/v2/smart_trades/1");
    });
    w.run();
    CHECK(w.gate.reading().limits[0].used == 0);
}

TEST_CASE("api_client: a send that is cancelled half-way keeps its slot: it may have been executed") {
    world w{{{"", 1, 60s, 300s, 0}}};
    w.wire.answers.push_back(reply(201, entity));
    async::task_group cancelled{w.ctx.get_executor()};
    cancelled.spawn([&w]() -> asio::awaitable<void> {
        auto cancel = wire::cancel_trade({1});
        auto admitted = co_await w.api.admit(lane::write, std::move(cancel));
        static_cast<void>(co_await w.api.send(std::move(admitted)));
    });
    w.tasks.spawn([&w, &cancelled]() -> asio::awaitable<void> {
        co_await w.clock.sleep_until(start + 50ms);
        cancelled.cancel();
    });
    w.run();
    CHECK(cancelled.empty());
    CHECK(w.gate.reading().limits[0].used == 1);
}

TEST_CASE("F19: the server's clock is known from its Date and runs on") {
    world w;
    CHECK(w.api.server_now() == w.clock.utc_now());
    static_cast<void>(w.post(reply(201, entity, {{"Date", "Mon, 02 Mar 2026 10:00:00 GMT"}})));
    CHECK(w.api.server_now() == base::parse_utc("2026-03-02T10:00:00Z"));
    static_cast<void>(w.post(reply(201, entity, {{"Date", "yesterday"}})));
    CHECK(w.api.server_now() == base::parse_utc("2026-03-02T10:00:00.100Z"));
}

TEST_CASE("F19: after a sleep, or a step of our clock, the server's time is not known until it answers again") {
    for (const auto jump : {10min, -10min}) {
        world w;
        CHECK(w.api.knows_server_time());
        static_cast<void>(w.post(reply(201, entity, {{"Date", "Mon, 02 Mar 2026 10:00:00 GMT"}})));
        CHECK(w.api.knows_server_time());
        w.clock.step_wall_clock(jump);
        CHECK(!w.api.knows_server_time());
        static_cast<void>(w.post(reply(201, entity, {{"Date", "Mon, 02 Mar 2026 10:10:00 GMT"}})));
        CHECK(w.api.knows_server_time());
    }
}

TEST_CASE("api_client: a read is repeated after growing pauses inside one deadline, each time in the same mode") {
    world w;
    const auto ended = w.get(
        {reply(502, "<html>"), failure(false, "reset"), failure(true, "refused"), reply(200, "{"), reply(200, entity)});
    CHECK(ended.value().id.value == 7);
    REQUIRE(w.wire.sent.size() == 5);
    for (std::size_t i = 0; i < w.wire.sent.size(); ++i) {
        CHECK(http::find_header(w.wire.sent[i].headers, "Forced-Mode") == "paper");
        CHECK(w.wire.deadlines[i] == start + 15s); // never re-armed
        if (i < 2) continue;
        const auto pause = [&](std::size_t n) { return w.wire.sent_at[n] - w.wire.sent_at[n - 1] - 100ms; };
        CHECK(pause(i) >= first_pause / 2 * (1 << (i - 1)));
        CHECK(pause(i) <= first_pause * (1 << (i - 1)));
    }
    CHECK(w.gate.reading().limits[0].used == 4); // each took a slot; the refused connection gave its own back
}

TEST_CASE("api_client: a read that fails for ever ends with its last failure when its deadline has come") {
    world w;
    w.wire.for_ever = reply(504, "<html>");
    const auto ended = w.get({});
    CHECK(ended.error().kind == outcome::unknown);
    CHECK(ended.error().http_status == 504);
    CHECK(w.clock.now() <= start + 15s);
    CHECK(w.wire.sent.size() >= 5);
    CHECK(w.wire.sent.size() <= 8);
}

TEST_CASE("api_client: what would only fail again is not repeated, and a write never is") {
    for (const int status : {400, 401, 403, 404, 418, 422, 429}) {
        CAPTURE(status);
        world w;
        w.wire.for_ever = reply(status, "{}");
        CHECK_FALSE(w.get({}).has_value());
        CHECK(w.wire.sent.size() == 1);
    }
    for (const auto& answer : {http::send_result{reply(502, "")}, http::send_result{failure(false, "reset")},
                               http::send_result{failure(true, "refused")}}) {
        world w;
        CHECK_FALSE(w.post(answer).has_value());
        CHECK(w.wire.sent.size() == 1);
    }
}

TEST_CASE("api_client: a repetition that finds no slot before the deadline is given up") {
    world w{{{"", 1, 60s, 300s, 0}}};
    w.wire.for_ever = reply(500, "{}");
    CHECK(w.get({}).error().http_status == 500);
    CHECK(w.wire.sent.size() == 1);
    CHECK(w.clock.now() == start + 15s);
}

TEST_CASE("api_client: a slot that was taken before a 429 is not used after it") {
    world w;
    w.tasks.spawn([&w]() -> asio::awaitable<void> {
        auto slow = wire::cancel_trade({1});
        auto waits = co_await w.api.admit(lane::write, std::move(slow)); // its intent is being journaled, say
        auto quick = wire::cancel_trade({2});
        w.wire.answers.push_back(reply(429, "{}"));
        auto admitted = co_await w.api.admit(lane::write, std::move(quick));
        static_cast<void>(co_await w.api.send(std::move(admitted)));
        const auto held_back = co_await w.api.send(std::move(waits));
        CHECK(held_back.error().kind == outcome::not_sent);
    });
    w.run();
    CHECK(w.wire.sent.size() == 1);
}

TEST_CASE("D.6: what can be reduced is asked by GET, then by POST where the exchange is older") {
    for (const int status : {404, 405, 400}) {
        CAPTURE(status);
        world w;
        const auto* body = status == 400 ? R"({"error":"invalid_request_method"})" : R"({"error":"not_found"})";
        w.wire.answers = {reply(status, body), reply(201, R"({"max_reduce_funds_amount":"28.8195"})")};
        std::optional<api_result<money::quantity>> ended;
        w.tasks.spawn([&w, &ended]() -> asio::awaitable<void> {
            auto told = co_await w.api.reduce_funds_max(lane::write, seven);
            ended = std::move(told);
        });
        w.run();
        REQUIRE(ended.has_value());
        CHECK(ended->value().to_string() == "28.8195");
        REQUIRE(w.wire.sent.size() == 2);
        CHECK(w.wire.sent[0].method == "GET");
        CHECK(w.wire.sent[1].method == "POST");
        CHECK(w.wire.sent[1].target == w.wire.sent[0].target);
    }
}

TEST_CASE("F30: what a proxy tells of our request goes on without key and signature") {
    world w;
    const auto echo = [](const http::request& sent) {
        return reply(422, R"({"error":"bad request","error_description":"Apikey: my-key Signature: )"
                              + std::string{http::find_header(sent.headers, "Signature")} + R"("})");
    };
    static_cast<void>(w.post(reply(201, entity))); // the same request signs the same
    const auto ended = w.post(echo(w.wire.sent.front()));
    CHECK(ended.error().message == "bad request: Apikey: *** Signature: ***");
}

TEST_CASE("api_client: a reply that shows something else than what was asked for says nothing") {
    world w;
    w.wire.for_ever = reply(200, R"({"id":8,"account":{"id":1},"pair":"USDT_BTC","status":{"type":"created"}})");
    const auto ended = w.get({});
    CHECK(ended.error().kind == outcome::unknown);
    CHECK(ended.error().message == "the reply cannot be read: it shows id 8, not the one asked for");
}
