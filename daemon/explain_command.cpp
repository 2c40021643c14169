#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "base/nearest_word.hpp"
#include "command.hpp"
#include "journal/reader.hpp"
#include "load_config.hpp"
#include "service/explain.hpp"
#include "service/state_dir.hpp"

namespace smarttrade::daemon {

namespace {

struct wanted {
    std::string name, account;
    bool as_json = false;
};

int complain(const std::string& trouble) {
    fmt::print(stderr, "smarttraded: {}\n", trouble);
    return 1;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
    const std::vector<std::string_view> views{known.begin(), known.end()};
    const auto near = base::nearest_word(word, views);
    return near ? fmt::format(", did you mean '{}'?", *near) : std::string{};
}

/// Reads the journal's file beside a daemon that writes it: that needs neither its lock nor its limiter.
int explain(const common_options& common, const wanted& what) {
    const auto settings = load_config(common.config_file);
    std::optional<trade::account_id> account;
    if (!what.account.empty()) {
        const auto found = std::ranges::find(settings.accounts, what.account, &config::account::name);
        std::vector<std::string> names;
        for (const auto& one : settings.accounts) names.push_back(one.name);
        if (found == settings.accounts.end())
            return complain(fmt::format("no account '{}'{}", what.account, suggestion(what.account, names)));
        account = found->id;
    }
    const auto file = service::journal_file_in(service::choose_state_dir(settings.state_dir));
    if (!std::filesystem::exists(file)) return complain(file + ": no daemon has run on this state directory yet");
    journal::reader source{file};
    const auto events =
        service::with_former_names(what.name, [&](const std::string& name) { return source.about(name); });
    const auto told = service::explain(what.name, events, account);
    if (told.empty())
        return complain(
            fmt::format("the journal tells of no trade '{}'{}", what.name, suggestion(what.name, source.names())));
    const auto text = what.as_json ? service::encode_explanation(what.name, told) + '\n' //
                                   : service::render_explanation(told, service::colours_of(STDOUT_FILENO),
                                                                 service::window_of(STDOUT_FILENO));
    std::fputs(text.c_str(), stdout);
    return 0;
}

} // namespace

void add_explain_command(CLI::App& app, const common_options& common, int& exit_code) {
    auto* command = app.add_subcommand("explain", "what happened to a trade and why, from the journal");
    const auto what = std::make_shared<wanted>();
    command->add_option("NAME", what->name, "as in the plans")->required();
    command->add_option("--account", what->account, "only there");
    command->add_flag("--json", what->as_json, "as JSON");
    command->callback([&common, &exit_code, what] { exit_code = explain(common, *what); });
}

} // namespace smarttrade::daemon
