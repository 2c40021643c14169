#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <boost/json.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "system/exchange_process.hpp"
#include "system/program_path.hpp"
#include "system/said_by.hpp"

using namespace smarttrade;
using test::said_by;
namespace json = boost::json;

namespace {

constexpr const char* plan = R"(trades:
  btc-swing:
    pair: USDT_BTC
    position: {type: buy, order_type: limit, units: 0.01, price: 9000}
    stop_loss: 8000
    take_profit: [{order_type: limit, price: 9900}]
)";

bool holds(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

/// An exchange, and a daemon on it that has created the trade of the plan and goes on running.
struct running_daemon {
    running_daemon() {
        while (!holds(said, "trade.created")) {
            const auto line = daemon.read_line();
            REQUIRE(line.has_value());
            said += *line + '\n';
        }
    }

    static std::string with_plan(const test::temp_folder& dir, const test::exchange_process& exchange) {
        std::filesystem::create_directory(dir.file("plans"));
        dir.write("plans/btc.yaml", plan);
        return test::write_config(dir, exchange,
                                  "instance: look\naccounts: {spot: {id: 1, mode: paper}}\nreconcile: {interval: 1s, "
                                  "settle: 1s}\nlog: {level: info, format: text}\n");
    }

    test::temp_folder dir;
    test::exchange_process exchange{dir};
    std::string config = with_plan(dir, exchange);
    test::process daemon{{test::program_path(), "run", "-c", config}};
    std::string said;
};

/// The same configuration on another state directory.
std::string elsewhere(const running_daemon& here) {
    std::ifstream in{here.config};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    const auto state = here.dir.file("state");
    for (auto at = text.find(state); at != std::string::npos; at = text.find(state, at + state.size() + 6))
        text.replace(at, state.size(), state + "-other");
    return here.dir.write("other.yaml", text);
}

} // namespace

TEST_CASE("explain: a running daemon is asked, since only it and root may read the journal") {
    running_daemon here;
    const auto remote = elsewhere(here);
    std::ofstream{remote, std::ios::app} << "admin: {socket: \"" << here.dir.file("state/control.sock") << "\"}\n";
    const auto story = said_by({"explain", "btc-swing", "-c", remote}, 0); // whose own state directory is not there
    CHECK(holds(story, "create.intended"));
    CHECK(holds(story, "trade.bound"));
    CHECK(holds(said_by({"explain", "btc-swnig", "-c", remote}, 1), "did you mean 'btc-swing'?"));
    here.daemon.signal(SIGTERM);
    CHECK(here.daemon.wait() == 0);
    CHECK(holds(said_by({"explain", "btc-swing", "-c", remote}, 1), "no daemon has run on this state directory yet"));
    ::chmod(here.dir.file("state").c_str(), 0);
    const auto file = here.dir.file("state/journal.db");
    std::ofstream{here.config, std::ios::app} << "admin: {socket: \"" << here.dir.file("none.sock") << "\"}\n";
    CHECK(
        test::said_without_privileges({"explain", "btc-swing", "-c", here.config}, 1)
        == fmt::format("smarttraded: {}: permission denied; only root and the daemon's user read it: sudo smarttraded "
                       "explain btc-swing -c {}\n",
                       file, here.config));
    ::chmod(here.dir.file("state").c_str(), 0700);
}

TEST_CASE("explain: while a daemon runs, it tells a trade's story, and knows a name that was mistyped") {
    running_daemon here;
    const auto told = said_by({"explain", "btc-swing", "-c", here.config}, 0);
    CAPTURE(told);
    for (const auto* word : {"create.intended", "request.sent", "create.ended", "trade.bound"}) {
        CAPTURE(word);
        CHECK(holds(told, word));
    }
    CHECK(holds(told, "pair=USDT_BTC"));
    const auto as_json =
        json::parse(said_by({"explain", "btc-swing", "--json", "--account", "spot", "-c", here.config}, 0));
    CHECK(as_json.at("name") == "btc-swing");
    CHECK(as_json.at("events").as_array().size() >= 4);
    CHECK(holds(said_by({"explain", "btc-swnig", "-c", here.config}, 1), "did you mean 'btc-swing'?"));
    CHECK(holds(said_by({"explain", "btc-swing", "--account", "spto", "-c", here.config}, 1), "did you mean 'spot'?"));
    here.daemon.signal(SIGTERM);
    here.daemon.read_all();
    CHECK(here.daemon.wait() == 0);
    CHECK(holds(said_by({"explain", "btc-swing", "-c", here.config}, 0), "create.intended")); // and after it has gone
}

TEST_CASE("journal: export, verify and backup beside a running daemon; a backup replaces nothing and is sound") {
    running_daemon here;
    const auto exported = said_by({"journal", "export", "-", "-c", here.config}, 0);
    CHECK(std::ranges::count(exported, '\n') >= 5);
    const auto first = json::parse(exported.substr(0, exported.find('\n')));
    CHECK(first.at("kind") == "binding");
    CHECK(first.at("seq") == 1);
    const auto file = here.dir.file("events.jsonl");
    CHECK(said_by({"journal", "export", file, "-c", here.config}, 0).empty());
    CHECK(std::filesystem::file_size(file) >= exported.size());

    const auto journal = here.dir.file("state/journal.db"), copy = here.dir.file("copy.db");
    CHECK(holds(said_by({"journal", "verify", journal}, 0), ": 0 findings\n"));
    said_by({"journal", "backup", copy, "-c", here.config}, 0);
    CHECK(holds(said_by({"journal", "verify", copy, "-c", here.config}, 0), ": 0 findings\n"));
    CHECK(holds(said_by({"journal", "backup", copy, "-c", here.config}, 1), "File exists"));
    here.dir.write("broken.db", std::string(10'000, 'x'));
    CHECK(holds(said_by({"journal", "verify", here.dir.file("broken.db")}, 1), "file is not a database"));
    CHECK(holds(said_by({"journal", "verify", here.dir.file("nowhere.db")}, 1), "nowhere.db: does not exist\n"));
    CHECK(holds(said_by({"journal", "export", "-", "-c", here.dir.file("no.yaml")}, 78), "no.yaml"));
}

TEST_CASE("run: a second daemon with the same key is refused whatever its state directory, and is told who has it") {
    running_daemon here;
    const auto other = elsewhere(here);
    const auto refused = said_by({"run", "-c", other}, 75);
    CAPTURE(refused);
    CHECK(holds(refused, "is used by another process on this host (pid "));
    CHECK(holds(said_by({"apply", "-c", other}, 1), "is used by another process on this host (pid "));
    here.daemon.signal(SIGKILL);
    here.daemon.wait();
    const auto story = said_by({"explain", "btc-swing", "-c", here.config}, 0); // of the log it left behind
    CHECK(holds(story, "trade.bound"));
    const auto after_kill = said_by({"apply", "-c", other}, 0); // the lock went with the process
    CHECK_FALSE(holds(after_kill, "another process"));
}
