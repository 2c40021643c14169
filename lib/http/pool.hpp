#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <list>
#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/system/result.hpp>

#include "async/time_source.hpp"
#include "http/connection.hpp"

namespace smarttrade::http {

namespace asio = boost::asio;

/// An idle connection that is older is closed when next looked at: servers and the boxes between close theirs after 60
/// s and more without a word, and a request must not cross that on the wire.
inline constexpr std::chrono::seconds idle_max{30};

/// The places for connections of a client, given out in order of arrival, and the connections that idle between
/// requests.
class pool {
public:
    pool(asio::any_io_executor ex, std::size_t max) : ex_{std::move(ex)}, max_{max} {}

    /// Leave to hold one connection; when it goes, the first in line has it.
    class place {
    public:
        place() = default;
        place(place&& other) noexcept : of_{std::exchange(other.of_, nullptr)} {}
        place& operator=(place&& other) noexcept {
            std::swap(of_, other.of_);
            return *this;
        }
        ~place() {
            if (of_) of_->pass_on();
        }
        explicit operator bool() const { return of_ != nullptr; }

    private:
        friend class pool;
        explicit place(pool* of) : of_{of} {}
        pool* of_ = nullptr;
    };

    /// A place if one is free and nobody waits for it; else an empty one.
    place try_enter();
    /// Waits in line. Ends with operation_aborted when cancelled: whoever comes next then takes the turn.
    asio::awaitable<boost::system::result<place>> enter();

    /// The one used last, if it is still good; null: none.
    std::unique_ptr<connection> take_idle(async::mono_time now);
    void keep(std::unique_ptr<connection> on, async::mono_time now);
    void close_idle();

private:
    struct waiter;
    struct idler {
        std::unique_ptr<connection> on;
        async::mono_time since;
    };
    void pass_on();

    asio::any_io_executor ex_;
    std::size_t max_;
    std::size_t taken_ = 0;
    std::list<waiter*> line_;
    std::deque<idler> idle_; // the longest idle first
};

} // namespace smarttrade::http
