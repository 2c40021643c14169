#include <fstream>
#include <iterator>

#include <doctest/doctest.h>

#include "config/settings.hpp"
#include "support/in_project.hpp"

using namespace smarttrade;
using namespace std::chrono_literals;

namespace {

config::settings settings_of(std::string_view text) {
    auto result = config::read(text, "c.yaml");
    for (const auto& d : result.diagnostics) FAIL_CHECK(base::headline(d));
    REQUIRE(result.value);
    return *result.value;
}

std::string slurp(const char* path) {
    std::ifstream in{path};
    return {std::istreambuf_iterator<char>{in}, {}};
}

constexpr std::string_view smallest = R"(instance: main
accounts: {main: {id: 7, mode: real}}
credentials: {key: {api_key: {credential: k}, secret: {file: /s}}}
)";

} // namespace

TEST_CASE("config: the smallest file has every documented default") {
    const auto s = settings_of(smallest);
    CHECK(s.api.base_url == "https://api.3commas.io/public/api");
    CHECK(s.api.timeout == 15s);
    CHECK(s.api.max_connections == 8);
    CHECK(s.plans.paths == std::vector<std::string>{"/etc/smarttraded/plans.d"});
    CHECK(s.plans.watch);
    CHECK(s.plans.settle == 1s);
    CHECK(s.state_dir.empty());
    CHECK(s.reconcile.interval == 5s);
    CHECK(s.reconcile.settle == 30s);
    CHECK(s.reconcile.resend == config::resend_policy::automatic);
    CHECK(s.guardrails.create_max == 10);
    CHECK(s.guardrails.update_max == 20);
    CHECK(s.guardrails.remove_max == 3);
    CHECK_FALSE(s.guardrails.max_stop_move);
    CHECK_FALSE(s.guardrails.max_active_trades);
    CHECK_FALSE(s.guardrails.max_leverage);
    CHECK(s.guardrails.max_order_total.empty());
    CHECK(s.admin.listen.empty());
    CHECK(s.admin.operators == std::vector<std::string>{"smarttraded-trade"});
    CHECK(s.log.level == config::log_level::info);
    CHECK_FALSE(s.paper);
    REQUIRE(s.rate_limits.size() == 2);
    CHECK(s.rate_limits[0].requests == 100);
    CHECK(s.rate_limits[0].per == 60s);
    CHECK(s.rate_limits[0].penalty == 300s);
    CHECK(s.rate_limits[0].reserve == 5);
    CHECK(s.rate_limits[1].match == "GET /v2/smart_trades");
    CHECK(s.rate_limits[1].reserve == 2);
}

TEST_CASE("config: the only credential serves an account that names none") {
    const auto s = settings_of(smallest);
    REQUIRE(s.accounts.size() == 1);
    CHECK(s.accounts[0].id.value == 7);
    CHECK(s.accounts[0].mode == trade::account_mode::real);
    CHECK(s.accounts[0].credentials == "key");
    CHECK(s.credentials[0].api_key.from == config::secret_source::kind::credential);
    CHECK(s.credentials[0].secret.from == config::secret_source::kind::file);
    CHECK(s.credentials[0].secret.name == "/s");
    CHECK_FALSE(s.credentials[0].rsa);
}

