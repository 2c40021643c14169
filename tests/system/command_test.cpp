#include <pty.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include <boost/json.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "system/exchange_process.hpp"
#include "system/program_path.hpp"
#include "system/said_by.hpp"

using namespace smarttrade;

namespace {

constexpr const char* good_plan = R"(trades:
  btc:
    pair: USDT_BTC
    position: {type: buy, order_type: limit, units: 0.01, price: 9000}
    stop_loss: 8000
    take_profit: [{order_type: limit, price: 9900}]
)";
constexpr const char* bad_plan = "trades:\n  btc: {piar: USDT_BTC}\n";

struct ended {
    int code = 0;
    std::string said; ///< standard output and error together
};

ended run(std::vector<std::string> words) {
    words.insert(words.begin(), test::program_path());
    test::process command{words};
    auto text = command.read_all();
    return {command.wait(), std::move(text)};
}

/// An exchange, a configuration with one good plan, and a daemon when the test wants one.
struct house {
    explicit house(const std::string& more = {}) {
        std::filesystem::create_directory(dir.file("plans"));
        dir.write("plans/btc.yaml", good_plan);
        config = test::write_config(dir, exchange,
                                    "instance: house\naccounts: {spot: {id: 1, mode: paper}}\nreconcile: {interval: "
                                    "1s, settle: 1s}\nlog: {format: text}\n"
                                        + more);
    }

    std::unique_ptr<test::process> start() {
        auto daemon =
            std::make_unique<test::process>(std::vector<std::string>{test::program_path(), "run", "-c", config});
        for (bool created = false; !created;) { // then every trade stands, and is known
            const auto line = daemon->read_line();
            REQUIRE(line.has_value());
            created = line->find(" trade.created") != std::string::npos;
        }
        return daemon;
    }
    ended command(std::vector<std::string> words) const {
        words.insert(words.end(), {"-c", config});
        return run(std::move(words));
    }

    test::temp_folder dir;
    test::exchange_process exchange{dir};
    std::string config;
};

} // namespace

TEST_CASE("commands: without a daemon each is refused with exit code 1 and says how to start one") {
    const house here;
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{"cancel", "btc"},
                                                                                       {"close", "btc"},
                                                                                       {"close", "--all"},
                                                                                       {"enter", "btc"},
                                                                                       {"release", "btc", "--id", "7"},
                                                                                       {"retry", "btc"},
                                                                                       {"process", "btc"},
                                                                                       {"confirm"},
                                                                                       {"confirm", "x-1"},
                                                                                       {"halt"},
                                                                                       {"resume"},
                                                                                       {"reload"}}) {
        CAPTURE(words[0]);
        const auto done = here.command(words);
        CHECK(done.code == 1);
        CHECK(done.said.find("needs a running daemon, and none runs on this configuration: smarttraded run -c "
                             + here.config)
              != std::string::npos);
        const bool cannot_wait = words[0] == "close" || words[0] == "cancel";
        CHECK(done.said.ends_with("; until then " + words[0] + " it in the app\n") == cannot_wait);
    }
    CHECK_FALSE(std::filesystem::exists(here.dir.file("state"))); // asking leaves nothing behind
}

TEST_CASE("commands: what is typed wrong is exit code 64, before anything is asked") {
    const house here;
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"close"},
                                               {"cancel"},
                                               {"close", "btc", "--all"},
                                               {"close", "btc", "--match", "b*"},
                                               {"release", "btc", "--id", "x"},
                                               {"release", "btc", "--id", "-1"},
                                               {"import"},
                                               {"import", "--account", "spot", "x"},
                                               {"halt", "now"},
                                               {"status", "--watch"},
                                               {"plan", "--watch"}}) {
        CAPTURE(fmt::format("{}", fmt::join(words, " ")));
        CHECK(here.command(words).code == 64);
    }
}

TEST_CASE("commands: a word or an id that is typed wrong is told as what it should be") {
    const house here;
    struct row {
        std::vector<std::string> words;
        const char* told;
    };
    for (const row& r : {row{{"stauts"}, "no command 'stauts', did you mean 'status'?\n"},
                         row{{"frobnicate", "btc"}, "no command 'frobnicate'\n"},
                         row{{"journal", "verfiy", "x.db"}, "no command 'journal verfiy', did you mean 'verify'?\n"},
                         row{{"release", "btc", "--id", "abc"}, "--id: 'abc', expected a whole number\n"},
                         row{{"release", "btc", "--id", "7.5"}, "--id: '7.5', expected a whole number\n"},
                         row{{"import", "--account", "spot", "0"}, "ID: '0', expected a whole number\n"},
                         row{{"status", "btc", "eth"}, "The following argument was not expected: eth\n"}}) {
        CAPTURE(r.words[0]);
        const auto told = here.command(r.words);
        CHECK(told.code == 64);
        CHECK(told.said.starts_with(r.told));
    }
}

