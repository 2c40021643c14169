#include "ask.hpp"

#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "service/control_socket.hpp"
#include "service/operator_desk.hpp"
#include "service/state_dir.hpp"

namespace smarttrade::daemon {

using std::chrono_literals::operator""s;
using kind = service::daemon_reply::kind;

namespace {

/// As the units do it: smarttraded.service with its own file, smarttraded@NAME with another one beside it.
std::string start_of(const std::string& config_file) {
    const std::filesystem::path file{config_file};
    if (file.parent_path() != "/etc/smarttraded" || file.extension() != ".yaml")
        return "smarttraded run -c " + config_file;
    const auto name = file.stem().string();
    return "systemctl start smarttraded" + (name == "smarttraded" ? std::string{} : '@' + name);
}

} // namespace

/// Its word on what is still under way is better than silence.
std::chrono::seconds patience_for(service::control_word command) {
    using service::control_word;
    const bool looks_far = command == control_word::plan || command == control_word::import
                           || command == control_word::doctor || command == control_word::explain;
    if (service::only_looks(command) && !looks_far) return 10s;
    return (looks_far ? service::look_max : service::verdict_max) + 10s;
}

daemon_talk talk_to_daemon(const config::settings& settings, const service::control_request& what,
                           async::time_source& time, std::chrono::seconds patience) {
    const auto state = service::choose_state_dir(settings.state_dir);
    bool all_forbidden = true;
    daemon_talk talk;
    const auto sockets = service::sockets_of(settings.admin.socket, state);
    for (const auto& each : sockets) {
        talk.socket = each;
        talk.reply = service::ask_daemon(each, service::encode(what), time, patience);
        if (talk.reply.is == kind::answered || talk.reply.is == kind::silent) return talk;
        all_forbidden = all_forbidden && talk.reply.is == kind::forbidden;
    }
    if (!all_forbidden) talk.reply.is = kind::nobody;
    talk.socket = sockets.front(); // where it would be, not where else it might have been
    return talk;
}

std::optional<service::control_answer> ask_if_running(const config::settings& settings,
                                                      const service::control_request& what, async::time_source& time) {
    const auto [reply, socket] = talk_to_daemon(settings, what, time, patience_for(what.command));
    if (reply.is == kind::nobody) return std::nullopt;
    if (reply.is == kind::forbidden)
        throw permission_denied{
            fmt::format("{}: permission denied, it is for root, the daemon's user and members of its group", socket)};
    if (reply.is == kind::silent)
        throw daemon_unreachable{fmt::format("{}: the daemon gives no answer; its log may say why: journalctl -u "
                                             "smarttraded",
                                             socket)};
    auto answer = service::read_answer(reply.line);
    if (!answer)
        throw daemon_unreachable{fmt::format("{}: the daemon's answer is of another release than this command: "
                                             "systemctl restart smarttraded",
                                             socket)};
    return answer;
}

std::string no_daemon(const common_options& common, service::control_word command) {
    using service::control_word;
    auto text = "this needs a running daemon, and none runs on this configuration: " + start_of(common.config_file);
    const bool cannot_wait = command == control_word::close || command == control_word::cancel;
    if (cannot_wait) text += fmt::format("; until then {} it in the app", base::name_of(command));
    return text;
}

int tell_verdict(const service::control_answer& answer) {
    const bool done = answer.verdict == service::control_verdict::done;
    auto* const to = done ? stdout : stderr;
    for (const auto& line : answer.lines) fmt::print(to, "{}\n", line);
    if (!answer.why.empty()) fmt::print(to, "{}{}\n", done ? "" : "smarttraded: ", answer.why);
    return done ? 0 : 1;
}

} // namespace smarttrade::daemon
