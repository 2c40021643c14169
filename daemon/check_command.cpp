#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "command.hpp"
#include "load_config.hpp"
#include "plan/print_plans.hpp"
#include "service/diagnostic_json.hpp"
#include "service/plan_reader.hpp"

namespace smarttrade::daemon {

namespace {

namespace json = boost::json;

struct check_options {
    std::vector<std::string> paths;
    bool json = false;
    bool deny_warnings = false;
    bool print = false;
};

void print_json(const plan::plan_set& set) {
    const json::object all{{"diagnostics", service::diagnostics_to_json(set.diagnostics)}};
    fmt::print("{}\n", json::serialize(all));
}

template <class Number> std::string count_of(Number count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

void print_text(const plan::plan_set& set, const service::source_reading& sources) {
    std::fputs(service::render_all(set.diagnostics, sources.files).c_str(), stderr);
    const auto errors = std::ranges::count(set.diagnostics, base::severity::error, &base::diagnostic::level);
    const auto warnings = std::ranges::count(set.diagnostics, base::severity::warning, &base::diagnostic::level);
    fmt::print("{}, {}: {}, {}\n", count_of(sources.files.size(), "file"), count_of(set.trades.size(), "trade"),
               count_of(errors, "error"), count_of(warnings, "warning"));
}

/// Without a configuration file the default one may be absent: then account names are not judged.
int check(const common_options& common, const check_options& asked) {
    plan::surroundings around;
    auto paths = asked.paths;
    const bool have_config = common.config_given || !service::read_file(common.config_file).is_missing;
    if (have_config) {
        const auto settings = load_config(common.config_file);
        around = service::surroundings_of(settings);
        if (paths.empty()) paths = service::plan_paths(settings.plans.paths, common.config_file);
    }
    if (paths.empty())
        refuse_config(common.config_file, "does not exist; name the plan files, or a configuration with -c");
    const auto sources = service::read_sources(paths);
    const auto set = service::plan_reader{}.judge(sources, around);
    if (asked.print && !base::has_errors(set.diagnostics)) {
        std::fputs(service::render_all(set.diagnostics, sources.files).c_str(), stderr);
        fmt::print("{}", plan::print_plans(set.trades));
    } else if (asked.json)
        print_json(set);
    else
        print_text(set, sources);
    const bool refused = base::has_errors(set.diagnostics) || (asked.deny_warnings && !set.diagnostics.empty());
    return refused ? 1 : 0;
}

} // namespace

void add_check_command(CLI::App& app, const common_options& common, int& exit_code) {
    auto* command = app.add_subcommand("check", "validate configuration and plans offline; says every error at once");
    const auto asked = std::make_shared<check_options>();
    command->add_option("PATH", asked->paths, "plan files or folders (default: those of the configuration)");
    command->add_flag("--json", asked->json, "diagnostics as JSON on standard output");
    command->add_flag("--deny-warnings", asked->deny_warnings, "a warning is an error");
    command->add_flag("--print", asked->print, "the effective plans as one file in canonical YAML on standard output");
    command->callback([&common, &exit_code, asked] { exit_code = check(common, *asked); });
}

} // namespace smarttrade::daemon
