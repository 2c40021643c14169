#include <unistd.h>

#include <cstdio>
#include <memory>
#include <optional>

#include "ask.hpp"
#include "async/system_time.hpp"
#include "journal_file.hpp"
#include "load_config.hpp"
#include "service/offline_status.hpp"
#include "service/plan_source.hpp"
#include "service/state_dir.hpp"
#include "service/status_table.hpp"
#include "service/trade_lookup.hpp"
#include "status_screen.hpp"

namespace smarttrade::daemon {

namespace {

using service::status_report;

constexpr std::chrono::seconds answer_max{2}; ///< while it is watched: Ctrl-C must not wait longer

struct status_options {
    std::string what; ///< a name or a plan file; empty: everything
    bool json = false;
    bool watch = false;
};

/// Of the running daemon, else from the journal it left.
status_report ask_or_read(const config::settings& settings, async::time_source& time) {
    service::control_request what;
    what.command = service::control_word::status;
    if (const auto answer = ask_if_running(settings, what, time)) {
        auto report = service::decode_status(answer->report);
        if (!report) throw daemon_unreachable{"the daemon's answer is not understood: " + answer->why};
        return std::move(*report);
    }
    const auto state = service::choose_state_dir(settings.state_dir);
    const auto journal = service::journal_file_in(state);
    std::optional<service::state_dir> held;                    // by a daemon too, if one runs that does not answer
    if (has_journal(journal)) held.emplace(state); // making one would be more than to look
    return service::offline_status(held ? journal : std::string{}, service::surroundings_of(settings),
                                   settings.instance, time.utc_now());
}

status_report only(status_report all, const std::string& what) {
    if (what.empty()) return all;
    std::vector<std::string> names;
    for (const auto& row : all.trades) names.push_back(row.name);
    auto some = service::filtered(std::move(all), what);
    if (some) return std::move(*some);
    const std::vector<std::string_view> known{names.begin(), names.end()};
    throw daemon_unreachable{service::unknown_name(what, known) + " and no such plan file; all: smarttraded status"};
}

int show(const status_report& report, bool as_json) {
    const auto text =
        as_json ? service::encode_status(report) + '\n'
                : service::render_status(report, service::colours_of(STDOUT_FILENO), service::window_of(STDOUT_FILENO));
    std::fputs(text.c_str(), stdout);
    return service::exit_code(report);
}

/// A daemon that is started again meanwhile must find its state directory free: only the first look may take it.
status_report ask_again(const config::settings& settings, async::time_source& time) {
    service::control_request what;
    what.command = service::control_word::status;
    const auto talk = talk_to_daemon(settings, what, time, answer_max);
    const auto answer = service::read_answer(talk.reply.line);
    auto report = answer ? service::decode_status(answer->report) : std::nullopt;
    if (!report) throw daemon_unreachable{"no daemon answers at " + talk.socket};
    return std::move(*report);
}

int status(const common_options& common, const status_options& asked) {
    if (asked.watch && !asked.json && ::isatty(STDOUT_FILENO) != 1)
        throw CLI::ValidationError{"--watch", "needs a terminal, or --json for one line each time"};
    const auto settings = load_config(common.config_file);
    async::system_time time;
    auto first = std::make_optional(only(ask_or_read(settings, time), asked.what));
    if (!asked.watch) return show(*first, asked.json);
    watch_status(
        [&] {
            if (!first) return only(ask_again(settings, time), asked.what);
            auto report = std::move(*first);
            first.reset();
            return report;
        },
        asked.json, time);
    return 0;
}

} // namespace

void add_status_command(CLI::App& app, const common_options& common, int& exit_code) {
    auto* command = app.add_subcommand("status", "where each trade stands, and why");
    const auto asked = std::make_shared<status_options>();
    command->add_option("WHAT", asked->what, "a trade's name or a plan file (default: everything)");
    command->add_flag("--json", asked->json, "as JSON");
    command->add_flag("--watch", asked->watch, "again every 2 s, until Ctrl-C");
    command->callback([&common, &exit_code, asked] { exit_code = status(common, *asked); });
}

} // namespace smarttrade::daemon
