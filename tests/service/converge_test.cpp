#include <filesystem>
#include <set>

#include "service/world.hpp"
#include "support/memory_disk.hpp"

using namespace smarttrade;
using namespace std::chrono_literals;
using test::fault;
using test::memory_disk;
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

TEST_CASE("F13: a search that does not show a trade that is known proves no create absent") {
    world w;
    w.run_daemon(one_limit_trade, 30s);
    const auto two = std::string{one_limit_trade} + many_trades(1).substr(std::string{"trades:\n"}.size());
    const auto set_faults = [&](const char* body) { w.exchange.answer({"POST", "/paper/faults", body, {}}); };
    set_faults(R"({"faults":[{"kind":"empty_list"}]})");
    w.wire.next("POST", {fault::lost_reply});
    w.run_daemon(two, 10min, [](auto& r) { CHECK(verdicts(r, reconcile::verdict::unknown) == 1); });
    CHECK(w.wire.creates() == 2);
    set_faults(R"({"faults":[]})");
    w.run_daemon(two, 60s, [](auto& r) { CHECK(verdicts(r, reconcile::verdict::in_sync) == 2); });
    CHECK(w.wire.creates() == 2);
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

TEST_CASE(
    "F12, F13: with a lost journal every trade is found again, however many pages that takes, and none is doubled") {
    for (const int count : {0, 1, 100, 101, 250}) {
        CAPTURE(count);
        world w;
        w.settings.rules.create_max = 250;
        const auto plans = count == 0 ? std::string{"trades: {}\n"} : many_trades(count);
        w.run_daemon(plans, 15min);
        REQUIRE(w.wire.creates() == static_cast<std::size_t>(count));
        std::filesystem::remove(w.folder.file("journal.db"));
        w.run_daemon(plans, 15min, [&](auto& r) {
            CHECK(r.standing().standings.size() == static_cast<std::size_t>(count));
            for (const auto& one : r.standing().standings) CHECK(one.trade_id.has_value());
        });
        CHECK(w.wire.creates() == static_cast<std::size_t>(count));
    }
}

TEST_CASE("converge: of 1,000 live trades none is known worse than 8 s late, and a fifth of the requests stays free") {
    world w;
    w.settings.rules.create_max = 1000;
    w.settings.interval = 1s;
    w.settings.request_gap = 750ms; // as service::assembly does for 100 requests a minute
    w.run_daemon(many_trades(1000), 20min);
    REQUIRE(w.wire.creates() == 1000);
    w.wire.cut(true); // until the limit of the exchange has forgotten those
    w.run_daemon(many_trades(1000), 2min);
    w.wire.cut(false);
    w.run_daemon(many_trades(1000), 10min);
    std::map<std::string, async::mono_time> newest; // by page
    std::chrono::nanoseconds worst{};
    std::size_t most = 0;
    const auto judged_from = w.clock.now() - 8min; // the start reads the history as well
    for (std::size_t i = 0; i < w.wire.executed.size(); ++i) {
        const auto now = w.wire.executed_at[i];
        if (now < judged_from || w.wire.executed[i].find("status=active") == std::string::npos) continue;
        const auto [known, is_new] = newest.emplace(w.wire.executed[i], now);
        if (!is_new) worst = std::max(worst, now - std::exchange(known->second, now));
        const auto window = std::ranges::upper_bound(w.wire.executed_at, now - 60s);
        most = std::max(most, i + 1 - static_cast<std::size_t>(window - w.wire.executed_at.begin()));
    }
    CHECK(newest.size() == 10);
    CHECK(worst <= 8s);
    CHECK(most <= 80);
}

TEST_CASE(
    "converge: what cannot be sent in an outage is told once a trade, however often it is tried, and sent after it") {
    world w;
    w.run_daemon(
        "trades: {}\n", 80min, [](auto& r) { CHECK(verdicts(r, reconcile::verdict::pending) == 3); },
        [&](auto& r) {
            w.wire.cut(true);
            r.accept(world::trades_of(many_trades(3)), "edited");
        });
    CHECK(w.log.count("trade.submitted") > 30);
    CHECK(w.log.count("trade.refused") == 3);
    w.wire.cut(false);
    w.run_daemon(many_trades(3), 5min);
    CHECK(w.wire.creates() == 3);
}

TEST_CASE("converge: a cancel whose look fails says so, once, and does not say that the entry no longer waits") {
    world w;
    w.run_daemon(
        one_limit_trade, 20min, [](auto& r) { CHECK(verdicts(r, reconcile::verdict::pending) == 1); },
        [&](auto& r) {
            w.wire.force("GET /public/api/v2/smart_trades/", 500);
            r.accept(world::trades_of(std::string{one_limit_trade} + "    state: cancelled\n"), "edited");
        });
    CHECK(w.wire.forced_answers > 5);
    CHECK(w.log.count("trade.refused") == 1);
    CHECK(w.log.count("the look before it failed: ") == 1);
}

TEST_CASE("F23: that a disk was mended is known within seconds, also when there is nothing to write") {
    memory_disk disk{1}; // outlives the journal of the world
    world w;
    auto full_until = w.clock.now();
    disk.before = [&](auto, const auto&) {
        disk.set_trouble(w.clock.now() < full_until ? memory_disk::trouble::full : memory_disk::trouble::none);
    };
    w.run_daemon(one_limit_trade, 10min, {}, [&](auto&) {
        full_until = w.clock.now() + 60s;
        const char* fall = R"({"ticks":[{"pair":"USDT_BTC","bid":"8900","ask":"8900","last":"8900"},{},{}]})";
        w.exchange.answer({"POST", "/paper/ticks", fall, {}}); // that it has entered is written once, and lost
    });
    CHECK(w.log.count("journal.failed") == 1);
    CHECK(w.log.count("journal.written") == 1);
}

TEST_CASE("F21: what was proven not sent is sent again without a search") {
    world w;
    w.wire.next("POST", {fault::refuse, fault::refuse});
    w.run_daemon(one_limit_trade, 30s, [](auto& r) { CHECK(verdicts(r, reconcile::verdict::in_sync) == 1); });
    CHECK(w.wire.creates() == 1);
}

TEST_CASE("converge: too many new trades at once are held, all of them, and the log says how to let them through") {
    world w;
    w.settings.rules.create_max = 10;
    w.run_daemon(many_trades(11), 60s, [](auto& r) { CHECK(verdicts(r, reconcile::verdict::held) == 11); });
    CHECK(w.wire.creates() == 0);
    CHECK(w.log.count("guardrails.max_changes.create allows 10: `smarttraded confirm create-") == 1);
}

TEST_CASE("observe: each would-be create is told once by name, and nothing is written") {
    world w;
    w.settings.rules.observe_only = true;
    w.run_daemon(many_trades(3), 10min);
    CHECK(w.wire.creates() == 0);
    for (const auto* name : {"t0 ", "t1 ", "t2 "}) CHECK(w.log.count(fmt::format("{:<12} trade.planned", name)) == 1);
}

TEST_CASE("F9: a first trade that cannot be read back closes its account, and is not asked for without end") {
    world w;
    w.wire.force("GET /public/api/v2/smart_trades/", 404);
    // The list lags behind, so that only a GET by id could show it.
    w.run_daemon(many_trades(3), 2s);
    CHECK(w.wire.creates() == 1);
    CHECK(w.wire.forced_answers <= 2);
    CHECK(w.log.count("trade.missing") == 1);
    CHECK(w.log.count("account.frozen") == 1);
    CHECK(w.log.count("hold.made") == 1); // whoever waits for it
}

TEST_CASE("converge: a key that may not write is probed by one create after 1, 5 and 15 minutes; no trade is blamed") {
    world w;
    w.wire.force("POST ", 403);
    w.run_daemon(many_trades(5), 30min, [](auto& r) { CHECK(verdicts(r, reconcile::verdict::pending) == 5); });
    CHECK(w.wire.forced_answers == 4);
    CHECK(w.log.count("key.refused") == 4);
    CHECK(w.log.count("trade.blocked") == 0);
    w.wire.force("", 0);
    w.run_daemon(many_trades(5), 20min);
    CHECK(w.wire.creates() == 5);
}

TEST_CASE("converge: an entry that leaves the plans while its create is unknown does not hold up the others") {
    world w;
    w.wire.next("POST", {fault::drop});
    w.run_daemon(one_limit_trade, 10s);
    w.run_daemon(many_trades(3), 10min, [](auto& r) { CHECK(verdicts(r, reconcile::verdict::in_sync) == 3); });
    CHECK(w.log.count("trade.absent") == 1);
    CHECK(w.wire.creates() == 3);
}

TEST_CASE("converge: a raised revision waits for the end of the older one") {
    world w;
    w.run_daemon(one_limit_trade, 30s);
    const std::string raised = std::string{one_limit_trade} + "    revision: 2\n";
    w.run_daemon(raised, 10min, [](auto& r) {
        REQUIRE(verdicts(r, reconcile::verdict::pending) == 1);
        CHECK(r.standing().standings[0].why.starts_with("revision 1 still lives as id "));
    });
    CHECK(w.wire.creates() == 1);
}

TEST_CASE("apply: ends once everything is in sync, held, or out of reach, and never waits for a trade's end") {
    using convergence = service::reconciler::convergence;
    world w;
    w.wire.cut(true);
    CHECK(w.apply(one_limit_trade) == convergence::unreachable);
    w.wire.cut(false);
    w.wire.next("POST", {fault::lost_reply});
    CHECK(w.apply(one_limit_trade) == convergence::converged);
    CHECK(w.apply(std::string{one_limit_trade} + "    revision: 2\n") == convergence::held);
    w.settings.rules.create_max = 2;
    CHECK(w.apply(many_trades(3)) == convergence::held);
    CHECK(w.wire.creates() == 1);
}

TEST_CASE(
    "converge: an edit that rests on an old sight is looked at right before, and not made where that shows an end") {
    for (const bool has_ended : {false, true}) {
        CAPTURE(has_ended);
        world w;
        w.settings.interval = 10min; // so that no pass comes in between
        const auto plan = [](int stop) {
            return fmt::format("trades:\n  a:\n    pair: USDT_BTC\n    position: {{type: buy, order_type: market, "
                               "units: 0.01}}\n    stop_loss: {}\n",
                               stop);
        };
        std::size_t before = 0;
        w.run_daemon(
            plan(9000), 38min,
            [&](auto& r) {
                CHECK(r.standing().standings[0].phase
                      == (has_ended ? reconcile::phase::ended : reconcile::phase::entered));
                CHECK(r.standing().standings[0].verdict
                      == (has_ended ? reconcile::verdict::blocked : reconcile::verdict::in_sync));
            },
            [&](auto& r) {
                const char* fall = R"({"ticks":[{"pair":"USDT_BTC","bid":"8900","ask":"8900","last":"8900"},{},{}]})";
                if (has_ended) w.exchange.answer({"POST", "/paper/ticks", fall, {}});
                before = w.wire.executed.size();
                r.accept(world::trades_of(plan(9100)), "edited");
            });
        REQUIRE(w.wire.executed.size() > before + 1);
        CHECK(w.wire.executed[before].starts_with("GET /public/api/v2/smart_trades/"));
        CHECK(std::ranges::count_if(w.wire.executed, [](const auto& r) { return r.starts_with("PATCH "); })
              == (has_ended ? 0 : 1));
    }
}
