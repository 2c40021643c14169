#include <sys/stat.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <doctest/doctest.h>

#include "async/task_group.hpp"
#include "service/alert.hpp"
#include "service/log_format.hpp"
#include "support/sim_clock.hpp"
#include "support/temp_folder.hpp"

using namespace smarttrade;
using namespace std::chrono_literals;
using service::event;

namespace {

struct kept_log final : service::log_sink {
    std::vector<std::string> lines;
    void write(const service::log_event& what) override { lines.push_back(service::format_message(what)); }
};

service::log_event happened(event what, std::string trade) {
    service::log_event line;
    line.what = what;
    line.trade = std::move(trade);
    line.why = "because";
    return line;
}

/// An alert that runs a script of the test's. Its deadline is virtual: time passes only when the test says so.
struct alerted {
    explicit alerted(const std::string& script, service::alert_bounds bounds = {})
        : program{dir.write("notify", "#!/bin/sh\nhere='" + dir.path() + "'\n" + script + "\n")},
          alert{ctx.get_executor(), log, program, clock, bounds}, tasks{ctx.get_executor()} {
        ::chmod(program.c_str(), 0700);
        tasks.spawn([this] { return alert.run(); });
    }
    ~alerted() {
        tasks.cancel();
        ctx.restart();
        ctx.poll();
    }

    /// Runs until the script has written so many lines to `out`; the test's own time limit bounds it.
    std::vector<std::string> lines_of_out(std::size_t count) {
        for (;;) {
            ctx.restart();
            ctx.run_one(); // the end of a program, or what follows from it
            auto lines = read("out");
            if (lines.size() >= count) return lines;
        }
    }
    std::vector<std::string> read(const std::string& name) const {
        std::ifstream file{dir.file(name)};
        std::vector<std::string> lines;
        for (std::string line; std::getline(file, line);) lines.push_back(line);
        return lines;
    }

    const test::temp_folder dir;
    test::sim_clock clock;
    kept_log log;
    boost::asio::io_context ctx{1};
    std::string program;
    service::alert_log alert;
    async::task_group tasks;
};

} // namespace

TEST_CASE("alert: what a person must see now is run once each, in order, as one JSON event on standard input") {
    alerted world{"cat >> $here/out"};
    world.alert.write(happened(event::trade_unprotected, "btc"));
    world.alert.write(happened(event::trade_created, "eth"));
    world.alert.write(happened(event::hold_made, "sol"));
    CHECK(world.log.lines.size() == 3); // the log has them all
    const auto lines = world.lines_of_out(2);
    REQUIRE(lines.size() == 2);
    const auto first = boost::json::parse(lines[0]).as_object();
    CHECK(first.at("event") == "trade.unprotected");
    CHECK(first.at("name") == "btc");
    CHECK(first.at("why") == "because");
    CHECK(boost::json::parse(lines[1]).as_object().at("event") == "hold.made");
}

TEST_CASE("alert: the program gets no secret's place, no voice to systemd, no arguments and no descriptor of ours") {
    ::setenv("CREDENTIALS_DIRECTORY", "/run/credentials/smarttraded", 1);
    ::setenv("NOTIFY_SOCKET", "/run/notify", 1);
    alerted world{"{ echo \"$#\"; ls /proc/self/fd | tr '\\n' ' '; echo; env | cut -d= -f1 | tr '\\n' ' '; echo; } > "
                  "$here/part; mv $here/part $here/out"};
    world.alert.write(happened(event::trade_failed, "btc"));
    const auto lines = world.lines_of_out(3);
    ::unsetenv("CREDENTIALS_DIRECTORY");
    ::unsetenv("NOTIFY_SOCKET");
    REQUIRE(lines.size() == 3);
    CHECK(lines[0] == "0");
    CHECK(lines[1] == "0 1 2 3 "); // 3: the folder that ls reads
    CHECK(lines[2].find("PATH") != std::string::npos);
    CHECK(lines[2].find("CREDENTIALS") == std::string::npos);
    CHECK(lines[2].find("NOTIFY") == std::string::npos);
}

