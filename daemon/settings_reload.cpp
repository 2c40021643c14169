#include "settings_reload.hpp"

#include <fmt/format.h>

#include "service/life_lines.hpp"
#include "service/plan_source.hpp"

namespace smarttrade::daemon {

settings_reload::verdict settings_reload::reload() {
    const auto file = service::read_file(config_file_);
    if (!file.trouble.empty()) return refused({fmt::format("{}: error: {}", config_file_, file.trouble)});
    const auto read = config::read(file.text, config_file_);
    if (!read.value) {
        std::vector<std::string> mistakes;
        for (const auto& each : read.diagnostics)
            if (each.level == base::severity::error) mistakes.push_back(base::headline(each));
        return refused(mistakes);
    }
    verdict told;
    const auto changes = config::changes_between(all_.settings(), *read.value);
    std::map<std::string, std::string> waiting;
    for (const auto& change : changes) {
        told.lines.push_back(take(change));
        if (!change.is_live) waiting.emplace(change.key, change.after);
    }
    told_waiting_ = std::move(waiting);
    all_.use(*read.value);
    leveled_.least = all_.settings().log.level;
    return told;
}

settings_reload::verdict settings_reload::refused(const std::vector<std::string>& mistakes) {
    for (const auto& mistake : mistakes) log_.write(service::service_line(service::event::settings_refused, mistake));
    return {false, mistakes};
}

/// What waits for a restart is logged once, and answered each time.
std::string settings_reload::take(const config::changed_setting& change) {
    auto text = fmt::format("setting {}: {}->{}", change.key, change.before, change.after);
    service::log_event line;
    line.what = change.is_live ? service::event::settings_changed : service::event::settings_waiting;
    line.change = fmt::format("{}->{}", change.before, change.after);
    line.fields = {{"setting", change.key}};
    if (change.is_live) {
        log_.write(line);
        return text;
    }
    line.why = "needs a restart: systemctl restart smarttraded";
    const auto told = told_waiting_.find(change.key);
    if (told == told_waiting_.end() || told->second != change.after) log_.write(line);
    return text + ", " + line.why;
}

} // namespace smarttrade::daemon
