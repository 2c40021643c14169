#include <filesystem>
#include <set>

#include "service/world.hpp"

using namespace smarttrade;
using namespace std::chrono_literals;
using test::fault;
using test::world;

namespace {

constexpr auto one_limit_trade = R"(trades:
  far:
    pair: USDT_BTC
    note: far below
    position: {type: buy, order_type: limit, units: 0.01, price: 9000}
    take_profit: [{order_type: limit, price: 11000 bid}]
)";

std::string many_trades(int count) {
    std::string text = "trades:\n";
    for (int i = 0; i < count; ++i)
        text += fmt::format(
            "  t{}:\n    pair: USDT_BTC\n    position: {{type: buy, order_type: limit, units: 0.01, price: {}}}\n", i,
            9000 - i);
    return text;
}

std::size_t verdicts(const service::reconciler& of, reconcile::verdict what) {
    return static_cast<std::size_t>(std::ranges::count(of.standing().standings, what, &reconcile::standing::verdict));
}

} // namespace

TEST_CASE("converge: each plan entry becomes one trade, and a converged account is left in peace") {
    world w;
    w.run_daemon(many_trades(24), 60s, [](auto& r) { CHECK(verdicts(r, reconcile::verdict::in_sync) == 24); });
    CHECK(w.wire.creates() == 24);
    w.run_daemon(many_trades(24), 600s, [](auto& r) { CHECK(verdicts(r, reconcile::verdict::in_sync) == 24); });
    CHECK(w.wire.creates() == 24);
    CHECK(w.log.count("trade.created") == 24);
}

TEST_CASE("converge: the first create is a canary; the second leaves after its note was read back") {
    world w;
    w.run_daemon(many_trades(3), 60s);
    std::vector<std::string> order;
    for (const auto& each : w.wire.executed)
        if (each.starts_with("POST") || each.find("/smart_trades/") != std::string::npos)
            order.push_back(each.substr(0, 4));
    REQUIRE(order.size() >= 4);
    CHECK(order[0] == "POST");
    CHECK(order[1] == "GET ");
    CHECK(order[2] == "POST");
}

TEST_CASE("F1: a create whose reply is lost is found by its tag and not sent again") {
    world w;
    w.wire.next("POST", {fault::lost_reply});
    w.run_daemon(one_limit_trade, 120s, [](auto& r) { CHECK(verdicts(r, reconcile::verdict::in_sync) == 1); });
    CHECK(w.wire.creates() == 1);
    CHECK(w.log.count("trade.uncertain") == 1);
    CHECK(w.log.count("trade.adopted") == 1);
}

TEST_CASE("F1: a create that never arrived is sent again, but only after two searches a settle time apart") {
    world w;
    w.wire.next("POST", {fault::drop});
    w.run_daemon(one_limit_trade, 25s, [](auto& r) { CHECK(verdicts(r, reconcile::verdict::unknown) == 1); });
    CHECK(w.wire.creates() == 0);
    w.run_daemon(one_limit_trade, 120s, [](auto& r) { CHECK(verdicts(r, reconcile::verdict::in_sync) == 1); });
    CHECK(w.wire.creates() == 1);
    CHECK(w.log.count("trade.absent") == 1);
}

TEST_CASE("F4: stopped in the middle of its creates, the next run makes each trade once") {
    for (const auto stop_after : {30ms, 90ms, 110ms, 130ms, 150ms, 170ms}) {
        CAPTURE(stop_after.count());
        world w;
        w.run_daemon(many_trades(24), stop_after);
        w.run_daemon(many_trades(24), 300s, [](auto& r) { CHECK(verdicts(r, reconcile::verdict::in_sync) == 24); });
        CHECK(w.wire.creates() == 24);
    }
}

TEST_CASE("F5, F6: nothing is written before the account was read, and that is tried until it succeeds") {
    world w;
    w.wire.cut(true);
    w.run_daemon(one_limit_trade, 40min);
    CHECK(w.wire.executed.empty());
    CHECK(w.log.count("api.down") <= 7);
    w.wire.cut(false);
    w.run_daemon(one_limit_trade, 60s);
    CHECK(w.wire.creates() == 1);
    CHECK(w.wire.executed.front().starts_with("GET"));
}

TEST_CASE("F21: what was proven not sent is sent again without a search") {
    world w;
    w.wire.next("POST", {fault::refuse, fault::refuse});
    w.run_daemon(one_limit_trade, 30s, [](auto& r) { CHECK(verdicts(r, reconcile::verdict::in_sync) == 1); });
    CHECK(w.wire.creates() == 1);
}

TEST_CASE("converge: too many new trades at once are held, all of them, and the log says how to let them through") {
    world w;
    w.settings.create_max = 10;
    w.run_daemon(many_trades(11), 60s, [](auto& r) { CHECK(verdicts(r, reconcile::verdict::held) == 11); });
    CHECK(w.wire.creates() == 0);
    CHECK(w.log.count("guardrails.max_changes.create allows 10") == 11);
}

TEST_CASE("observe: a would-be create is told once by name, and nothing is written") {
    world w;
    w.settings.observe_only = true;
    w.run_daemon(one_limit_trade, 10min);
    CHECK(w.wire.creates() == 0);
    CHECK(w.log.count("far          trade.planned") == 1);
}
