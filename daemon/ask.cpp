#include "ask.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "service/control_socket.hpp"
#include "service/operator_desk.hpp"
#include "service/state_dir.hpp"

namespace smarttrade::daemon {

namespace {

using std::chrono_literals::operator""s;

/// Longer than the daemon itself waits: its word on what is still under way is better than silence.
std::chrono::seconds patience_for(service::control_word command) {
    const bool looks_far = command == service::control_word::plan || command == service::control_word::import;
    if (service::only_looks(command) && !looks_far) return 10s;
    return (looks_far ? service::look_max : service::verdict_max) + 10s;
}

} // namespace

std::optional<service::control_answer> ask_if_running(const config::settings& settings,
                                                      const service::control_request& what, async::time_source& time) {
    using kind = service::daemon_reply::kind;
    const auto state = service::choose_state_dir(settings.state_dir);
    bool all_forbidden = true;
    std::string socket;
    service::daemon_reply reply;
    for (const auto& each : service::sockets_of(settings.admin.socket, state)) {
        socket = each;
        reply = service::ask_daemon(socket, service::encode(what), time, patience_for(what.command));
        if (reply.is == kind::answered || reply.is == kind::silent) break;
        all_forbidden = all_forbidden && reply.is == kind::forbidden;
    }
    if (reply.is == kind::nobody || (reply.is == kind::forbidden && !all_forbidden)) return std::nullopt;
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
