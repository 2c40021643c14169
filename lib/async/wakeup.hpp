#pragma once

#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>

#include "async/time_source.hpp"

namespace smarttrade::async {

/// One coroutine waits, others tell it that the world has changed. A notify() before the wait is not lost.
class wakeup {
public:
    explicit wakeup(asio::any_io_executor ex) : parked_{std::move(ex), mono_time::max()} {}

    void notify() {
        set_ = true;
        parked_.cancel();
    }

    /// Returns when notified, or at `at`. Throws only when cancelled.
    asio::awaitable<void> wait_until(time_source& time, mono_time at) {
        using namespace asio::experimental::awaitable_operators;
        if (!set_) co_await (time.sleep_until(at) || wait_parked());
        set_ = false;
    }

private:
    asio::awaitable<error_code> wait_parked() {
        const auto [ec] = co_await parked_.async_wait(nothrow);
        co_return ec;
    }

    asio::steady_timer parked_; // never expires; cancelled to wake
    bool set_ = false;
};

/// Set once, for ever; any number of coroutines wait for it.
class latch {
public:
    explicit latch(asio::any_io_executor ex) : parked_{std::move(ex), mono_time::max()} {}

    void set() {
        set_ = true;
        parked_.cancel();
    }
    bool is_set() const { return set_; }

    /// Returns once set, or when cancelled.
    asio::awaitable<void> wait() {
        if (set_) co_return;
        co_await parked_.async_wait(nothrow);
    }

private:
    asio::steady_timer parked_;
    bool set_ = false;
};

} // namespace smarttrade::async
