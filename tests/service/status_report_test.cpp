#include <doctest/doctest.h>

#include "service/status_report.hpp"

using namespace smarttrade;

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
    service::status_row held;
    held.name = "eth";
    held.phase = "planned";
    held.verdict = "held";
    held.why = "12 new trades at once, guardrails.max_changes.create allows 10";
    report.trades = {waiting, held};
    report.budget_used = 31;
    report.budget_total = 100;
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

TEST_CASE("status: the table is aligned and ends in counts and budget") {
    CHECK(service::render_status(two_trades())
          == "NAME       PAIR      ID        PHASE    VERDICT  ENTRY  NOW  PROFIT  AGE  WHY\n"
             "btc-swing  USDT_BTC  30404547  waiting  in sync  60000  -    -       2m\n"
             "eth                  -         planned  held     -      -    -       -    12 new trades at once, "
             "guardrails.max_changes.create allows 10\n"
             "2 trades: 1 held, 1 in sync | budget 31/100 | plans 3f2a91 ok\n");
}

TEST_CASE("status: the exit code tells the worst") {
    auto report = two_trades();
    CHECK(service::exit_code(report) == 2);
    report.trades.pop_back();
    CHECK(service::exit_code(report) == 0);
    report.trades[0].verdict = "unprotected";
    CHECK(service::exit_code(report) == 3);
}
