#include <memory>
#include <utility>

#include "ask.hpp"
#include "async/system_time.hpp"
#include "load_config.hpp"
#include "trade_id_check.hpp"

namespace smarttrade::daemon {

namespace {

using service::control_request;
using service::control_word;

int command_daemon(const common_options& common, const control_request& what) {
    const auto settings = load_config(common.config_file);
    async::system_time time;
    const auto answer = ask_if_running(settings, what, time);
    if (!answer) throw daemon_unreachable{no_daemon(common, what.command)};
    return tell_verdict(*answer);
}

struct control_flags {
    control_request request;
    std::int64_t id = 0;
};

void add_one(CLI::App& app, const common_options& common, int& exit_code, control_word word, const char* does) {
    auto* command = app.add_subcommand(std::string{base::name_of(word)}, does);
    const auto flags = std::make_shared<control_flags>();
    auto& request = flags->request;
    request.command = word;
    auto* name = command->add_option("NAME", request.name, "the trade's name in the plans");
    command->add_option("--account", request.account,
                        word == control_word::close ? "its account's name; with --all: only there"
                                                    : "of a trade that is in no plan: its account's name");
    if (word == control_word::close) {
        auto* all = command->add_flag("--all", request.all, "every trade that is not protected");
        auto* match = command->add_option("--match", request.match, "of all: those whose name is like GLOB");
        match->type_name("GLOB")->needs(all);
        name->excludes(all);
    } else {
        name->required();
    }
    if (word == control_word::release)
        command->add_option("--id", flags->id, "of two trades under one name: the one to let go")
            ->check(trade_id_check());
    command->callback([&common, &exit_code, flags] {
        auto& what = flags->request;
        if (what.name.empty() && !what.all) throw CLI::RequiredError{"NAME, or --all"};
        if (flags->id > 0) what.id = trade::smart_trade_id{flags->id};
        exit_code = command_daemon(common, what);
    });
}

void add_plain(CLI::App& app, const common_options& common, int& exit_code, control_word word, const char* does) {
    auto* command = app.add_subcommand(std::string{base::name_of(word)}, does);
    command->callback([&common, &exit_code, word] {
        control_request what;
        what.command = word;
        exit_code = command_daemon(common, what);
    });
}

void add_confirm(CLI::App& app, const common_options& common, int& exit_code) {
    auto* command = app.add_subcommand("confirm", "let go what is held; without HOLD: list what is");
    const auto hold = std::make_shared<std::string>();
    command->add_option("HOLD", *hold, "as `plan`, `status` and the log print it");
    command->callback([&common, &exit_code, hold] {
        control_request what;
        what.command = hold->empty() ? control_word::holds : control_word::confirm;
        what.hold = *hold;
        exit_code = command_daemon(common, what);
    });
}

} // namespace

void add_control_commands(CLI::App& app, const common_options& common, int& exit_code) {
    add_one(app, common, exit_code, control_word::cancel, "cancel a trade that is not entered");
    add_one(app, common, exit_code, control_word::close, "flatten a trade at market; not entered: cancel it");
    add_one(app, common, exit_code, control_word::enter, "enter a waiting trade now");
    add_one(app, common, exit_code, control_word::release, "never touch a trade again");
    add_one(app, common, exit_code, control_word::retry, "try again what is blocked");
    add_one(app, common, exit_code, control_word::process, "have the exchange look at a trade now");
    add_confirm(app, common, exit_code);
    add_plain(app, common, exit_code, control_word::halt, "send nothing from now on but your own close and cancel");
    add_plain(app, common, exit_code, control_word::resume, "end a halt");
    add_plain(app, common, exit_code, control_word::reload,
              "read configuration, keys, trust store and plans again; fails if they are refused");
}

} // namespace smarttrade::daemon
