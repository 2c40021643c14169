#include "ask.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "service/control_socket.hpp"
#include "service/operator_desk.hpp"
#include "service/state_dir.hpp"

namespace smarttrade::daemon {

using std::chrono_literals::operator""s;
using kind = service::daemon_reply::kind;

/// Its word on what is still under way is better than silence.
std::chrono::seconds patience_for(service::control_word command) {
    using service::control_word;
    const bool looks_far =
        command == control_word::plan || command == control_word::import || command == control_word::doctor;
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
        throw daemon_unreachable{fmt::format("{}: permission denied, it is for root, the daemon's user and members of "
                                             "its group: sudo smarttraded {}",
                                             socket, base::name_of(what.command))};
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

std::string no_daemon(const common_options& common) {
    return fmt::format("needs a running daemon, and none runs on this configuration: smarttraded run{}",
                       common.config_given ? " -c " + common.config_file : "");
}

int tell_verdict(const service::control_answer& answer) {
    const bool done = answer.verdict == service::control_verdict::done;
    auto* const to = done ? stdout : stderr;
    for (const auto& line : answer.lines) fmt::print(to, "{}\n", line);
    if (!answer.why.empty()) fmt::print(to, "{}{}\n", done ? "" : "smarttraded: ", answer.why);
    return done ? 0 : 1;
}

} // namespace smarttrade::daemon
