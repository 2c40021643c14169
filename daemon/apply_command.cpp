#include <unistd.h>

#include <fmt/format.h>

#include "command.hpp"
#include "load_config.hpp"
#include "machinery.hpp"
#include "run_once.hpp"
#include "service/log_writer.hpp"
#include "service/status_table.hpp"

namespace smarttrade::daemon {

namespace {

using convergence = service::reconciler::convergence;

int exit_code_of(convergence how) {
    switch (how) {
    case convergence::converged: return 0;
    case convergence::held: return 2;
    case convergence::unknown: return 3;
    case convergence::unreachable: return 1;
    }
    return 1;
}

asio::awaitable<int> converge(machinery& all) {
    auto& service = all.service();
    const bool valid = co_await service.load_plans();
    if (!valid) co_return 1;
    const auto how = co_await service.reconciler().run_until_converged();
    fmt::print("{}",
               smarttrade::service::render_status(service.report(), smarttrade::service::colours_of(STDOUT_FILENO),
                                                  smarttrade::service::window_of(STDOUT_FILENO)));
    co_return exit_code_of(how);
}

int apply(const common_options& common) {
    auto settings = load_config(common.config_file);
    async::system_time time;
    const auto log = service::make_log(settings.log.level, settings.log.format, time);
    asio::io_context ctx{1};
    machinery all{ctx, std::move(settings), common.config_file, *log, writes::allowed};
    int code = 1;
    run_once(ctx, all, [&]() -> asio::awaitable<void> { code = co_await converge(all); });
    return code;
}

} // namespace

void add_apply_command(CLI::App& app, const common_options& common, int& exit_code) {
    auto* command = app.add_subcommand("apply", "converge once and exit; refused while a daemon runs");
    command->callback([&common, &exit_code] { exit_code = apply(common); });
}

} // namespace smarttrade::daemon
