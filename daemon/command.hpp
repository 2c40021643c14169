#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace smarttrade::daemon {

/// What every subcommand shares.
struct common_options {
    std::string config_file = "/etc/smarttraded/smarttraded.yaml";
    bool config_given = false;
};

// Exit codes of design.md 2 that more than one command uses.
inline constexpr int exit_usage = 64;
inline constexpr int exit_busy = 75;
inline constexpr int exit_config = 78;

// One a file. Each adds its subcommand to `app`; when that was chosen, `exit_code` holds how it ended.
void add_run_command(CLI::App& app, const common_options& common, int& exit_code);
void add_apply_command(CLI::App& app, const common_options& common, int& exit_code);
void add_check_command(CLI::App& app, const common_options& common, int& exit_code);
void add_doctor_command(CLI::App& app, const common_options& common, int& exit_code);
void add_status_command(CLI::App& app, const common_options& common, int& exit_code);
void add_explain_command(CLI::App& app, const common_options& common, int& exit_code);
void add_journal_command(CLI::App& app, const common_options& common, int& exit_code);
void add_plan_command(CLI::App& app, const common_options& common, int& exit_code);
void add_import_command(CLI::App& app, const common_options& common, int& exit_code);
void add_control_commands(CLI::App& app, const common_options& common, int& exit_code); ///< those that a daemon obeys
void add_paper_command(CLI::App& app, int& exit_code);

} // namespace smarttrade::daemon