TEST_CASE("alert: a program that hangs is killed after 30 s with what it started; the failure is told once") {
    alerted world{"trap '' TERM; mkfifo $here/never; cat > $here/in; cat $here/never & cat $here/never"};
    world.alert.write(happened(event::trade_failed, "one"));
    world.alert.write(happened(event::trade_failed, "two"));
    const auto began = world.clock.now();
    for (int turn = 0; turn < 2; ++turn) { // each event has its own 30 s, and its own end
        world.ctx.restart();
        world.ctx.poll();
        REQUIRE(world.clock.step());
    }
    world.ctx.restart();
    world.ctx.poll();
    CHECK(world.clock.now() - began == 60s);
    CHECK(world.log.lines.size() == 3);
    CHECK(world.log.lines.back().find("alert.failed") != std::string::npos);
    CHECK(world.log.lines.back().find("killed, it had not ended after 30 s") != std::string::npos);
}

TEST_CASE("alert: one that cannot be started, or fails, is told once, and again after it has worked") {
    alerted world{"cat > $here/in; test -e $here/works && echo ok >> $here/out && rm $here/works"};
    const auto failures = [&] {
        return std::ranges::count_if(world.log.lines,
                                     [](const auto& l) { return l.find("alert.failed") != std::string::npos; });
    };
    world.alert.write(happened(event::trade_failed, "one"));
    world.alert.write(happened(event::trade_failed, "two"));
    while (failures() == 0) {
        world.ctx.restart();
        world.ctx.run_one();
    }
    CHECK(world.log.lines.back().find("exit code 1; alerts are lost until it works again") != std::string::npos);
    world.dir.write("works", "");
    world.alert.write(happened(event::trade_failed, "three"));
    world.alert.write(happened(event::trade_failed, "four"));
    while (failures() == 1) {
        world.ctx.restart();
        world.ctx.run_one();
    }
    CHECK(world.read("out") == std::vector<std::string>{"ok"});
    CHECK(failures() == 2);

    test::sim_clock clock;
    kept_log log;
    boost::asio::io_context ctx{1};
    service::alert_log nowhere{ctx.get_executor(), log, world.dir.file("not-there"), clock};
    async::task_group tasks{ctx.get_executor()};
    tasks.spawn([&] { return nowhere.run(); });
    nowhere.write(happened(event::trade_failed, "one"));
    nowhere.write(happened(event::trade_failed, "two"));
    ctx.poll();
    tasks.cancel();
    ctx.poll();
    CHECK(log.lines.size() == 3);
    CHECK(log.lines.back().find("not-there: No such file or directory") != std::string::npos);
}

TEST_CASE("alert: a flood is bounded: what does not fit is dropped, counted and told with the next") {
    alerted world{"cat >> $here/out", {.waiting_max = 2}};
    for (const char* name : {"a", "b", "c", "d"}) world.alert.write(happened(event::trade_failed, name));
    CHECK(world.alert.dropped() == 2);
    const auto lines = world.lines_of_out(2);
    CHECK(boost::json::parse(lines[0]).as_object().at("dropped") == "2");
    CHECK_FALSE(boost::json::parse(lines[1]).as_object().contains("dropped"));
}

TEST_CASE("alert: a daemon that stops takes a running program with it") {
    const test::temp_folder seen;
    const auto pid_file = seen.file("pid");
    {
        alerted world{"mkfifo $here/never; echo $$ > " + pid_file + "; cat $here/never"};
        world.alert.write(happened(event::trade_failed, "one"));
        world.ctx.poll();
        while (!std::ifstream{pid_file}.good()) world.ctx.poll();
    }
    std::ifstream file{pid_file};
    pid_t pid = 0;
    file >> pid;
    if (pid > 0) CHECK(::kill(pid, 0) != 0);
}
