#include "service/life_lines.hpp"

#include <utility>

#include <fmt/format.h>

namespace smarttrade::service {

log_event service_line(event what, std::string why) {
    log_event line;
    line.what = what;
    line.why = std::move(why);
    return line;
}

log_event started_line(const config::settings& settings, std::string_view version, writes may) {
    auto line = service_line(event::service_started);
    line.fields = {{"version", std::string{version}}, {"instance", settings.instance}};
    std::string accounts;
    for (const auto& account : settings.accounts)
        accounts += fmt::format("{}{}({})", accounts.empty() ? "" : ",", account.name, base::name_of(account.mode));
    line.fields.emplace_back("accounts", accounts);
    if (settings.paper)
        line.why = "every account is served by the embedded paper exchange; no real money moves";
    else if (may != writes::allowed)
        line.why = "observing only: nothing is written to any account";
    return line;
}

log_event stopping_line() {
    return service_line(event::service_stopping, "nothing new is sent; requests under way get 4 s");
}

log_event stopped_line() {
    return service_line(event::service_stopped, "nobody leads the trades now; their exits stay with 3Commas");
}

asio::awaitable<void> tell_ready(assembly& of, async::time_source& time, log_sink& log, std::function<void()> told) {
    auto& rounds = of.reconciler();
    const auto late_at = time.now() + ready_at_the_latest;
    while (!rounds.ready() && time.now() < late_at) co_await rounds.next_round(late_at);
    if (rounds.is_stopping()) co_return;
    const bool late = !rounds.ready();
    if (late)
        log.write(service_line(event::service_degraded,
                               "the accounts could not be read yet; this goes on being tried: `smarttraded doctor`"));
    else
        log.write(service_line(event::service_ready, summary(of.report())));
    told();
    while (!rounds.ready()) co_await rounds.next_round(async::mono_time::max());
    if (late && !rounds.is_stopping()) log.write(service_line(event::service_ready, summary(of.report())));
}

} // namespace smarttrade::service
