#pragma once

#include <string>
#include <vector>

#include "service/log_event.hpp"
#include "sim/machine.hpp"

namespace smarttrade::golden {

namespace asio = boost::asio;

/// One line of the log and when it was written, by the machine's clock.
struct told_line {
    base::utc_time at{};
    service::log_event what;
};

/// What `smarttraded run` tells around its service, and where all of it goes.
class narrator : public service::log_sink, public sim::front_desk {
public:
    narrator(const config::settings& settings, std::string key) : settings_{settings}, key_{std::move(key)} {}
    void listen_to(sim::machine& teller) { machine_ = &teller; } ///< before it is turned

    std::string version = "1.4.0"; ///< that is installed, for the next start
    void use_key(std::string key) { key_ = std::move(key); }
    bool has_stopped() const { return has_stopped_; }
    const std::vector<told_line>& told() const { return told_; }

    void write(const service::log_event& what) override;
    void started() override;
    asio::awaitable<void> attend(service::assembly& daemon) override;
    client::api_key key() override;
    void stopping() override;
    void stopped() override;

private:
    const config::settings& settings_;
    std::string key_;
    sim::machine* machine_ = nullptr;
    bool has_stopped_ = false; ///< since the newest start
    std::vector<told_line> told_;
};

} // namespace smarttrade::golden