TEST_CASE("commands: who may not reach the daemon is told the whole command to type") {
    house here;
    const auto daemon = here.start();
    ::chmod(here.dir.file("state").c_str(), 0);
    const std::vector<std::string> words{"close", "it's lost", "--account", "spot", "-c", here.config};
    CHECK(test::said_without_privileges(words, 1)
          == fmt::format("smarttraded: {}: permission denied, it is for root, the daemon's user and members of its "
                         "group: sudo smarttraded close 'it'\\''s lost' --account spot -c {}\n",
                         here.dir.file("state/control.sock"), here.config));
    ::chmod(here.dir.file("state").c_str(), 0700);
}

TEST_CASE("commands: the daemon's verdict is the command's exit code, and a refusal says what to type") {
    house here;
    const auto daemon = here.start();
    const auto unknown = here.command({"close", "btcc"});
    CHECK(unknown.code == 1);
    CHECK(unknown.said == "smarttraded: no trade 'btcc', did you mean 'btc': smarttraded close btc\n");
    CHECK(here.command({"close", "btc", "--account", "spto"}).said.find("did you mean 'spot'") != std::string::npos);
    const auto listed = here.command({"confirm"});
    CHECK(listed.code == 0);
    CHECK(listed.said == "nothing waits for a word\n");
    CHECK(here.command({"confirm", "no-such"}).code == 1);
}

TEST_CASE("commands: a close means the trade that lives under the name, and what was to follow it") {
    house here;
    const auto daemon = here.start();
    std::string plan{good_plan};
    plan.replace(plan.find("pair:"), 0, "revision: 2\n    ");
    here.dir.write("plans/btc.yaml", plan);
    CHECK(here.command({"reload"}).code == 0);
    const auto closed = here.command({"close", "btc"});
    INFO(closed.said);
    CHECK(closed.code == 0);
    CHECK(closed.said.find("btc is not created any more; the older revision: btc is cancelled (id ")
          != std::string::npos);
    CHECK(here.command({"status", "btc"}).said.find("never created: `close` came first") != std::string::npos);
}

TEST_CASE("commands: a word that is refused does not strike later") {
    house here;
    const auto daemon = here.start();
    CHECK(here.command({"release", "btc", "--id", "999"}).code == 1);
    CHECK(here.command({"halt"}).code == 0);
    const auto enter = here.command({"enter", "btc"});
    CHECK(enter.code == 1);
    CHECK(enter.said == "smarttraded: halted: only your own close and cancel are sent, until: smarttraded resume\n");
    CHECK(here.command({"resume"}).code == 0);
    CHECK(here.command({"release", "btc"}).code == 0);
    const auto released = here.command({"enter", "btc"});
    CHECK(released.code == 1);
    CHECK(released.said == "smarttraded: btc is released: nothing of it is touched any more\n");
    CHECK(here.command({"status", "btc"}).said.find("waiting") != std::string::npos);
}

TEST_CASE("watch: an edit is taken up without a word, and a broken one leaves the set before it in force") {
    house here;
    const auto daemon = here.start();
    const auto wait_for = [&](const std::string& what) {
        for (;;) {
            const auto line = daemon->read_line();
            REQUIRE(line.has_value());
            if (line->find(what) != std::string::npos) return;
        }
    };
    std::string tighter{good_plan};
    tighter.replace(tighter.find("8000"), 4, "8100");
    here.dir.write("plans/.btc.yaml.new", tighter); // as editors save
    std::filesystem::rename(here.dir.file("plans/.btc.yaml.new"), here.dir.file("plans/btc.yaml"));
    wait_for("stop.moved     8000->8100");
    here.dir.write("plans/btc.yaml", bad_plan);
    wait_for("plans.refused");
    CHECK(here.command({"status"}).said.find("btc") != std::string::npos);
    here.dir.write("plans/btc.yaml", good_plan);
    wait_for("stop.moved     8100->8000");
}

TEST_CASE("F27: reload is the verdict on the plans: 0 when accepted, 1 with the first mistakes when refused") {
    house here;
    const auto daemon = here.start();
    CHECK(here.command({"reload"}).code == 0);
    here.dir.write("plans/bad.yaml", bad_plan);
    const auto refused = here.command({"reload"});
    CHECK(refused.code == 1);
    CHECK(refused.said.find("plans/bad.yaml:2:9: error: unknown key 'piar', did you mean 'pair'?")
          != std::string::npos);
    CHECK(refused.said.find("smarttraded: plans refused, the previous set stays") != std::string::npos);
    CHECK(here.command({"status"}).said.find("refused, the previous set stays") != std::string::npos);
    std::filesystem::remove(here.dir.file("plans/bad.yaml"));
    CHECK(here.command({"reload"}).code == 0);
    daemon->signal(SIGTERM);
    daemon->read_all();
    CHECK(daemon->wait() == 0);
}

