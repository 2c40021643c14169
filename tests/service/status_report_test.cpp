#include <doctest/doctest.h>

#include "service/status_table.hpp"
#include "service/status_watch.hpp"

using namespace smarttrade;
using namespace std::chrono_literals;

namespace {

service::status_report two_trades() {
    service::status_report report;
    service::status_row waiting;
    waiting.name = "btc-swing";
    waiting.account = "main";
    waiting.pair = "USDT_BTC";
    waiting.id = 30404547;
    waiting.phase = "waiting";
    waiting.verdict = "in_sync";
    waiting.entry = "60000";
    waiting.age = "2m";
    waiting.file = "/etc/smarttraded/plans.d/btc.yaml";
    waiting.line = 9;
    service::status_row held;
    held.name = "eth";
    held.phase = "planned";
    held.verdict = "held";
    held.why = "12 new trades at once, guardrails.max_changes.create allows 10";
    report.trades = {waiting, held};
    report.limiters = {{"main", 31, 100, {{"write", 1}, {"poll", 3}}, 0, 0, {}},
                       {"other", 2, 100, {}, 2, 240, "the exchange asked for it (429)"}};
    report.plans = "3f2a91 ok";
    return report;
}

} // namespace

TEST_CASE("status: the daemon's answer comes back as it was sent") {
    const auto report = two_trades();
    CHECK(service::decode_status(service::encode_status(report)) == report);
    CHECK_FALSE(service::decode_status("{}").has_value());
    CHECK_FALSE(service::decode_status(R"({"trades":[1]})").has_value());
}

TEST_CASE("status: the table is aligned and ends in counts, budget and each key's limiter") {
    CHECK(service::render_status(two_trades())
          == "NAME       PAIR      ID        PHASE    VERDICT  ENTRY  NOW  PROFIT  AGE  WHY\n"
             "btc-swing  USDT_BTC  30404547  waiting  in sync  60000  -    -       2m\n"
             "eth                  -         planned  held     -      -    -       -    12 new trades at once, "
             "guardrails.max_changes.create allows 10\n"
             "2 trades: 1 held, 1 in sync | budget 31/100 | plans 3f2a91 ok\n"
             "requests of key main: 31/100 in the window; waiting: 1 write, 3 poll; 429s since start: 0\n"
             "requests of key other: 2/100 in the window; waiting: none; 429s since start: 2; silent for 240s: "
             "the exchange asked for it (429)\n");
}

TEST_CASE("status: the limiter's row shows the limit on all requests, who waits, and why it is silent") {
    client::rate_reading reading;
    reading.limits = {{"GET /v2/smart_trades", 3, 40, 40, {}, {}, {}},
                      {"", 97, 100, 100, async::mono_time{} + 90s, client::restraint_kind::ban, {}}};
    reading.waiting = {1, 0, 2, 0, 5, 0};
    reading.throttled = 4;
    const auto row = service::limiter_row_of("main", reading, async::mono_time{} + 30s);
    const service::limiter_row expected{"main",
                                        97,
                                        100,
                                        {{"cancel", 1}, {"write", 2}, {"poll", 5}},
                                        4,
                                        60,
                                        "the exchange has banned this address (418)"};
    CHECK(row == expected);
    CHECK(service::limiter_row_of("main", reading, async::mono_time{} + 91s).silent_seconds == 0);
}

TEST_CASE("status: the exit code tells the worst") {
    auto report = two_trades();
    CHECK(service::exit_code(report) == 2);
    report.trades.pop_back();
    CHECK(service::exit_code(report) == 0);
    report.trades[0].verdict = "unprotected";
    CHECK(service::exit_code(report) == 3);
}

