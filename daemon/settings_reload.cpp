#include "settings_reload.hpp"

#include <fmt/format.h>

#include "service/journal_binding.hpp"
#include "service/life_lines.hpp"
#include "service/plan_source.hpp"

namespace smarttrade::daemon {

using namespace std::chrono_literals;

namespace {

/// A restart with these settings would find a journal that belongs to others, and end.
std::string refuse_restart(const config::settings& now, const config::settings& then, const std::string& key) {
    if (key == "instance")
        return "after a restart the trades made so far count as another's: put it back, unless you mean that";
    const bool is_bound = key == "api.base_url" || key == "paper" || key.starts_with("accounts.");
    if (!is_bound || now.state_dir != then.state_dir || service::journal_binding(now) == service::journal_binding(then))
        return {};
    return fmt::format("the journal belongs to '{}', a restart would end with 78: put it back, or give what is new a "
                       "state_dir of its own",
                       service::journal_binding(now));
}

} // namespace

settings_reload::verdict settings_reload::reload_at_rest() {
    const bool is_changed = service::look_of_files({config_file_}) != look_;
    return is_changed && until_rest() <= 0ns ? reload() : verdict{};
}

std::chrono::nanoseconds settings_reload::until_rest() const {
    if (service::look_of_files({config_file_}) == look_) return 0ns;
    const auto file = service::read_file(config_file_);
    const auto age = all_.time().utc_now() - file.modified_at;
    if (!file.trouble.empty() || age < 0ms) return 0ns; // a time to come says nothing of when it was written
    return all_.settings().plans.settle - age;
}

settings_reload::verdict settings_reload::reload() {
    look_ = service::look_of_files({config_file_});
    const auto file = service::read_file(config_file_);
    if (!file.trouble.empty()) return refused({fmt::format("{}: error: {}", config_file_, file.trouble)});
    const auto read = config::read(file.text, config_file_);
    if (!read.value) {
        std::vector<std::string> mistakes;
        for (const auto& each : read.diagnostics)
            if (each.level == base::severity::error) mistakes.push_back(base::headline(each));
        return refused(mistakes);
    }
    told_mistakes_.clear();
    verdict told;
    const auto changes = config::changes_between(all_.settings(), *read.value);
    std::map<std::string, std::string> waiting;
    for (const auto& change : changes) {
        told.lines.push_back(take(change, refuse_restart(all_.settings(), *read.value, change.key)));
        if (!change.is_live) waiting.emplace(change.key, change.after);
    }
    told_waiting_ = std::move(waiting);
    all_.use(*read.value);
    leveled_.least = all_.settings().log.level;
    return told;
}

settings_reload::verdict settings_reload::refused(const std::vector<std::string>& mistakes) {
    if (told_mistakes_ != mistakes)
        for (const auto& mistake : mistakes)
            log_.write(service::service_line(service::event::settings_refused, mistake));
    told_mistakes_ = mistakes;
    return {false, mistakes};
}

/// What waits for a restart is logged once, and answered each time.
std::string settings_reload::take(const config::changed_setting& change, const std::string& trouble) {
    auto text = fmt::format("setting {}: {}->{}", change.key, change.before, change.after);
    service::log_event line;
    line.what = change.is_live ? service::event::settings_changed : service::event::settings_waiting;
    line.change = fmt::format("{}->{}", change.before, change.after);
    line.fields = {{"setting", change.key}};
    if (change.is_live) {
        log_.write(line);
        return text;
    }
    line.why = trouble.empty() ? "needs a restart: systemctl restart smarttraded" : trouble;
    const auto told = told_waiting_.find(change.key);
    if (told == told_waiting_.end() || told->second != change.after) log_.write(line);
    return text + ", " + line.why;
}

} // namespace smarttrade::daemon
