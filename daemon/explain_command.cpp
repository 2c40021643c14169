#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "ask.hpp"
#include "async/system_time.hpp"
#include "base/nearest_word.hpp"
#include "journal_file.hpp"
#include "load_config.hpp"
#include "service/explanation.hpp"
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

void print(const wanted& what, const std::vector<service::happening>& told) {
    const auto text = what.as_json ? service::encode_explanation(what.name, told) + '\n' //
                                   : service::render_explanation(told, service::colours_of(STDOUT_FILENO),
                                                                 service::window_of(STDOUT_FILENO));
    std::fputs(text.c_str(), stdout);
}

int print_answer(const wanted& what, const service::control_answer& answer) {
    if (answer.report.empty()) return tell_verdict(answer);
    const auto told = service::decode_explanation(answer.report);
    if (!told) throw daemon_unreachable{"the daemon's answer is not understood: " + answer.why};
    print(what, *told);
    if (!answer.why.empty()) complain(answer.why);
    return 0;
}

/// Without a daemon the journal's file is read: that needs neither its lock nor its limiter.
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
    async::system_time time;
    service::control_request question;
    question.command = service::control_word::explain;
    question.name = what.name;
    question.account = what.account;
    if (const auto answer = ask_if_running(settings, question, time)) return print_answer(what, *answer);
    const auto file = service::journal_file_in(service::choose_state_dir(settings.state_dir));
    require_journal(file);
    const auto found = service::explanation_from(file, what.name, account);
    if (found.told.empty()) return complain(found.why);
    print(what, found.told);
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
