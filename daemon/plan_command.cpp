#include <unistd.h>

#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "ask.hpp"
#include "async/system_time.hpp"
#include "load_config.hpp"
#include "lone_service.hpp"
#include "service/plan_reader.hpp"
#include "service/plan_report.hpp"
#include "service/terminal.hpp"

namespace smarttrade::daemon {

namespace {

using service::plan_report;

struct plan_options {
    std::vector<std::string> paths;
    bool json = false;
};

plan_report refusal(const std::vector<base::diagnostic>& diagnostics) {
    service::dry_run run;
    run.diagnostics = diagnostics;
    return service::plan_report_of(run);
}

/// Of the running daemon, so that there is one limiter a key; else by ourselves.
plan_report ask_or_try(const common_options& common, const config::settings& settings,
                       std::vector<service::source_file> files) {
    async::system_time time;
    service::control_request what;
    what.command = service::control_word::plan;
    what.files = std::move(files);
    const auto answer = ask_if_running(settings, what, time);
    if (!answer) return service::plan_report_of(dry_run_alone(common, settings, what.files));
    if (answer->verdict != service::control_verdict::done) throw daemon_unreachable{answer->why};
    auto report = service::decode_plan(answer->report);
    if (!report) throw daemon_unreachable{"the daemon's answer is of another release: systemctl restart smarttraded"};
    return std::move(*report);
}

int plan(const common_options& common, const plan_options& asked) {
    const auto settings = load_config(common.config_file);
    const auto configured = service::plan_paths(settings.plans.paths, common.config_file);
    auto sources = service::read_sources(asked.paths.empty() ? configured : asked.paths);
    const auto set = service::plan_reader{}.judge(sources, service::surroundings_of(settings));
    const auto show = [&](const std::vector<base::diagnostic>& all) {
        if (!asked.json) std::fputs(service::render_all(all, sources.files).c_str(), stderr);
    };
    const bool refused = base::has_errors(set.diagnostics);
    if (refused) show(set.diagnostics);
    if (refused && !asked.json) return 1; // every mistake was shown, with its line
    const auto report = refused ? refusal(set.diagnostics) : ask_or_try(common, settings, sources.files);
    // The warnings, and what the markets have against the plans. Mistakes are those of a daemon that has another
    // configuration: the report has them.
    if (report.mistakes.empty()) show(report.diagnostics);
    const auto text = asked.json ? service::encode_plan(report) + '\n'
                                 : service::render_plan(report, service::colours_of(STDOUT_FILENO));
    const bool to_stderr = !asked.json && !report.cannot_tell.empty();
    std::fputs(to_stderr ? fmt::format("smarttraded: {}", text).c_str() : text.c_str(), to_stderr ? stderr : stdout);
    return service::exit_code(report);
}

} // namespace

void add_plan_command(CLI::App& app, const common_options& common, int& exit_code) {
    auto* command = app.add_subcommand("plan", "what would change if the plans were these, and what it costs");
    const auto asked = std::make_shared<plan_options>();
    command->add_option("PATH", asked->paths, "plan files or folders (default: those of the configuration)");
    command->add_flag("--json", asked->json, "as JSON");
    command->callback([&common, &exit_code, asked] { exit_code = plan(common, *asked); });
}

} // namespace smarttrade::daemon
