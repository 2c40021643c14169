#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "ask.hpp"
#include "async/system_time.hpp"
#include "load_config.hpp"
#include "lone_keys.hpp"
#include "service/doctor_host.hpp"
#include "service/doctor_report.hpp"
#include "service/key_lock.hpp"
#include "service/plan_reader.hpp"
#include "service/secrets.hpp"
#include "service/state_dir.hpp"

namespace smarttrade::daemon {

namespace {

using service::checkup;
using service::control_word;
using service::daemon_contact;
using service::finding;
using service::health;

constexpr std::chrono::seconds hello_max{5}; ///< a daemon that hangs is not waited for as one that asks the exchange

finding look_at_config(const common_options& common, const config::settings& settings) {
    const auto count = settings.accounts.size();
    return {checkup::config,
            {},
            health::ok,
            fmt::format("{}: instance {}, {} account{}", common.config_file, settings.instance, count,
                        count == 1 ? "" : "s"),
            {}};
}

finding look_at_plans(const common_options& common, const config::settings& settings) {
    const auto sources = service::read_sources(service::plan_paths(settings.plans.paths, common.config_file));
    const auto set = service::plan_reader{}.judge(sources, service::surroundings_of(settings));
    finding made{checkup::plans, {}, health::ok, {}, {}};
    if (!base::has_errors(set.diagnostics)) {
        made.told = fmt::format("{} file{}, {} trade{}", sources.files.size(), sources.files.size() == 1 ? "" : "s",
                                set.trades.size(), set.trades.size() == 1 ? "" : "s");
        return made;
    }
    const auto first = std::ranges::find(set.diagnostics, base::severity::error, &base::diagnostic::level);
    made.is = health::fail;
    made.told = base::headline(*first);
    made.mend = "smarttraded check tells all of it";
    return made;
}

daemon_contact contact_of(const service::daemon_reply& reply) {
    using kind = service::daemon_reply::kind;
    switch (reply.is) {
    case kind::nobody: return daemon_contact::nobody;
    case kind::forbidden: return daemon_contact::forbidden;
    case kind::silent: return daemon_contact::silent;
    case kind::answered: break;
    }
    return service::read_answer(reply.line) ? daemon_contact::answered : daemon_contact::other_release;
}

finding not_asked(std::string why, std::string mend) {
    return {checkup::exchange, {}, health::warn, "not asked: " + std::move(why), std::move(mend)};
}

/// As the daemon sees it. Nothing: it does not know the question.
std::optional<std::vector<finding>> told_by_daemon(const config::settings& settings, async::system_time& time) {
    service::control_request what;
    what.command = control_word::doctor;
    const auto talk = talk_to_daemon(settings, what, time, patience_for(what.command));
    const auto answer = service::read_answer(talk.reply.line);
    if (answer && answer->verdict == service::control_verdict::pending)
        return std::vector<finding>{not_asked(answer->why, "smarttraded status shows what the daemon waits for")};
    return answer ? service::decode_findings(answer->report) : std::nullopt;
}

/// What the exchange says, or why it was not asked. Whoever looks goes on to the other lines.
std::vector<finding> exchange_alone(const common_options& common, const config::settings& settings,
                                    const std::string& state, async::system_time& time) {
    try {
        return examine_exchange_alone(settings, common.config_file, state, time);
    } catch (const service::key_busy& trouble) {
        return {not_asked(trouble.what(), "ps shows what it is")};
    } catch (const service::state_dir_busy& trouble) {
        return {not_asked(trouble.what(), "smarttraded doctor, when that has ended")};
    } catch (const config_invalid&) {
        throw;
    } catch (const std::runtime_error& trouble) {
        return {not_asked(trouble.what(), "mend that, then: smarttraded doctor")};
    }
}

/// Without a daemon, as this user.
std::vector<finding> look_alone(const common_options& common, const config::settings& settings,
                                const std::string& state, bool keys_are_free, async::system_time& time) {
    auto all = service::examine_host(settings, state);
    if (settings.paper) return all;
    const bool is_ready = std::ranges::none_of(all, [](const finding& one) {
        const bool is_needed =
            one.what == checkup::state || one.what == checkup::credentials || one.what == checkup::trust;
        return is_needed && one.is == health::fail;
    });
    if (!is_ready)
        all.push_back(not_asked("that needs the lines which say FAIL", "mend them, then: smarttraded doctor"));
    else if (!keys_are_free)
        all.push_back(not_asked("another smarttraded counts the requests of these keys", "see the line `daemon`"));
    else
        std::ranges::move(exchange_alone(common, settings, state, time), std::back_inserter(all));
    return all;
}

std::vector<finding> look(const common_options& common, const config::settings& settings) {
    async::system_time time;
    service::control_request hello;
    hello.command = control_word::status;
    const auto talk = talk_to_daemon(settings, hello, time, hello_max);
    const auto state = service::choose_state_dir(settings.state_dir);
    auto contact = contact_of(talk.reply);
    std::vector<finding> all;
    if (contact == daemon_contact::answered) {
        if (auto told = told_by_daemon(settings, time))
            all = std::move(*told);
        else
            contact = daemon_contact::other_release;
    }
    const bool is_held = contact == daemon_contact::nobody && service::is_held(state);
    if (contact == daemon_contact::forbidden) // and so would be all that this user could look at
        all.push_back(not_asked("the daemon has the keys", "see the line `rights`"));
    else if (contact != daemon_contact::answered)
        all = look_alone(common, settings, state, contact == daemon_contact::nobody && !is_held, time);
    all.push_back(service::judge_daemon(talk.socket, contact, is_held, state));
    std::ranges::move(service::judge_rights(service::read_rights(settings.admin.operators, talk.socket)),
                      std::back_inserter(all));
    all.push_back(look_at_config(common, settings));
    all.push_back(look_at_plans(common, settings));
    service::sort_findings(all);
    return all;
}

int doctor(const common_options& common, bool as_json) {
    const auto all = look(common, load_config(common.config_file));
    const auto text =
        as_json ? service::encode_findings(all) + '\n'
                : service::render_findings(all, service::colours_of(STDOUT_FILENO), service::window_of(STDOUT_FILENO));
    std::fputs(text.c_str(), stdout);
    return service::all_well(all) ? 0 : 1;
}

} // namespace

void add_doctor_command(CLI::App& app, const common_options& common, int& exit_code) {
    auto* command = app.add_subcommand("doctor", "what keeps it from working, and the mend");
    const auto as_json = std::make_shared<bool>(false);
    command->add_flag("--json", *as_json, "as JSON");
    command->callback([&common, &exit_code, as_json] { exit_code = doctor(common, *as_json); });
}

} // namespace smarttrade::daemon
