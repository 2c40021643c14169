// What the running service counts, and how its reading of an account goes.
#include "service/world.hpp"

using namespace smarttrade;
using namespace std::chrono_literals;
using service::end_by;
using service::end_how;
using test::world;

namespace {

constexpr auto waiting_trade = R"(trades:
  far:
    pair: USDT_BTC
    position: {type: buy, order_type: limit, units: 0.01, price: 9000}
)";

std::string with_state(const std::string& state) { return std::string{waiting_trade} + "    state: " + state + '\n'; }

struct counted_world : world {
    counted_world() {
        settings.trade_ended = [this](const service::ending& how) { ends.push_back(how); };
    }
    std::vector<service::ending> ends;
};

using endings = std::vector<service::ending>;

service::observer::progress progress_of(service::reconciler& of) { return of.eyes().progress_of(trade::account_id{1}); }

} // namespace

TEST_CASE("counting: a cancel by the plan is the plan's, counted once, also over a restart") {
    counted_world w;
    w.run_daemon(waiting_trade, 30s);
    CHECK(w.ends.empty());
    w.run_daemon(with_state("cancelled"), 30s);
    CHECK(w.ends == endings{{end_how::cancelled, end_by::plan}});
    w.run_daemon(with_state("cancelled"), 30s);
    CHECK(w.ends.size() == 1);
}

TEST_CASE("counting: a trade that was cancelled in the app is somebody else's") {
    counted_world w;
    w.run_daemon(waiting_trade, 30s, {}, [&w](service::reconciler& r) {
        http::request what;
        what.method = "DELETE";
        const auto path = fmt::format("/public/api/v2/smart_trades/{}", r.standing().standings.at(0).trade_id->value);
        what.target = path;
        what.headers = {{"Apikey", "key"},
                        {"Signature", wire::sign_hmac("secret", wire::hmac_payload(path, "", ""))},
                        {"Forced-Mode", "paper"}};
        CHECK(w.exchange.answer(what).status == 200);
    });
    CHECK(w.ends == endings{{end_how::cancelled, end_by::elsewhere}});
}

TEST_CASE("counting: a pass knows when it ended, and how far apart passes stand") {
    world w;
    w.settings.request_gap = 7s; // more than the interval
    w.run_daemon(waiting_trade, 30s, [&w](service::reconciler& r) {
        const auto told = progress_of(r);
        CHECK(told.is_answered);
        REQUIRE(told.newest);
        CHECK(told.newest->every == 7s);
        CHECK(w.clock.now() - told.newest->at <= 7s);
        CHECK(r.eyes().progress_of(trade::account_id{2}).newest == std::nullopt);
    });
}

TEST_CASE("counting: an API that does not answer is down until the next complete pass, and says so at the start") {
    world w;
    w.wire.cut(true);
    w.run_daemon(waiting_trade, 30s, [](service::reconciler& r) {
        CHECK_FALSE(progress_of(r).is_answered);
        CHECK_FALSE(progress_of(r).newest);
    });
    w.wire.cut(false);
    w.run_daemon(
        waiting_trade, 60s, [](service::reconciler& r) { CHECK_FALSE(progress_of(r).is_answered); },
        [&w](service::reconciler& r) {
            CHECK(progress_of(r).is_answered);
            w.wire.cut(true);
        });
}

TEST_CASE("counting: a refused key is an answer") {
    world w;
    w.wire.force("GET /public/api/", 401);
    w.run_daemon(waiting_trade, 30s, [](service::reconciler& r) {
        CHECK(progress_of(r).is_answered);
        CHECK(r.seen().paused.at(trade::account_id{1}).starts_with("the exchange refuses the key: "));
    });
}