TEST_CASE("status: a hold and a halt are shown with the command that ends them, and come through the socket") {
    auto report = two_trades();
    report.is_halted = true;
    report.holds = {{"create-3f2a91", "12 new trades at once", {"eth"}}};
    CHECK(service::decode_status(service::encode_status(report)) == report);
    const auto text = service::render_status(report);
    CHECK(text.find("halted | 2 trades: 1 held, 1 in sync | holds 1 | budget 31/100 | plans 3f2a91 ok\n"
                    "halted: only your own close and cancel are sent; to go on: smarttraded resume\n"
                    "held: create-3f2a91  12 new trades at once: eth: smarttraded confirm create-3f2a91\n")
          != std::string::npos);
    report.trades.pop_back();
    CHECK(service::exit_code(report) == 2);
}

TEST_CASE("status: that the exchange cannot be read is said beside what was seen before") {
    auto report = two_trades();
    report.troubles = {"account main was read to its end 125 s ago for the last time, expected within 15 s"};
    CHECK(service::decode_status(service::encode_status(report)) == report);
    CHECK(service::render_status(report).find(
              "trouble | 2 trades: 1 held, 1 in sync | budget 31/100 | plans 3f2a91 ok\n"
              "trouble: account main was read to its end 125 s ago for the last time, expected within 15 s; all of it: "
              "smarttraded doctor\n")
          != std::string::npos);
}

TEST_CASE("status: one name or one plan file alone is shown, with its own counts and holds") {
    auto all = two_trades();
    all.holds = {{"create-3f2a91", "12 new trades at once", {"eth"}}};
    for (const char* what : {"btc-swing", "btc.yaml", "plans.d/btc.yaml", "/etc/smarttraded/plans.d/btc.yaml"}) {
        CAPTURE(what);
        const auto some = service::filtered(all, what);
        REQUIRE(some.has_value());
        REQUIRE(some->trades.size() == 1);
        CHECK(some->trades[0].name == "btc-swing");
        CHECK(some->holds.empty());
        CHECK(service::exit_code(*some) == 0);
    }
    CHECK(service::filtered(all, "eth")->holds.size() == 1);
    for (const char* what : {"btc", "tc.yaml", "", "/"}) CHECK_FALSE(service::filtered(all, what).has_value());
}

TEST_CASE("status: a trade that no plan names any more stays on it until it is done with") {
    reconcile::decision decided;
    reconcile::standing left;
    left.identity = {trade::account_id{7}, "old", 2};
    left.phase = reconcile::phase::ended;
    left.verdict = reconcile::verdict::unprotected;
    left.why = "cancelled with 3 BTC entered";
    left.trade_id = trade::smart_trade_id{5};
    decided.left = {left};
    reconcile::observed seen;
    auto& entity = seen.trades[trade::smart_trade_id{5}].entity;
    entity.pair = {"USDT", "BTC"};
    const auto rows = service::status_rows(decided, {}, seen, {});
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].name == "old");
    CHECK(rows[0].account == "7");
    CHECK(rows[0].pair == "USDT_BTC");
    CHECK(rows[0].verdict == "unprotected");
    CHECK(rows[0].why == "cancelled with 3 BTC entered");
}

namespace {

std::size_t widest(const std::string& text) {
    std::size_t most = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = text.find('\n', at);
        most = std::max(most, service::columns_of(text.substr(at, end - at)));
        at = end + 1;
    }
    return most;
}

service::status_row row_of(std::string name, std::string verdict, std::string why = {}) {
    service::status_row row;
    row.name = std::move(name);
    row.pair = "USDT_BTC";
    row.phase = "waiting";
    row.verdict = std::move(verdict);
    row.why = std::move(why);
    return row;
}

} // namespace

