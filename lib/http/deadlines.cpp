#include "http/deadlines.hpp"

#include <exception>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include "http/connection.hpp"

namespace smarttrade::http {

/// Shared with the sleeping coroutine, which may end after us.
struct deadlines::alarm {
    deadlines* wakes; // null: nobody any more
    async::mono_time until;
    asio::cancellation_signal stop;
};

deadlines::deadlines(asio::any_io_executor ex, async::time_source& time) : ex_{std::move(ex)}, time_{time} {}

deadlines::~deadlines() { stop_alarm(); }

deadlines::guard::guard(deadlines& of, async::mono_time at, connection& on)
    : of_{of}, on_{on}, place_{of.guards_.emplace(at, this)} {
    if (of_.alarm_ && of_.alarm_->until <= at) return;
    of_.stop_alarm();
    of_.set_alarm();
}

deadlines::guard::~guard() {
    if (passed_) return;
    of_.guards_.erase(place_);
    if (of_.guards_.empty()) of_.stop_alarm();
}

void deadlines::set_alarm() {
    const auto until = guards_.begin()->first;
    alarm_ = std::make_shared<alarm>();
    alarm_->wakes = this;
    alarm_->until = until;
    auto woke = [mine = alarm_](std::exception_ptr, async::error_code) {
        if (mine->wakes) mine->wakes->ring();
    };
    asio::co_spawn(ex_, time_.sleep_until(until), asio::bind_cancellation_slot(alarm_->stop.slot(), std::move(woke)));
}

void deadlines::stop_alarm() {
    if (!alarm_) return;
    alarm_->wakes = nullptr;
    const auto gone = std::move(alarm_);
    gone->stop.emit(asio::cancellation_type::terminal);
}

void deadlines::ring() {
    alarm_.reset();
    for (const auto now = time_.now(); !guards_.empty() && guards_.begin()->first <= now;) {
        auto* const late = guards_.begin()->second;
        guards_.erase(guards_.begin());
        late->passed_ = true;
        late->on_.cut_off();
    }
    if (!guards_.empty()) set_alarm();
}

} // namespace smarttrade::http
