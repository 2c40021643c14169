#pragma once

#include <map>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "async/time_source.hpp"

namespace smarttrade::http {

namespace asio = boost::asio;

class connection;

/// The deadlines of the requests on the wire. One alarm serves them all: a timer or a race of coroutines for each
/// request would cost more than the rest of it. Nothing sleeps while no request is on the wire.
class deadlines {
public:
    deadlines(asio::any_io_executor ex, async::time_source& time);
    ~deadlines();
    deadlines(const deadlines&) = delete;
    deadlines& operator=(const deadlines&) = delete;

    /// While it lives, `on` is cut off at `at`, which ends whatever it is doing with an error.
    class guard {
    public:
        guard(deadlines& of, async::mono_time at, connection& on);
        ~guard();
        guard(const guard&) = delete;
        guard& operator=(const guard&) = delete;
        bool passed() const { return passed_; }

    private:
        friend class deadlines;
        deadlines& of_;
        connection& on_;
        bool passed_ = false;
        std::multimap<async::mono_time, guard*>::iterator place_;
    };

private:
    struct alarm;
    void set_alarm();
    void stop_alarm();
    void ring();

    asio::any_io_executor ex_;
    async::time_source& time_;
    std::multimap<async::mono_time, guard*> guards_;
    std::shared_ptr<alarm> alarm_; // null: nobody sleeps
};

} // namespace smarttrade::http
