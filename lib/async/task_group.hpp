#pragma once

#include <exception>
#include <functional>
#include <list>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include "async/time_source.hpp"

namespace smarttrade::async {

/// Owner of tasks on one executor. Keep it as the last member of whoever the tasks use; before it goes, cancel() and
/// `co_await join()`. The first failure cancels the siblings, calls `on_failure` and comes out of join().
class task_group {
public:
    explicit task_group(asio::any_io_executor ex, std::function<void()> on_failure = {})
        : ex_{std::move(ex)}, on_failure_{std::move(on_failure)}, empty_{ex_, mono_time::max()} {}
    task_group(const task_group&) = delete;
    task_group& operator=(const task_group&) = delete;

    /// Body: () -> awaitable<void>, a closure handed over uncalled. Called from within the loop it starts at
    /// once, up to its first wait; else at the next turn of the loop.
    template <class Body> void spawn(Body body) {
        const auto task = stops_.emplace(stops_.end()); // a list: addresses stay valid
        auto on_end = [this, task](std::exception_ptr error) {
            stops_.erase(task);
            if (error && !first_error_ && !cancelled_) {
                first_error_ = error;
                cancel();
                if (on_failure_) on_failure_();
            }
            if (stops_.empty()) empty_.cancel();
        };
        asio::co_spawn(ex_, std::move(body), asio::bind_cancellation_slot(task->slot(), std::move(on_end)));
    }

    /// Asks every task to stop. What ends a task after that is not a failure.
    void cancel() {
        cancelled_ = true;
        for (auto& stop : stops_) stop.emit(asio::cancellation_type::terminal);
    }

    bool empty() const { return stops_.empty(); }
    bool failed() const { return first_error_ != nullptr; }

    asio::awaitable<void> join() {
        while (!stops_.empty()) co_await empty_.async_wait(nothrow);
        if (first_error_) std::rethrow_exception(first_error_);
    }

private:
    asio::any_io_executor ex_;
    std::function<void()> on_failure_;
    asio::steady_timer empty_; // never expires; cancelled when the last task ends
    std::list<asio::cancellation_signal> stops_;
    std::exception_ptr first_error_;
    bool cancelled_ = false;
};

} // namespace smarttrade::async
