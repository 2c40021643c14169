#include "service/notifier.hpp"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

namespace smarttrade::service {

namespace {

void say(const std::string& text) { sd_notify(0, text.c_str()); }

} // namespace

void notifier::ready(const std::string& status) { say("READY=1\nSTATUS=" + status); }

void notifier::status(const std::string& status) { say("STATUS=" + status); }

void notifier::reloading(std::chrono::steady_clock::time_point now) {
    const auto stamp = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch());
    say(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", stamp.count()));
}

void notifier::stopping() { say("STOPPING=1"); }

void notifier::alive() { say("WATCHDOG=1"); }

std::optional<std::chrono::microseconds> notifier::watchdog_interval() {
    std::uint64_t limit = 0;
    if (sd_watchdog_enabled(0, &limit) <= 0) return std::nullopt;
    return std::chrono::microseconds{limit / 2};
}

} // namespace smarttrade::service
