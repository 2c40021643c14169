#include "examples.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/assert.hpp"

namespace smarttrade::daemon {

namespace {

struct command_help {
    std::string_view path; ///< `journal export`
    std::string_view exits;
    std::string_view example; ///< what follows `smarttraded`
};

constexpr std::string_view verdict = "0 done, 1 refused, or not done within 35 s, 78 bad config";

constexpr std::array all_help{
    command_help{"run",
                 "0 after SIGTERM or SIGINT, 75 another process works on this state or key, 78 bad config, 1 else",
                 "run --observe -c /etc/smarttraded/smarttraded.yaml"},
    command_help{
        "apply",
        "0 converged, 2 held or blocked, 3 something unknown is left, 78 bad config, 1 an error or a daemon runs",
        "apply -c fund.yaml"},
    command_help{"check", "0 valid, 1 invalid, 78 bad config", "check --deny-warnings plans.d/btc.yaml"},
    command_help{
        "plan",
        "0 in sync, 2 changes or holds, 3 something unknown or unprotected, 1 cannot tell or invalid, 78 bad config",
        "plan plans.d/btc.yaml"},
    command_help{"status",
                 "0 in sync, 2 something pending or held, 3 unknown or unprotected, 1 cannot tell, 78 bad config",
                 "status --watch"},
    command_help{"explain", "0 told, 1 the journal knows no such trade, 78 bad config",
                 "explain btc-swing --account main"},
    command_help{"doctor", "0 all is well, 1 a line says warn or FAIL, 78 bad config", "doctor"},
    command_help{"journal", "0 done, 1 not, 78 bad config", "journal verify /var/lib/smarttraded/journal.db"},
    command_help{"journal export", "0 done, 1 not, 78 bad config", "journal export -"},
    command_help{"journal verify", "0 sound, 1 not, 78 bad config behind -c",
                 "journal verify /var/backups/smarttraded.db"},
    command_help{"journal backup", "0 done, 1 not, 78 bad config", "journal backup /var/backups/smarttraded.db"},
    command_help{"cancel", verdict, "cancel btc-swing"},
    command_help{"close", verdict, "close --all --account main --match 'btc-*'"},
    command_help{"enter", verdict, "enter btc-swing"},
    command_help{"release", verdict, "release btc-swing --id 30404547"},
    command_help{"retry", verdict, "retry btc-swing"},
    command_help{"process", verdict, "process btc-swing"},
    command_help{"confirm", verdict, "confirm create-3f2a91"},
    command_help{"halt", verdict, "halt"},
    command_help{"resume", verdict, "resume"},
    command_help{"reload", "0 accepted, 1 refused, 78 bad config, which it says before the daemon hears of it",
                 "reload"},
    command_help{"import", "0 printed, 1 not, 78 bad config", "import --account main 30404547"},
    command_help{"paper", "0 after SIGTERM or SIGINT, 1 else",
                 "paper --listen 127.0.0.1:8080 --key me:sesame --account 1:paper_trading --balance 1:USDT=100000 "
                 "--price USDT_BTC=60000"}};

void add_to(CLI::App& command, const std::string& path) {
    for (auto* sub : command.get_subcommands({})) {
        const auto name = path.empty() ? sub->get_name() : path + ' ' + sub->get_name();
        const auto found = std::ranges::find(all_help, name, &command_help::path);
        SMARTTRADE_ASSERT(found != all_help.end());
        sub->footer(
            fmt::format("Exit codes: {}; 64 typed wrong.\nExample: smarttraded {}", found->exits, found->example));
        add_to(*sub, name);
    }
}

} // namespace

void add_examples(CLI::App& app) {
    app.footer(
        "Example: smarttraded status --watch\nThe help of a command shows its options, exit codes and an example: "
        "smarttraded COMMAND --help. The whole of it: man smarttraded.");
    add_to(app, {});
}

} // namespace smarttrade::daemon