TEST_CASE("reload: what of the configuration may change counts at once, the rest is told to need a restart") {
    house here{"guardrails: {max_leverage: 3}\n"};
    const auto daemon = here.start();
    const auto with = [&here](const std::string& more) {
        return test::write_config(here.dir, here.exchange,
                                  "instance: house\naccounts: {spot: {id: 1, mode: paper}}\n" + more);
    };
    with("reconcile: {interval: 1s, settle: 1s}\nlog: {format: text, level: notice}\nalert: {exec: /bin/true}\n"
         "guardrails: {max_order_total: {USDT: 10}}\n");
    const auto stricter = here.command({"reload"});
    CAPTURE(stricter.said);
    CHECK(stricter.code == 1); // the plan breaks the new guardrail, as it would at a start
    CHECK(stricter.said.find("setting guardrails.max_order_total.USDT: none->10\n") != std::string::npos);
    CHECK(stricter.said.find("setting guardrails.max_leverage: 3->none\n") != std::string::npos);
    CHECK(stricter.said.find("setting log.level: info->notice\n") != std::string::npos);
    CHECK(stricter.said.find("setting alert.exec: none->/bin/true, needs a restart: systemctl restart smarttraded\n")
          != std::string::npos);
    CHECK(stricter.said.find("are 90 USDT, above max_order_total, expected at most 10") != std::string::npos);
    CHECK(stricter.said.find("smarttraded: plans refused, the previous set stays") != std::string::npos);

    // A signal is obeyed without reading the file first, as the commands do.
    here.dir.write("smarttraded.yaml", "acounts: {}\n");
    daemon->signal(SIGHUP);
    const auto reads = [&daemon](const std::string& part) {
        while (const auto line = daemon->read_line())
            if (line->find(part) != std::string::npos) return true;
        return false;
    };
    CHECK(
        reads("settings.waiting none->/bin/true setting=alert.exec \"needs a restart: systemctl restart smarttraded"));
    CHECK(reads("settings.refused \""));
    CHECK(here.command({"reload"}).code == 78);

    with("reconcile: {interval: 1s, settle: 1s}\nlog: {format: text}\n");
    const auto mended = here.command({"reload"});
    CAPTURE(mended.said);
    CHECK(mended.code == 0);
    CHECK(mended.said.find("setting guardrails.max_order_total.USDT: 10->none\n") != std::string::npos);
    // A restart would end it: its journal is another account's.
    test::write_config(here.dir, here.exchange, "instance: b\naccounts: {spot: {id: 2, mode: paper}}\n");
    const auto moved = here.command({"reload"});
    CHECK(moved.said.find("credentials: main}, the journal belongs to 'http") != std::string::npos);
    CHECK(moved.said.find("a restart would end with 78: put it back") != std::string::npos);
    CHECK(moved.said.find("setting instance: house->b, after a restart the trades made") != std::string::npos);
    daemon->signal(SIGTERM);
    CHECK(reads("plans.accepted")); // info again
    daemon->read_all();
    CHECK(daemon->wait() == 0);
}

TEST_CASE("plan: plans with mistakes are exit code 1, each shown with its line, and nobody is asked") {
    const house here;
    const auto bad = here.dir.write("bad.yaml", bad_plan);
    const auto text = here.command({"plan", bad});
    CHECK(text.code == 1);
    CHECK(text.said.find("bad.yaml:2:9: error: unknown key 'piar', did you mean 'pair'?\n") != std::string::npos);
    CHECK(text.said.find("^") != std::string::npos);
    const auto json = here.command({"plan", "--json", bad});
    CHECK(json.code == 1);
    CHECK(boost::json::parse(json.said).at("mistakes").as_array().size() >= 1);
    const auto missing = here.command({"plan", here.dir.file("none.yaml")});
    CHECK(missing.code == 1);
    CHECK(missing.said.find("none.yaml: error: does not exist") != std::string::npos);
    CHECK(here.command({"plan"}).code == 2); // valid; without a daemon it looks itself
}

