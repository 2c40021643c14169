#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include "ask.hpp"
#include "async/system_time.hpp"
#include "load_config.hpp"
#include "service/offline_status.hpp"
#include "service/plan_source.hpp"
#include "service/state_dir.hpp"
#include "service/status_report.hpp"
#include "service/trade_lookup.hpp"

namespace smarttrade::daemon {

namespace {

namespace asio = boost::asio;
using service::status_report;

constexpr std::chrono::seconds redraw_every{2};
constexpr const char* home_and_clear = "\033[H\033[J"; ///< overwrites in place: what was there does not flicker

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
    if (std::filesystem::exists(journal)) held.emplace(state); // making one would be more than to look
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

int show(const config::settings& settings, const status_options& asked, async::time_source& time) {
    const auto report = only(ask_or_read(settings, time), asked.what);
    auto text = asked.json ? service::encode_status(report) + '\n' : service::render_status(report);
    if (asked.watch && !asked.json) text = home_and_clear + text;
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
    return service::exit_code(report);
}

asio::awaitable<void> watch(const config::settings& settings, const status_options& asked, async::time_source& time) {
    for (;;) { // until Ctrl-C, or until it cannot be shown any more
        show(settings, asked, time);
        co_await time.sleep_until(time.now() + redraw_every);
    }
}

int status(const common_options& common, const status_options& asked) {
    if (asked.watch && !asked.json && ::isatty(STDOUT_FILENO) != 1)
        throw CLI::ValidationError{"--watch", "needs a terminal, or --json for one line each time"};
    const auto settings = load_config(common.config_file);
    async::system_time time;
    if (!asked.watch) return show(settings, asked, time);
    asio::io_context ctx{1};
    std::exception_ptr failure;
    auto watching = [&] { return watch(settings, asked, time); };
    asio::co_spawn(ctx, watching, [&failure](std::exception_ptr e) { failure = e; });
    ctx.run();
    if (failure) std::rethrow_exception(failure);
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
