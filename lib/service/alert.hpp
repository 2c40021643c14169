#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "async/time_source.hpp"
#include "async/wakeup.hpp"
#include "service/log_event.hpp"

namespace smarttrade::service {

namespace asio = boost::asio;

struct alert_bounds {
    std::chrono::seconds run_max{30}; ///< then the program and what it started are killed
    std::size_t waiting_max = 32;     ///< events that wait for their turn; beyond it the newest are dropped and counted
};

/// Whether a person must see this now: errors, and what waits for a person's word (design.md 3, `alert`).
bool needs_a_person(const log_event& what);

/// The log, and beside it `alert.exec`: run once for each such event, one at a time, with the event as one line of JSON
/// on its standard input (the log's own JSON form; the first after a loss carries `dropped`). No shell, no arguments,
/// output discarded; of the environment only PATH, HOME, LANG, LC_ALL and TZ: nothing that leads to a secret or speaks
/// for us to systemd. That it fails is told once, until it works again.
class alert_log final : public log_sink {
public:
    /// `program`: its path. `next` and `time` must outlive it.
    alert_log(asio::any_io_executor ex, log_sink& next, std::string program, async::time_source& time,
              alert_bounds bounds = {});

    void write(const log_event& what) override;
    /// Runs the program for what has been queued, until cancelled; one that runs then is killed.
    asio::awaitable<void> run();

    std::size_t dropped() const { return dropped_; } ///< of all that were to be told

private:
    struct event_at {
        log_event what;
        base::utc_time at;
    };
    asio::awaitable<std::string> tell(std::string text);
    void told(const std::string& trouble);

    asio::any_io_executor ex_;
    log_sink& next_;
    std::string program_;
    async::time_source& time_;
    alert_bounds bounds_;
    async::wakeup queued_;
    std::deque<event_at> waiting_;
    std::size_t dropped_ = 0, dropped_untold_ = 0;
    bool failing_ = false;
};

} // namespace smarttrade::service