TEST_CASE("status: a narrow terminal loses the least columns first, and never a command") {
    service::status_report report;
    report.trades = {row_of("a", "in_sync", "a long reason that tells a person nothing which has to be done"),
                     row_of("b", "blocked", "the exchange does not know the pair: smarttraded retry b")};
    report.trades[0].id = 1234567890;
    report.plans = "ok";
    const auto wide = service::render_status(report, service::colours::off, service::window{200, 24});
    CHECK(wide == service::render_status(report));
    CHECK(service::render_status(report, service::colours::off, service::window{70, 24})
          == "NAME  PAIR      PHASE    VERDICT  ENTRY  NOW  PROFIT  WHY\n"
             "a     USDT_BTC  waiting  in sync  -      -    -       a long reason...\n"
             "b     USDT_BTC  waiting  blocked  -      -    -\n"
             "    the exchange does not know the pair: smarttraded retry b\n"
             "2 trades: 1 blocked, 1 in sync | plans ok\n");
    for (std::size_t columns = 40; columns < 120; ++columns) {
        CAPTURE(columns);
        const auto text = service::render_status(report, service::colours::off, service::window{columns, 24});
        CHECK(widest(text) <= columns);
        CHECK(text.find("smarttraded retry b\n") != std::string::npos);
        CHECK(text.find("blocked") != std::string::npos);
    }
    CHECK(service::render_status(report, service::colours::off, service::window{10, 24}).find("smarttraded retry b\n")
          != std::string::npos);
}

TEST_CASE("status: columns stay aligned with wide characters and under colours") {
    service::status_report report;
    report.trades = {row_of("a", "unknown"), row_of("b", "held"), row_of("c", "in_sync")};
    report.trades[0].profit = "-1USDT -2%";
    report.trades[1].profit = "µ";
    const auto table = service::table_of(report, service::colours::on, std::nullopt);
    CHECK(table.trades[0][0].find("\x1b[31munknown\x1b[0m") != std::string::npos);
    CHECK(table.trades[0][0].find("\x1b[31m-1USDT -2%\x1b[0m") != std::string::npos);
    CHECK(table.trades[1][0].find("\x1b[33mheld\x1b[0m") != std::string::npos);
    CHECK(table.trades[2][0].find('\x1b') == std::string::npos);
    const auto plain = service::table_of(report, service::colours::off, std::nullopt);
    CHECK(service::columns_of(plain.trades[0][0]) == service::columns_of(plain.trades[1][0]));
}

TEST_CASE("status --watch: the frame fits the window, says what changed and what is in the way") {
    service::status_watch watch;
    service::status_report report;
    for (int i = 0; i < 30; ++i) report.trades.push_back(row_of("t" + std::to_string(i), "in_sync"));
    report.plans = "ok";
    const base::utc_time noon{std::chrono::sys_days{2026y / 3 / 2} + 12h};
    watch.saw(report, noon);
    const service::window small{80, 12};
    auto frame = watch.frame(small, service::colours::off);
    CHECK(frame.size() == 12);
    CHECK(frame[0] == "2026-03-02 12:00:00Z  every 2 s; Ctrl-C ends");
    CHECK(frame[1].starts_with("NAME"));
    CHECK(frame[2].starts_with("t0 "));
    CHECK(frame[10] == "... and 22 more: smarttraded status");
    CHECK(frame[11] == "30 trades: 30 in sync | plans ok");
    report.trades[29].phase = "entered";
    report.trades[29].verdict = "blocked";
    report.trades.erase(report.trades.begin());
    watch.saw(report, noon + 2s);
    frame = watch.frame(small, service::colours::off);
    CHECK(frame.size() == 12);
    CHECK(frame[2].starts_with("t29 ")); // those that need a person come first where not all fit
    CHECK(frame[9] == "12:00:02Z  t29  waiting->entered");
    CHECK(frame[10] == "12:00:02Z  t29  in sync->blocked");
    CHECK(frame[11] == "12:00:02Z  t0  is no longer here");
    watch.missed("no daemon answers at /run/s", noon + 4s);
    watch.missed("no daemon answers at /run/s", noon + 6s);
    frame = watch.frame(small, service::colours::off);
    CHECK(frame[0].starts_with("2026-03-02 12:00:06Z"));
    CHECK(frame[1] == "as it was at 12:00:02Z: no daemon answers at /run/s");
    watch.saw(report, noon + 8s);
    CHECK(watch.frame(small, service::colours::off)[1].starts_with("NAME"));
    for (const auto window : {service::window{1, 1}, service::window{20, 3}, service::window{300, 100}})
        CHECK(watch.frame(window, service::colours::off).size() <= window.lines);
}
