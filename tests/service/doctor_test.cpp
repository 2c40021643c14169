#include <algorithm>

#include <doctest/doctest.h>

#include "service/doctor_host.hpp"
#include "service/doctor_report.hpp"
#include "support/temp_folder.hpp"

using namespace smarttrade;
using namespace std::chrono_literals;
using service::directory_reading;
using service::finding;
using service::health;

namespace {

/// What a person reads of one finding: `FAIL what: mend`.
std::string line_of(const finding& one) {
    std::string text{base::name_of(one.is)};
    return text + ' ' + one.told + (one.mend.empty() ? "" : " | " + one.mend);
}

directory_reading good_directory() {
    directory_reading told;
    told.exists = told.is_directory = told.can_write = true;
    told.owner = told.user = "jo";
    return told;
}

trade::account account_of(std::string type) {
    trade::account told;
    told.id = trade::account_id{7};
    told.name = "Mine";
    told.type = std::move(type);
    return told;
}

config::account wanted(trade::account_mode mode) {
    config::account made;
    made.name = "main";
    made.id = trade::account_id{7};
    made.mode = mode;
    return made;
}

trade::request_failure failed(trade::outcome kind, std::string message) {
    trade::request_failure made;
    made.kind = kind;
    made.message = std::move(message);
    return made;
}

using told_permissions = client::api_result<std::vector<std::string>>;
using told_account = client::api_result<trade::account>;

} // namespace

TEST_CASE("doctor: a state directory is judged for its owner, its rights and what lies in it") {
    const auto judge = [](auto change) {
        auto told = good_directory();
        change(told);
        return line_of(service::judge_state("/s", told));
    };
    CHECK(judge([](auto&) {}) == "ok /s of jo");
    CHECK(judge([](auto& d) { d.exists = false; }) == "ok /s is not there yet; it is made with the first need of it");
    CHECK(judge([](auto& d) { d.exists = d.can_write = false; })
          == "fail /s is not there, and user jo cannot make it | systemctl start smarttraded makes it; without "
             "systemd: set state_dir to a directory of your own");
    CHECK(judge([](auto& d) { d.is_directory = false; })
          == "fail /s is not a directory | remove it, or set state_dir to another path");
    CHECK(judge([](auto& d) { d.owner = "smarttraded"; })
          == "fail /s belongs to smarttraded, and this is jo | sudo -u smarttraded smarttraded doctor");
    CHECK(judge([](auto& d) { d.owner = "smarttraded", d.user = "root", d.is_root = true; }) == "ok /s of smarttraded");
    CHECK(
        judge([](auto& d) { d.can_write = false; })
        == "fail /s cannot be written by jo | see that its file system is not mounted read-only: findmnt --target /s");
    CHECK(judge([](auto& d) {
              d.strangers = {"lock", "limiter.db"};
          })
          == "fail /s holds what does not belong to its owner jo: lock, limiter.db | chown -R jo /s");
    CHECK(judge([](auto& d) { d.configured = d.bound_to = "paper 1:paper"; }) == "ok /s of jo");
    CHECK(judge([](auto& d) { d.configured = "paper 2:paper", d.bound_to = "paper 1:paper"; })
          == "fail /s/journal.db belongs to 'paper 1:paper', the configuration names 'paper 2:paper' | give it another "
             "state_dir, or put the configuration back");
    CHECK(judge([](auto& d) { d.journal_trouble = "/s/journal.db: not a journal"; })
          == "fail /s/journal.db: not a journal | smarttraded journal verify /s/journal.db");
    CHECK(judge([](auto& d) { d.others_see = true; })
          == "warn /s is open to others, and it holds all that was traded | chmod 700 /s");
}

TEST_CASE("doctor: a disk is judged by what is free, long before the journal cannot be written") {
    constexpr std::uint64_t mib = 1U << 20U;
    struct row {
        std::uint64_t free;
        bool files;
        health is;
    };
    for (const row& each :
         {row{2048 * mib, true, health::ok}, row{1024 * mib, true, health::ok}, row{1023 * mib, true, health::warn},
          row{64 * mib, true, health::warn}, row{63 * mib, true, health::fail}, row{2048 * mib, false, health::fail}}) {
        CAPTURE(each.free);
        const auto told = service::judge_disk("/s", {each.free, 4096 * mib, each.files});
        CHECK(told.is == each.is);
        CHECK(told.mend.empty() == (each.is == health::ok));
    }
    CHECK(line_of(service::judge_disk("/s", {512 * mib, 90 * 1024 * mib, true}))
          == "warn 512 MiB of 90 GiB free at /s | make room: df -h /s");
}