TEST_CASE("plan: what its market does not allow is told at its line, and keeps that trade back alone") {
    house here;
    const auto odd = here.dir.write("odd.yaml", R"(trades:
  lots: {pair: USDT_BTC, position: {type: buy, order_type: limit, units: 0.0123456, price: 9000}}
  good: {pair: USDT_BTC, position: {type: sell, order_type: limit, units: 0.01, price: 9000}}
)");
    std::unique_ptr<test::process> daemon;
    for (const bool with_daemon : {false, true}) {
        CAPTURE(with_daemon);
        if (with_daemon) daemon = here.start();
        const auto text = here.command({"plan", odd});
        CHECK(text.code == 1); // a plan that the exchange would refuse
        CHECK(text.said.find("odd.yaml:2:74: error: units 0.0123456, expected a multiple of 0.00001: 0.01234 or "
                             "0.01235 [V29]\n      lots: {pair")
              != std::string::npos);
        CHECK(text.said.find("1 to create\n  + good ") != std::string::npos);
        CHECK(text.said.find("1 blocked\n  x lots ") != std::string::npos);
        const auto json = boost::json::parse(here.command({"plan", "--json", odd}).said);
        CHECK(json.at("exit") == 1);
        REQUIRE(json.at("diagnostics").as_array().size() == 1);
        CHECK(json.at_pointer("/diagnostics/0/rule") == "V29");
        CHECK(json.at_pointer("/diagnostics/0/line") == 2);
    }
}

TEST_CASE("status: one name or file alone, and what there is not is exit code 1") {
    house here;
    const auto daemon = here.start();
    const auto named = here.command({"status", "btc", "--json"});
    CHECK(boost::json::parse(named.said).at("trades").as_array().size() == 1);
    CHECK(here.command({"status", "btc.yaml"}).said.find("\nbtc ") != std::string::npos);
    const auto none = here.command({"status", "btcc"});
    CHECK(none.code == 1);
    CHECK(none.said
          == "smarttraded: no trade 'btcc', did you mean 'btc' and no such plan file; all: smarttraded status\n");
}

TEST_CASE("status --watch: redraws in place on a terminal, and Ctrl-C gives it back as it was") {
    const house here;
    const auto program = test::program_path();
    int terminal = -1;
    const auto child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
    if (child == 0) {
        ::execl(program.c_str(), program.c_str(), "status", "--watch", "-c", here.config.c_str(), nullptr);
        ::_exit(127);
    }
    std::string shown;
    const auto read_more = [&] {
        std::array<char, 4096> bytes;
        const auto count = ::read(terminal, bytes.data(), bytes.size());
        if (count > 0) shown.append(bytes.data(), static_cast<std::size_t>(count));
        return count > 0;
    };
    const std::string first_screen = "\033[?1049h\033[?25l\033[H", next_screen = "\033[J\033[H";
    while (shown.find(next_screen) == std::string::npos) REQUIRE(read_more()); // no daemon runs: said, and gone on
    CHECK(shown.starts_with(first_screen));
    CHECK(shown.find("\033[2J") == std::string::npos); // emptied first, it would flicker
    while (shown.find("no daemon answers at ") == std::string::npos) REQUIRE(read_more());
    const char ctrl_c = 3;
    REQUIRE(::write(terminal, &ctrl_c, 1) == 1);
    while (read_more()) {}
    CHECK(shown.ends_with("\033[?25h\033[?1049l"));
    int ended = -1;
    ::waitpid(child, &ended, 0);
    CHECK(WIFEXITED(ended));
    CHECK(WEXITSTATUS(ended) == 0);
    ::close(terminal);
}

TEST_CASE("status --watch --json: ends when nobody reads on") {
    house here;
    const auto daemon = here.start();
    const auto command =
        fmt::format("'{}' status --watch --json -c '{}' | head -n 1", test::program_path(), here.config);
    test::process shell{{"/bin/sh", "-c", command}};
    CHECK(boost::json::parse(shell.read_all()).as_object().contains("trades"));
    CHECK(shell.wait() == 0);
}

TEST_CASE("alert.exec: a running daemon tells the operator's program of an error") {
    const test::temp_folder out;
    const auto script = out.write("notify", "#!/bin/sh\ncat > " + out.file("part") + " && mv " + out.file("part") + ' '
                                                + out.file("event") + '\n');
    std::filesystem::permissions(script, std::filesystem::perms::owner_all);
    house here{"alert: {exec: " + script + "}\n"};
    const auto daemon = here.start();
    here.dir.write("plans/bad.yaml", bad_plan);
    CHECK(here.command({"reload"}).code == 1);
    while (!std::filesystem::exists(out.file("event"))) here.command({"status"}); // the test's own limit bounds it
    std::ifstream file{out.file("event")};
    std::string line;
    std::getline(file, line);
    CHECK(boost::json::parse(line).at("event") == "plans.refused");
}
