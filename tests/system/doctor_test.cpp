#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <memory>

#include <doctest/doctest.h>

#include "system/exchange_process.hpp"
#include "system/program_path.hpp"
#include "system/said_by.hpp"

using namespace smarttrade;

namespace {

constexpr const char* one_account = "instance: doc\naccounts: {main: {id: 1, mode: paper}}\nlog: {format: text}\n";

/// An exchange, and a configuration that has nothing wrong.
struct house {
    house() {
        std::filesystem::create_directory(dir.file("plans"));
        dir.write("plans/none.yaml", "trades: {}\n");
        config = test::write_config(dir, exchange, one_account);
    }
    test::temp_folder dir;
    test::exchange_process exchange{dir};
    std::string config;
};

bool holds(const std::string& text, const std::string& what) { return text.find(what) != std::string::npos; }

} // namespace

TEST_CASE("doctor: all is well without a daemon, and what it asks the exchange counts for the daemon after it") {
    const house here;
    const auto& dir = here.dir;
    const auto& config = here.config;
    const auto said = test::said_by({"doctor", "-c", config}, 0);
    CHECK(holds(said, "ok    permissions main  the key has what it needs"));
    CHECK(holds(said, "ok    account main      1 "));
    CHECK(holds(said, "ok    daemon            none runs"));
    CHECK(std::filesystem::exists(dir.file("state/limiter.db")));
    CHECK_FALSE(std::filesystem::exists(dir.file("state/journal.db"))); // it would be bound to this configuration
}

TEST_CASE("doctor: a running daemon is asked, and a hanging one is told as such") {
    const house here;
    const auto& dir = here.dir;
    const auto& config = here.config;
    test::process daemon{{test::program_path(), "run", "-c", config}};
    for (bool ready = false; !ready;) {
        const auto line = daemon.read_line();
        REQUIRE(line.has_value());
        ready = holds(*line, " service.ready");
    }
    const auto said = test::said_by({"doctor", "-c", config}, 0);
    CHECK(holds(said, "ok    daemon            answers at " + dir.file("state/control.sock")));
    CHECK(holds(said, "ok    permissions main  the key has what it needs"));
    daemon.signal(SIGSTOP);
    const auto hanging = test::said_by({"doctor", "-c", config}, 1);
    CHECK(holds(hanging,
                "FAIL  daemon            listens at " + dir.file("state/control.sock") + ", but does not answer"));
    CHECK(holds(hanging, "warn  exchange          not asked"));
    daemon.signal(SIGCONT);
}

TEST_CASE("doctor: what is wrong is told with its mend, whatever else is broken") {
    const test::temp_folder dir;
    test::exchange_process exchange{dir, {"--key", "weak:secret:SMART_TRADES_READ,ACCOUNTS_READ"}};
    const auto config = test::write_config(dir, exchange,
                                           "instance: doc\naccounts: {main: {id: 1, mode: real}}\n"
                                           "rate_limits: [{requests: 500, per: 60s}]\n");
    ::chmod(dir.write("key", "weak").c_str(), 0600);
    const auto said = test::said_by({"doctor", "-c", config}, 1);
    CHECK(holds(said, "FAIL  plans "));
    CHECK(holds(said, "FAIL  permissions main  the key lacks SMART_TRADES_WRITE: give it to the key at 3Commas"));
    CHECK(holds(said, "its mode here is real: mend accounts.main.mode"));
    CHECK(holds(said, "warn  limits            all requests together: up to 500 in 60s, documented are 100"));
    exchange.kill();
    CHECK(holds(test::said_by({"doctor", "-c", config}, 1), "FAIL  exchange          http://127.0.0.1:"));
    ::chmod(dir.file("secret").c_str(), 0644);
    const auto blind = test::said_by({"doctor", "-c", config}, 1);
    const auto bad = dir.file("secret");
    CHECK(holds(blind, "FAIL  credentials main  secret " + bad + ": others may read it: chmod 600 " + bad + '\n'));
    CHECK_FALSE(holds(blind, dir.file("key")));
    ::chmod(dir.file("key").c_str(), 0640);
    const auto both = test::said_by({"doctor", "-c", config}, 1);
    for (const auto& each : {"api_key " + dir.file("key"), "secret " + bad})
        CHECK(holds(both, "FAIL  credentials main  " + each + ": others may read it: chmod 600 "));
    CHECK(holds(blind, "warn  exchange          not asked: that needs the lines which say FAIL"));
    std::filesystem::remove_all(dir.file("state"));
    dir.write("state", "no directory");
    CHECK(holds(test::said_by({"doctor", "-c", config}, 1), "FAIL  state "));
}

TEST_CASE("doctor: a clock that is two minutes off is told") {
    const test::temp_folder dir;
    const test::exchange_process exchange{dir, {"--clock", "manual", "--time", "2026-01-01T00:00:00Z"}};
    const auto config = test::write_config(dir, exchange, one_account);
    CHECK(holds(test::said_by({"doctor", "-c", config}, 1), "ahead of the exchange: the times in the log are wrong"));
}

TEST_CASE("doctor: a journal that belongs to another account is told, with which run would end") {
    const house here;
    test::said_by({"apply", "-c", here.config}, 0);
    const auto sound = test::said_by({"doctor", "-c", here.config}, 0); // what the daemon wrote is what doctor expects
    CHECK(holds(sound, "ok    state             " + here.dir.file("state") + " of "));
    const auto other =
        test::write_config(here.dir, here.exchange, "instance: doc\naccounts: {main: {id: 2, mode: paper}}\n");
    const auto said = test::said_by({"doctor", "-c", other}, 1);
    CHECK(
        holds(said, "FAIL  state             " + here.dir.file("state/journal.db") + " belongs to 'http://127.0.0.1:"));
    CHECK(holds(said, " 1:paper', the configuration names 'http://127.0.0.1:"));
    CHECK(holds(said, " 2:paper': give it another state_dir, or put the configuration back"));
    CHECK(holds(test::said_by({"run", "-c", other}, 78), "belongs to"));
}

TEST_CASE("doctor: an unusable configuration is exit code 78, as in every command") {
    const test::temp_folder dir;
    CHECK(holds(test::said_by({"doctor", "-c", dir.write("c.yaml", "instance: 7-")}, 78), "c.yaml:1:"));
}
