#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include <doctest/doctest.h>

#include "service/metrics.hpp"
#include "support/in_project.hpp"

using namespace smarttrade;
using namespace std::chrono_literals;
using reconcile::phase;
using reconcile::verdict;

namespace {

constexpr base::utc_time start{std::chrono::seconds{1'795'754'735}};

service::service_readings one_account() {
    service::service_readings now;
    now.trades = {{{phase::entered, verdict::in_sync}, 3}, {{phase::ended, verdict::unprotected}, 1}};
    now.unknown_oldest = 90s;
    now.exposure = {{{"main", "USDT"}, 1800.5}};
    now.holds = 2;
    now.is_halted = true;
    now.plans_valid = true;
    auto& account = now.accounts.emplace_back();
    account.name = "main";
    account.credential = "main";
    account.api_up = true;
    account.passed_at = start + 1500ms;
    auto& key = now.keys.emplace_back();
    key.credential = "main";
    key.limiter.limits = {{"", 31, 100, 100, {}, {}, {}}, {"GET /v2/smart_trades", 3, 40, 40, {}, {}, {}}};
    key.limiter.waiting = {0, 0, 1, 0, 3, 0};
    key.limiter.throttled = 2;
    key.limiter.banned = 1;
    return now;
}

service::service_readings two_accounts() {
    auto now = one_account();
    now.accounts.push_back(now.accounts.front());
    now.accounts[1].name = "fund \"b\"";
    now.accounts[1].credential = "other";
    now.accounts[1].key_refused = "the exchange refuses the key";
    now.accounts[1].passed_at.reset();
    now.keys.push_back(now.keys.front());
    now.keys[1].credential = "other";
    now.keys[1].limiter.limits[1].match.clear(); // two limits that count the same
    return now;
}

service::meters some_counts() {
    service::meters counts{start};
    counts.request_ended(wire::list_trades({.account = trade::account_id{1}}), trade::outcome::accepted, 120ms);
    counts.request_ended(wire::cancel_trade(trade::smart_trade_id{7}), trade::outcome::refused, 80ms);
    counts.trade_ended({service::end_how::closed, service::end_by::operators});
    counts.plans_accepted(start + 10s, start + 8s);
    return counts;
}

/// SMARTTRADED_WRITE_GOLDEN=1 writes what is told now: to be read before it is committed.
void check_golden(const std::string& told, const std::string& name) {
    const auto file = test::in_project("tests/golden/metrics/") + name;
    if (std::getenv("SMARTTRADED_WRITE_GOLDEN") != nullptr) // NOLINT: one thread
        std::ofstream{file, std::ios::binary} << told;
    std::ifstream in{file, std::ios::binary};
    const std::string golden{std::istreambuf_iterator<char>{in}, {}};
    CHECK(told == golden);
}

std::vector<std::string> lines_of(const std::string& page, const std::string& start_of_line) {
    std::istringstream in{page};
    std::vector<std::string> found;
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(start_of_line)) found.push_back(line);
    return found;
}

} // namespace

TEST_CASE("metrics: the page of a daemon with one account is this text") {
    check_golden(service::metrics_page(one_account(), some_counts(), "0.1.0"), "one_account.txt");
}

TEST_CASE("metrics: the page of a daemon that has just begun is this text") {
    check_golden(service::metrics_page({}, service::meters{start}, "0.1.0"), "beginning.txt");
}

TEST_CASE("metrics: several accounts and keys are told apart by name, one is not named") {
    const auto page = service::metrics_page(two_accounts(), some_counts(), "0.1.0");
    const auto has = [&page](const std::string& line) { return page.find('\n' + line + '\n') != std::string::npos; };
    CHECK(has("smarttraded_api_up{account=\"main\"} 1"));
    CHECK(has("smarttraded_api_up{account=\"fund \\\"b\\\"\"} 1"));
    CHECK(has("smarttraded_credential_ok{credential=\"main\"} 1"));
    CHECK(has("smarttraded_credential_ok{credential=\"other\"} 0"));
    CHECK(has("smarttraded_budget_used{credential=\"other\",bucket=\"all\"} 31"));
    CHECK(has("smarttraded_budget_used{credential=\"other\",bucket=\"all 2\"} 3"));
    CHECK(has("smarttraded_throttled_total{credential=\"other\"} 3"));
    CHECK(lines_of(page, "smarttraded_last_pass_timestamp_seconds").size() == 1); // the other was never read
}

TEST_CASE("metrics: no line stands twice, whatever the accounts are called") {
    for (const auto& now : {one_account(), two_accounts()}) {
        const auto page = service::metrics_page(now, some_counts(), "0.1.0");
        std::set<std::string> series;
        for (const auto& line : lines_of(page, "smarttraded_")) {
            CAPTURE(line);
            CHECK(series.insert(line.substr(0, line.rfind(' '))).second);
        }
        CHECK(series.size() > 80);
    }
}

TEST_CASE("metrics: the families are those of the design, each with its type and a sentence") {
    const auto page = service::metrics_page(one_account(), some_counts(), "0.1.0");
    const std::set<std::string> designed{"trades",
                                         "unknown_oldest_seconds",
                                         "api_up",
                                         "credential_ok",
                                         "plans_valid",
                                         "plan_accepted_timestamp_seconds",
                                         "last_pass_timestamp_seconds",
                                         "holds",
                                         "halted",
                                         "requests_total",
                                         "request_seconds",
                                         "budget_used",
                                         "lane_waiting",
                                         "throttled_total",
                                         "journal_writable",
                                         "exposure",
                                         "trades_ended_total",
                                         "edit_to_accepted_seconds",
                                         "build_info"};
    std::set<std::string> told, typed;
    for (const auto& line : lines_of(page, "# HELP smarttraded_")) {
        const auto name = line.substr(19, line.find(' ', 19) - 19);
        told.insert(name);
        CAPTURE(line);
        CHECK(line.ends_with('.'));
    }
    for (const auto& line : lines_of(page, "# TYPE smarttraded_")) typed.insert(line.substr(19, line.rfind(' ') - 19));
    CHECK(told == designed);
    CHECK(typed == designed);
}