TEST_CASE("config: every key can be set") {
    const auto s = settings_of(R"(
api: {base_url: "http://127.0.0.1:8080/public/api/", timeout: 2500ms, ca_file: /ca, max_connections: 2}
instance: a1
accounts: {m: {id: "12", mode: paper, credentials: b}}
credentials:
  a: {api_key: {file: k}, secret: {file: s}}
  b: {api_key: {file: k}, rsa_private_key: {credential: r}}
plans: {paths: one.yaml, watch: false, settle: 0s}
state_dir: /var/lib/x
reconcile: {interval: 2m, settle: 1h, resend: never}
rate_limits: [{match: "POST /v2/smart_trades/*/close_by_market", requests: 30, per: 1d, reserve: 3},
              {requests: 60, per: 1m, penalty: 7m, reserve: 0}]
guardrails: {max_changes: {create: 0, update: 1, remove: 2}, max_stop_move: 10%, max_active_trades: 5,
             max_order_total: {USDT: 5000.5}, max_leverage: 5}
admin: {listen: "127.0.0.1:9464", socket: /s, operators: [a, b]}
log: {level: debug, format: json}
alert: {exec: /bin/notify}
)");
    CHECK(s.api.base_url == "http://127.0.0.1:8080/public/api");
    CHECK(s.api.timeout == 2500ms);
    CHECK(s.accounts[0].credentials == "b");
    CHECK(s.credentials[1].rsa);
    CHECK(s.plans.paths == std::vector<std::string>{"one.yaml"});
    CHECK_FALSE(s.plans.watch);
    CHECK(s.reconcile.interval == 2min);
    CHECK(s.reconcile.settle == 1h);
    CHECK(s.reconcile.resend == config::resend_policy::never);
    REQUIRE(s.rate_limits.size() == 2);
    CHECK(s.rate_limits[0].match == "POST /v2/smart_trades/*/close_by_market");
    CHECK(s.rate_limits[0].per == 24h);
    CHECK(s.rate_limits[0].penalty == 24h);
    CHECK(s.rate_limits[0].reserve == 3);
    CHECK(s.rate_limits[1].match == "");
    CHECK(s.rate_limits[1].penalty == 7min);
    CHECK(s.guardrails.create_max == 0);
    CHECK(s.guardrails.max_stop_move->to_short_string() == "10");
    CHECK(*s.guardrails.max_active_trades == 5);
    CHECK(s.guardrails.max_order_total.at("USDT").to_short_string() == "5000.5");
    CHECK(*s.guardrails.max_leverage == 5);
    CHECK(s.admin.operators.size() == 2);
    CHECK(s.log.format == config::log_format::json);
    CHECK(s.alert_exec == "/bin/notify");
}

TEST_CASE("config: the paper exchange needs no credentials") {
    const auto s = settings_of(R"(
instance: demo
accounts: {main: {id: 1, mode: paper}}
paper: {balance: {USDT: 100000, BTC: 0}, market: {replay: ticks.csv, speed: 60}}
)");
    REQUIRE(s.paper);
    CHECK(s.accounts[0].credentials.empty());
    CHECK(s.paper->balance.at("USDT").to_short_string() == "100000");
    CHECK(std::get<config::market_replay>(s.paper->market).file == "ticks.csv");
    CHECK(std::get<config::market_replay>(s.paper->market).speed.to_short_string() == "60");
}

TEST_CASE("config: the files we ship are valid, and the default one shows the defaults") {
    const auto s = settings_of(slurp(test::in_project("config/smarttraded.yaml").c_str()));
    const auto defaults = settings_of(smallest);
    CHECK(s.api.base_url == defaults.api.base_url);
    CHECK(s.api.timeout == defaults.api.timeout);
    CHECK(s.plans.paths == defaults.plans.paths);
    CHECK(s.reconcile.settle == defaults.reconcile.settle);
    CHECK(s.rate_limits[0].reserve == defaults.rate_limits[0].reserve);
    CHECK(s.guardrails.remove_max == defaults.guardrails.remove_max);

    const auto demo = settings_of(slurp(test::in_project("config/demo.yaml").c_str()));
    REQUIRE(demo.paper);
    CHECK(demo.instance == "demo");
    CHECK(demo.guardrails.create_max == 24);
    const auto& walk = std::get<config::market_walk>(demo.paper->market);
    CHECK(walk.seed == 57);
    CHECK(walk.swing.to_short_string() == "12");
    CHECK(walk.start.at("USDT_BTC").to_short_string() == "9700");
}
