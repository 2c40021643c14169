#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "async/system_time.hpp"
#include "command.hpp"
#include "load_config.hpp"
#include "service/control_socket.hpp"
#include "service/offline_status.hpp"
#include "service/plan_source.hpp"
#include "service/state_dir.hpp"
#include "service/status_report.hpp"

namespace smarttrade::daemon {

namespace {

/// Of the running daemon, else from the journal it left.
service::status_report ask_or_read(const config::settings& settings, async::time_source& time) {
    const auto state = service::choose_state_dir(settings.state_dir);
    const auto socket = service::choose_socket(settings.admin.socket, state);
    if (const auto answer = service::ask_daemon(socket, service::control_request("status"), time)) {
        auto report = service::decode_status(*answer);
        if (!report)
            throw std::runtime_error{fmt::format("{}: the daemon's answer is not understood: {}", socket, *answer)};
        return std::move(*report);
    }
    const auto journal = service::journal_file_in(state);
    std::optional<service::state_dir> held;                    // by a daemon too, if one runs that does not answer
    if (std::filesystem::exists(journal)) held.emplace(state); // making one would be more than to look
    return service::offline_status(held ? journal : std::string{}, service::surroundings_of(settings),
                                   settings.instance, time.utc_now());
}

int status(const common_options& common, bool as_json) {
    const auto settings = load_config(common.config_file);
    async::system_time time;
    const auto report = ask_or_read(settings, time);
    const auto text = as_json ? service::encode_status(report) + '\n' : service::render_status(report);
    std::fputs(text.c_str(), stdout);
    return service::exit_code(report);
}

} // namespace

void add_status_command(CLI::App& app, const common_options& common, int& exit_code) {
    auto* command = app.add_subcommand("status", "where each trade stands, and why");
    const auto as_json = std::make_shared<bool>(false);
    command->add_flag("--json", *as_json, "as JSON");
    command->callback([&common, &exit_code, as_json] { exit_code = status(common, *as_json); });
}

} // namespace smarttrade::daemon
