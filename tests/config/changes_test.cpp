#include <array>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "config/changes.hpp"

using namespace smarttrade;

namespace {

const std::string who = "instance: main\naccounts: {main: {id: 7, mode: real}}\n";
const std::string key = "credentials: {key: {api_key: {credential: k}, secret: {file: /s}}}\n";

config::settings settings_of(const std::string& text) {
    auto result = config::read(text, "c.yaml");
    for (const auto& d : result.diagnostics) FAIL_CHECK(base::headline(d));
    REQUIRE(result.value);
    return *result.value;
}

std::string text_of(const config::changed_setting& change) {
    return change.key + " " + change.before + "->" + change.after + (change.is_live ? "" : " (restart)");
}

} // namespace

TEST_CASE("config: each setting that was changed is told by its key, old->new, and whether it needs a restart") {
    const std::array<std::pair<std::string, std::string>, 22> cases{{
        {"guardrails: {max_changes: {create: 11}}", "guardrails.max_changes.create 10->11"},
        {"guardrails: {max_changes: {update: 21}}", "guardrails.max_changes.update 20->21"},
        {"guardrails: {max_changes: {remove: 4}}", "guardrails.max_changes.remove 3->4"},
        {"guardrails: {max_stop_move: 12.5%}", "guardrails.max_stop_move none->12.5%"},
        {"guardrails: {max_active_trades: 9}", "guardrails.max_active_trades none->9"},
        {"guardrails: {max_order_total: {USDT: 500}}", "guardrails.max_order_total.USDT none->500"},
        {"guardrails: {max_leverage: 5}", "guardrails.max_leverage none->5"},
        {"reconcile: {interval: 1m}", "reconcile.interval 5s->1m"},
        {"reconcile: {settle: 45s}", "reconcile.settle 30s->45s"},
        {"reconcile: {resend: never}", "reconcile.resend auto->never"},
        {"log: {level: debug}", "log.level info->debug"},
        {"log: {format: json}", "log.format auto->json (restart)"},
        {"api: {timeout: 1500ms}", "api.timeout 15s->1500ms (restart)"},
        {"api: {base_url: \"http://127.0.0.1:1/x\"}",
         "api.base_url https://api.3commas.io/public/api->http://127.0.0.1:1/x (restart)"},
        {"api: {max_connections: 2}", "api.max_connections 8->2 (restart)"},
        {"plans: {paths: [a, b]}", "plans.paths [/etc/smarttraded/plans.d]->[a, b] (restart)"},
        {"plans: {watch: false}", "plans.watch true->false (restart)"},
        {"plans: {settle: 2s}", "plans.settle 1s->2s (restart)"},
        {"state_dir: /var/lib/x", "state_dir none->/var/lib/x (restart)"},
        {"admin: {listen: \"127.0.0.1:9464\"}", "admin.listen none->127.0.0.1:9464 (restart)"},
        {"admin: {operators: [wheel]}", "admin.operators [smarttraded-trade]->[wheel] (restart)"},
        {"alert: {exec: /bin/notify}", "alert.exec none->/bin/notify (restart)"},
    }};
    const auto before = settings_of(who + key);
    for (const auto& each : cases) {
        CAPTURE(each.first);
        const auto after = settings_of(who + key + each.first + "\n");
        const auto changes = config::changes_between(before, after);
        REQUIRE(changes.size() == 1);
        CHECK(text_of(changes.front()) == each.second);
        const auto back = config::changes_between(after, before);
        REQUIRE(back.size() == 1);
        CHECK(back.front().after == changes.front().before);

        auto in_force = before;
        config::take_live(in_force, after);
        CHECK(config::changes_between(in_force, after).empty() == changes.front().is_live);
    }
    CHECK(config::changes_between(before, before).empty());
}

TEST_CASE("config: another account, key or rate limit is told, a secret only by its place") {
    const auto before = settings_of(who + key);
    const auto limits = settings_of(who + key + "rate_limits: [{requests: 50, per: 60s, penalty: 300s}]\n");
    REQUIRE(config::changes_between(before, limits).size() == 1);
    CHECK(config::changes_between(before, limits).front().key == "rate_limits");

    const auto moved = settings_of(who + "credentials: {key: {api_key: {credential: k}, secret: {file: /t}}}\n");
    const auto changes = config::changes_between(before, moved);
    REQUIRE(changes.size() == 1);
    CHECK(text_of(changes.front())
          == "credentials.key {api_key: {credential: k}, secret: {file: /s}}->"
             "{api_key: {credential: k}, secret: {file: /t}} (restart)");

    const auto second =
        settings_of("instance: main\naccounts: {main: {id: 7, mode: real}, two: {id: 8, mode: paper}}\n" + key);
    REQUIRE(config::changes_between(before, second).size() == 1);
    CHECK(config::changes_between(before, second).front().key == "accounts.two");
}
