#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "async/system_time.hpp"
#include "http/client.hpp"
#include "store/database.hpp"
#include "support/process.hpp"
#include "support/temp_folder.hpp"

using namespace smarttrade;
namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr std::size_t plan_count = 24;

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// `smarttraded paper` as a process of its own, with a spot and a contract account.
class paper_process {
public:
    explicit paper_process(const test::temp_folder& dir)
        : process_{{SMARTTRADED_BINARY, "paper",          "--listen",        "127.0.0.1:0", "--key",
                    "key:secret",       "--account",      "1:paper_trading", "--account",   "2:binance_futures",
                    "--balance",        "1:USDT=1000000", "--balance",       "1:BTC=100",   "--balance",
                    "2:USDT=1000000",   "--price",        "USDT_BTC=9700",   "--state",     dir.file("paper.db")}} {
        const auto line = process_.read_line().value_or("");
        const std::string before = "listening http://127.0.0.1:";
        REQUIRE(line.starts_with(before));
        port_ = line.substr(before.size());
    }
    const std::string& port() const { return port_; }

    /// GET of one of the exchange's own pages.
    json::value get(const std::string& path) const {
        asio::io_context ctx{1};
        async::system_time time;
        http::client_options where;
        where.where = *http::parse_base_url("http://127.0.0.1:" + port_);
        const auto client = http::make_client(ctx.get_executor(), time, where);
        http::response reply;
        auto ask = [&]() -> asio::awaitable<void> {
            http::request what{"GET", path, "", {}};
            auto sent = co_await client->send(std::move(what), time.now() + std::chrono::seconds{20});
            if (sent) reply = std::move(*sent);
        };
        asio::co_spawn(ctx, ask, [](std::exception_ptr e) { CHECK(!e); });
        ctx.run();
        REQUIRE(reply.status == 200);
        return json::parse(reply.body);
    }

private:
    test::process process_;
    std::string port_;
};

/// A daemon's configuration for that exchange; its plans are the examples, each told its account.
std::string write_config(const test::temp_folder& dir, const std::string& port) {
    std::filesystem::create_directory(dir.file("plans"));
    for (const auto& entry : std::filesystem::directory_iterator{SMARTTRADED_SOURCE_DIR "/config/plans"}) {
        const auto name = entry.path().filename().string();
        const auto text = text_of(entry.path());
        const bool leverage = text.find("leverage:") != std::string::npos;
        dir.write("plans/" + name, fmt::format("defaults: {{account: {}}}\n{}", leverage ? "futures" : "spot", text));
    }
    for (const auto* secret : {"key", "secret"}) ::chmod(dir.write(secret, secret).c_str(), 0600);
    return dir.write("smarttraded.yaml", fmt::format(R"(
api: {{base_url: "http://127.0.0.1:{}/public/api"}}
instance: kill
accounts:
  spot: {{id: 1, mode: paper}}
  futures: {{id: 2, mode: real}}
credentials:
  main: {{api_key: {{file: "{}"}}, secret: {{file: "{}"}}}}
plans: {{paths: [plans]}}
state_dir: "{}"
reconcile: {{interval: 2s, settle: 1s}}
guardrails: {{max_changes: {{create: 24}}}}
log: {{level: debug, format: text}}
)",
                                                     port, dir.file("key"), dir.file("secret"), dir.file("state")));
}

/// Runs the daemon until its log has told of `sends` creates that leave, then kills it.
void kill_at(const std::string& config, int sends) {
    test::process daemon{{SMARTTRADED_BINARY, "run", "-c", config}};
    int seen = 0;
    while (seen < sends) {
        const auto line = daemon.read_line();
        REQUIRE(line.has_value());
        if (line->find(" trade.submitted") != std::string::npos) ++seen;
    }
    daemon.signal(SIGKILL);
    CHECK(daemon.wait() == 128 + SIGKILL);
}

struct exchange_truth {
    std::set<std::int64_t> trades; ///< every one ever created
    int throttled = 0;
};

exchange_truth truth_of(const paper_process& exchange) {
    exchange_truth truth;
    const auto all = exchange.get("/paper/requests");
    for (const auto& each : all.at("requests").as_array()) {
        const auto& line = each.as_object();
        if (!line.at("status").is_int64()) continue;
        const auto status = line.at("status").as_int64();
        if (status == 429) ++truth.throttled;
        if (line.at("method").as_string() == "POST" && line.at("path").as_string() == "/v2/smart_trades"
            && status == 201)
            truth.trades.insert(line.at("smart_trade_id").as_int64());
    }
    return truth;
}

} // namespace

TEST_CASE("F4: killed at any moment of 24 creates, the restart ends with exactly 24 trades, each with its story") {
    for (const int sends : {1, 2, 9, 16, 23}) {
        CAPTURE(sends);
        const test::temp_folder dir;
        const paper_process exchange{dir};
        const auto config = write_config(dir, exchange.port());
        kill_at(config, sends);

        test::process apply{{SMARTTRADED_BINARY, "apply", "-c", config}};
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

TEST_CASE("run: SIGTERM ends it with exit code 0 and a last word") {
    const test::temp_folder dir;
    const paper_process exchange{dir};
    const auto config = write_config(dir, exchange.port());
    test::process daemon{{SMARTTRADED_BINARY, "run", "-c", config}};
    for (bool created = false; !created;) {
        const auto line = daemon.read_line();
        REQUIRE(line.has_value());
        created = line->find(" trade.created") != std::string::npos;
    }
    test::process second{{SMARTTRADED_BINARY, "apply", "-c", config}};
    CHECK(second.wait() == 1);
    daemon.signal(SIGTERM);
    const auto rest = daemon.read_all();
    CHECK(daemon.wait() == 0);
    CHECK(rest.find("service.stopped") != std::string::npos);
}
