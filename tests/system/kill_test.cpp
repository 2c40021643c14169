#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "store/database.hpp"
#include "support/in_project.hpp"
#include "system/exchange_process.hpp"
#include "system/program_path.hpp"

using namespace smarttrade;

namespace {

constexpr std::size_t plan_count = 24;

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// The plans are the examples, each told its account.
std::string write_config(const test::temp_folder& dir, const test::exchange_process& exchange) {
    std::filesystem::create_directory(dir.file("plans"));
    for (const auto& entry : std::filesystem::directory_iterator{test::in_project("config/plans")}) {
        const auto name = entry.path().filename().string();
        const auto text = text_of(entry.path());
        const bool leverage = text.find("leverage:") != std::string::npos;
        dir.write("plans/" + name, fmt::format("defaults: {{account: {}}}\n{}", leverage ? "futures" : "spot", text));
    }
    return test::write_config(dir, exchange, R"(
instance: kill
accounts:
  spot: {id: 1, mode: paper}
  futures: {id: 2, mode: real}
reconcile: {interval: 2s, settle: 1s}
guardrails: {max_changes: {create: 24}}
log: {level: debug, format: text}
)");
}

/// Runs the daemon until its log has told of `sends` creates that leave, then kills it.
void kill_at(const std::string& config, int sends) {
    test::process daemon{{test::program_path(), "run", "-c", config}};
    int seen = 0;
    while (seen < sends) {
        const auto line = daemon.read_line();
        REQUIRE(line.has_value());
        if (line->find(" trade.submitted") != std::string::npos) ++seen;
    }
    daemon.signal(SIGKILL);
    CHECK(daemon.wait() == 128 + SIGKILL);
}

} // namespace

TEST_CASE("F4: killed at any moment of 24 creates, the restart ends with exactly 24 trades, each with its story") {
    for (const int sends : {1, 2, 9, 16, 23}) {
        CAPTURE(sends);
        const test::temp_folder dir;
        const test::exchange_process exchange{dir};
        const auto config = write_config(dir, exchange);
        kill_at(config, sends);

        test::process apply{{test::program_path(), "apply", "-c", config}};
        const auto said = apply.read_all();
        CAPTURE(said);
        CHECK(apply.wait() == 0);

        const auto truth = truth_of(exchange);
        CHECK(truth.trades.size() == plan_count);
        CHECK(truth.throttled == 0);

        store::database journal{dir.file("state/journal.db"), store::durability::full};
        auto attempts =
            journal.prepare("SELECT name, request, coalesce(outcome, 'lost'), trade_id FROM create_attempt");
        std::map<std::string, std::int64_t> bound;
        while (attempts.step()) {
            CAPTURE(attempts.text(0));
            CHECK(attempts.text(1).starts_with("POST /v2/smart_trades "));
            if (!attempts.is_null(3)) CHECK(bound.emplace(attempts.text(0), attempts.integer(3)).second);
        }
        CHECK(bound.size() == plan_count);
    }
}

TEST_CASE("F24: SIGTERM ends it with exit code 0 and a last word") {
    const test::temp_folder dir;
    const test::exchange_process exchange{dir};
    const auto config = write_config(dir, exchange);
    test::process daemon{{test::program_path(), "run", "-c", config}};
    for (bool created = false; !created;) {
        const auto line = daemon.read_line();
        REQUIRE(line.has_value());
        created = line->find(" trade.created") != std::string::npos;
    }
    test::process second{{test::program_path(), "apply", "-c", config}};
    CHECK(second.wait() == 1);
    daemon.signal(SIGTERM);
    const auto rest = daemon.read_all();
    CHECK(daemon.wait() == 0);
    CHECK(rest.find("service.stopped") != std::string::npos);
}
