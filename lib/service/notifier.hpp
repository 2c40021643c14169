#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace smarttrade::service {

/// What systemd is told (sd_notify); without systemd every call does nothing.
class notifier {
public:
    void ready(const std::string& status);
    void status(const std::string& status);
    void reloading(std::chrono::steady_clock::time_point now); ///< always followed by ready()
    void stopping();
    void alive();
    /// Half of the watchdog's time, or nothing if there is no watchdog.
    static std::optional<std::chrono::microseconds> watchdog_interval();
};

} // namespace smarttrade::service