TEST_CASE("doctor: a daemon that hangs, hides or is of another release is told from none") {
    using service::daemon_contact;
    struct row {
        daemon_contact how;
        bool held;
        health is;
        const char* holds;
    };
    for (const row& each :
         {row{daemon_contact::answered, false, health::ok, "answers at /run/x.sock"},
          row{daemon_contact::nobody, false, health::ok, "none runs"},
          row{daemon_contact::nobody, true, health::fail, "works on /s, but none listens at /run/x.sock"},
          row{daemon_contact::silent, false, health::fail, "does not answer | journalctl -u smarttraded"},
          row{daemon_contact::forbidden, false, health::fail,
              "permission denied at /run/x.sock | see the line `rights`"},
          row{daemon_contact::other_release, false, health::fail,
              "another release than this command | systemctl restart"}}) {
        const auto told = service::judge_daemon("/run/x.sock", each.how, each.held, "/s");
        CAPTURE(line_of(told));
        CHECK(told.is == each.is);
        CHECK(line_of(told).find(each.holds) != std::string::npos);
    }
}

TEST_CASE("doctor: who may look and command, and how to get there") {
    const auto judge = [](auto change) {
        service::rights_reading told;
        told.user = "jo";
        told.group_exists = told.in_group = true;
        told.operators = {"traders"};
        change(told);
        std::string all;
        for (const auto& each : service::judge_rights(told)) all += line_of(each) + '\n';
        return all;
    };
    CHECK(judge([](auto&) {}) == "ok jo may look; to command is for root and members of traders\n");
    CHECK(judge([](auto& r) { r.is_operator = true; }) == "ok jo may look and command\n");
    CHECK(judge([](auto& r) { r.in_group = false, r.is_operator = true; })
          == "fail jo is not in group smarttraded, and cannot reach the daemon | sudo usermod -aG smarttraded jo, then "
             "log in again\n");
    CHECK(judge([](auto& r) { r.in_group = false, r.in_group_at_next_login = true; })
          == "fail jo is not in group smarttraded, and cannot reach the daemon | log in again: the membership counts "
             "from then on\n");
    CHECK(judge([](auto& r) { r.in_group = false, r.is_root = true; }) == "ok jo may look and command\n");
    CHECK(judge([](auto& r) { r.in_group = false, r.runs_daemon = true; }) == "ok jo may look and command\n");
    CHECK(judge([](auto& r) { r.unknown_operators = {"trader"}, r.is_operator = true; })
          == "warn admin.operators names the group trader, which this machine does not know | groupadd trader, or mend "
             "admin.operators\nok jo may look and command\n");
    const auto no_package = [](auto& r) { r.unknown_operators = {"smarttraded-trade"}, r.operators.clear(); };
    CHECK(judge(no_package).starts_with("warn admin.operators names the group smarttraded-trade"));
    CHECK(judge([&](auto& r) { no_package(r), r.group_exists = r.in_group = false; })
          == "ok jo may look; to command is for root\n");
}

TEST_CASE("doctor: a clock is only wrong where that is sure") {
    CHECK(service::judge_clock(5s, 500ms).is == health::ok);
    CHECK(service::judge_clock(-20s, 16s).is == health::ok); // a slow answer tells the time that well
    CHECK(service::judge_clock(7s, 500ms).is == health::warn);
    CHECK(line_of(service::judge_clock(-120s, 600ms))
          == "fail this machine is 120s behind the exchange: the times in the log are wrong by that | timedatectl "
             "set-ntp true");
    CHECK(service::judge_clock(120s, 600ms).told.find("120s ahead of") != std::string::npos);
}

TEST_CASE("doctor: a key's permissions, in either spelling of the API's pages") {
    const auto judge = [](const told_permissions& told) { return line_of(service::judge_permissions("main", told)); };
    CHECK(judge(std::vector<std::string>{"SMART_TRADES_READ", "SMART_TRADES_WRITE", "ACCOUNTS_READ"})
          == "ok the key has what it needs");
    CHECK(judge(std::vector<std::string>{"smart_trade_read", "smart_trade_write", "accounts_read", "bots_write"})
          == "ok the key has what it needs, and does not need BOTS_WRITE");
    CHECK(judge(std::vector<std::string>{"SMART_TRADES_READ", "ACCOUNTS_READ"})
          == "fail the key lacks SMART_TRADES_WRITE | give it to the key at 3Commas, then: smarttraded doctor");
    CHECK(judge(std::vector<std::string>{"trade"})
          == "warn the exchange tells none that is known: TRADE | see at 3Commas that the key has SMART_TRADES_READ, "
             "SMART_TRADES_WRITE, ACCOUNTS_READ");
    CHECK(judge(std::vector<std::string>{}).starts_with("warn the exchange tells none that is known | "));
    CHECK(judge(failed(trade::outcome::credential, "signature_invalid"))
          == "fail signature_invalid | see at 3Commas that the key lives, that its secret is this one and that it "
             "allows this machine's address");
}

