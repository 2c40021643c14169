#include <algorithm>
#include <filesystem>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "support/in_project.hpp"
#include "support/process.hpp"
#include "support/temp_folder.hpp"
#include "system/program_path.hpp"
#include "system/said_by.hpp"

using namespace smarttrade;

namespace {

std::vector<std::string> headlines(test::process& from) {
    std::vector<std::string> found;
    while (const auto line = from.read_line())
        if (line->find(": error: ") != std::string::npos) found.push_back(*line);
    return found;
}

} // namespace

TEST_CASE("check: five different mistakes are five errors at their places, and exit code 1") {
    const test::temp_folder dir;
    const auto file = dir.write("five.yaml", R"(trades:
  btc-swing:
    pair: USDT_BTC
    position: {type: buy, order_type: limit, units: 0.01, price: 60,000}
    take_proft: [{order_type: limit, price: 61000}]
  eth:
    pair: USDT_ETH
    position: {type: long, order_type: market, units: 1}
    stop_loss: {order_type: market, conditional: 2000}
    revision: 010
  sol:
    pair: USDT_SOL
    position: {type: buy, order_type: limit, units: 10, price: 150}
    stop_loss: {order_type: market, conditional: 155}
)");
    test::process check{{test::program_path(), "check", file}};
    const auto found = headlines(check);
    CHECK(check.wait() == 1);
    CHECK(found.size() == 5);
    const auto at = [&](const std::string& place) {
        return std::ranges::any_of(found,
                                   [&](const auto& line) { return line.starts_with(file + place + ": error: "); });
    };
    CHECK(at(":4:66")); // 60,000 in braces would be a price of 60 and a key `000`
    CHECK(at(":5:5"));
    CHECK(at(":8:22"));
    CHECK(at(":10:15"));
    CHECK(at(":14:50"));
}

TEST_CASE("check: the example plans are valid") {
    test::process check{{test::program_path(), "check", "-c", test::in_project("config/demo.yaml")}};
    const auto said = check.read_all();
    CHECK(check.wait() == 0);
    CHECK(said == "24 files, 24 trades: 0 errors, 0 warnings\n");
}

TEST_CASE("command line: a wrong use exits 64, a missing configuration 78") {
    test::process usage{{test::program_path(), "frobnicate"}};
    CHECK(usage.wait() == 64);
    test::process missing{{test::program_path(), "run", "-c", "/nowhere/smarttraded.yaml"}};
    CHECK(missing.read_all() == "/nowhere/smarttraded.yaml: error: does not exist\n");
    CHECK(missing.wait() == 78);
}

TEST_CASE("command line: an unknown flag is named, not hidden behind the missing subcommand") {
    test::process usage{{test::program_path(), "--nope"}};
    CHECK(usage.read_all().find("--nope") != std::string::npos);
    CHECK(usage.wait() == 64);
}

TEST_CASE("check: one is one") {
    const test::temp_folder dir;
    const auto file =
        dir.write("one.yaml", "trades:\n  btc:\n    pair: USDT_BTC\n    position: {type: buy, order_type: "
                              "limit, units: 1, price: 9000}\n");
    test::process check{{test::program_path(), "check", file}};
    CHECK(check.read_all().find("1 file, 1 trade: ") != std::string::npos);
}

TEST_CASE("status: a look where no daemon has run makes nothing") {
    const test::temp_folder dir;
    dir.write("plans.yaml", "trades: {}\n");
    const auto config = dir.write("smarttraded.yaml", R"(
instance: look
accounts: {main: {id: 1, mode: paper}}
plans: {paths: [plans.yaml]}
paper: {market: {walk: {seed: 1, start: {USDT_BTC: 9700}, swing: 1%}}}
state_dir: ")" + dir.file("state") + "\"\n");
    test::process status{{test::program_path(), "status", "-c", config}};
    const auto said = status.read_all();
    CAPTURE(said);
    CHECK(status.wait() == 0);
    CHECK(said.find("VERDICT") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(dir.file("state")));
}

TEST_CASE("run: an embedded exchange with trades of another account is exit 78: no restart would mend it") {
    const test::temp_folder dir;
    dir.write("plans.yaml", "trades:\n  btc:\n    pair: USDT_BTC\n    position: {type: buy, order_type: limit, units: "
                            "0.01, price: 9000}\n");
    const auto config_of = [&](int account) {
        return dir.write(
            "smarttraded.yaml",
            fmt::format("instance: embed\naccounts: {{main: {{id: {}, mode: paper}}}}\n"
                        "plans: {{paths: [plans.yaml]}}\nstate_dir: \"{}\"\n"
                        "paper: {{balance: {{USDT: 1000}}, market: {{walk: {{start: {{USDT_BTC: 9700}}}}}}}}\n",
                        account, dir.file("state")));
    };
    test::said_by({"apply", "-c", config_of(1)}, 0);
    const auto config = config_of(2);
    CHECK(test::said_by({"run", "-c", config}, 78)
          == config + ": error: " + dir.file("state/paper.db")
                 + ": has trades of account 1, which is not given: give it another state_dir, or put the configuration "
                   "back\n");
}

TEST_CASE("paper: a port that is taken is named") {
    test::process first{{test::program_path(), "paper"}};
    const auto line = first.read_line().value_or("");
    const std::string before = "listening http://";
    REQUIRE(line.starts_with(before));
    const auto where = line.substr(before.size());
    test::process second{{test::program_path(), "paper", "--listen", where}};
    CHECK(second.read_all() == "smarttraded: listen on " + where + ": Address already in use\n");
    CHECK(second.wait() == 1);
}