TEST_CASE("doctor: an account must be what its mode says, and able to trade") {
    using trade::account_mode;
    const auto judge = [](account_mode mode, const told_account& told, std::vector<trade::account> others = {}) {
        return line_of(service::judge_account(wanted(mode), told, others));
    };
    CHECK(judge(account_mode::real, account_of("binance")) == "ok 7 (Mine) is a real account, as configured");
    CHECK(judge(account_mode::real, account_of("paper_trading"))
          == "fail 7 (Mine): it is a paper account (paper_trading), but its mode here is real | mend "
             "accounts.main.mode or accounts.main.id; until then nothing is written there");
    auto locked = account_of("binance");
    locked.is_locked = true;
    locked.lock_reason = "no subscription";
    CHECK(judge(account_mode::real, locked).starts_with("fail 7 (Mine) is locked: no subscription | "));
    auto expired = account_of("binance");
    expired.api_keys_state = "expired";
    CHECK(judge(account_mode::real, expired).starts_with("fail 7 (Mine) has a key at its exchange that does not work"));
    auto dumb = account_of("binance");
    dumb.smart_trading_supported = false;
    CHECK(judge(account_mode::real, dumb).starts_with("fail 7 (Mine) does not support smart trades | "));
    CHECK(judge(account_mode::real, failed(trade::outcome::refused, "Not Found"), {account_of("binance")})
          == "fail account 7 is not shown: Not Found | mend accounts.main.id; the key sees 7 (Mine)");
}

TEST_CASE("doctor: rate limits may be tighter than the documented ones, never looser") {
    const auto documented = config::documented_limits();
    const auto judge = [&](const std::vector<config::rate_limit>& configured) {
        std::string all;
        for (const auto& each : service::judge_limits(configured, documented)) all += line_of(each) + '\n';
        return all.substr(0, all.find(" | "));
    };
    const std::string list = "GET /v2/smart_trades";
    CHECK(judge(documented) == "ok no looser than what the exchange documents\n");
    CHECK(judge({{"", 30, 10s, 300s}}) == "warn all requests together: up to 180 in 60s, documented are 100");
    CHECK(judge({{"", 40, 60s, 300s}})
          == "ok no looser than what the exchange documents\n"); // counts the lists as well
    CHECK(judge({{"", 100, 60s, 300s}}) == "warn GET /v2/smart_trades: up to 100 in 10s, documented are 40");
    CHECK(judge({{"", 100, 60s, 300s}, {list, 8, 3s, 10s}}) == "ok no looser than what the exchange documents\n");
    CHECK(judge({{"", 100, 60s, 60s}, {list, 40, 10s, 10s}})
          == "warn all requests together: silent for 60s after a 429, documented are 300s");
}

TEST_CASE("doctor: this machine is read without anything being made") {
    const test::temp_folder dir;
    config::settings settings;
    settings.accounts = {wanted(trade::account_mode::paper)};
    settings.accounts[0].credentials = "main";
    settings.credentials = {{"main",
                             {config::secret_source::kind::file, dir.file("key"), {"c.yaml", 4, 9}},
                             {config::secret_source::kind::file, dir.file("secret"), {"c.yaml", 5, 9}}}};
    settings.api.ca_file = dir.file("none.pem");
    settings.rate_limits = config::documented_limits();
    const auto all = service::examine_host(settings, dir.file("state"));
    const auto of = [&](service::checkup what) { return line_of(*std::ranges::find(all, what, &finding::what)); };
    CHECK(of(service::checkup::state)
          == "ok " + dir.file("state") + " is not there yet; it is made with the first need of it");
    CHECK(of(service::checkup::credentials)
          == "fail api_key " + dir.file("key") + ": cannot be found | mend the file, or credentials.main (c.yaml:4:9)");
    CHECK(std::ranges::count(all, service::checkup::credentials, &finding::what) == 2); // of the secret as well
    CHECK(of(service::checkup::trust).starts_with("fail " + dir.file("none.pem") + ": no usable CA certificates"));
    CHECK(of(service::checkup::trust).ends_with(" | mend the file, or api.ca_file"));
    CHECK_FALSE(std::filesystem::exists(dir.file("state")));
    settings.paper.emplace();
    CHECK(service::all_well(service::examine_host(settings, dir.file("state"))));
}

TEST_CASE("doctor: the report is aligned, coloured where wanted, and survives the way over the socket") {
    using service::checkup;
    std::vector<finding> all{{checkup::clock, {}, health::warn, "off", "set it"},
                             {checkup::config, {}, health::ok, "read", {}},
                             {checkup::account, "main", health::fail, "a\nb", "mend it"}};
    service::sort_findings(all);
    CHECK(service::render_findings(all, service::colours::off)
          == "ok    config        read\nwarn  clock         off: set it\nFAIL  account main  a b: mend it\n");
    CHECK(service::render_findings({all[1]}, service::colours::on) == "\x1b[33mwarn\x1b[0m  clock  off: set it\n");
    CHECK(service::render_findings({all[1]}, service::colours::off, service::window{20, 9})
          == "warn  clock  off:\n             set it\n");
    CHECK(service::decode_findings(service::encode_findings(all)) == all);
    CHECK_FALSE(service::decode_findings(R"({"checks":[{"check":"mood","level":"ok"}]})"));
    CHECK_FALSE(service::all_well(all));
    CHECK(service::all_well({all[0]}));
}
