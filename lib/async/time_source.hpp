#pragma once

#include <chrono>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>

#include "base/utc_time.hpp"

namespace smarttrade::async {

namespace asio = boost::asio;
using boost::system::error_code;
using mono_time = std::chrono::steady_clock::time_point;

/// `co_await op(..., nothrow)` gives [ec, ...] and never throws on ec.
inline constexpr auto nothrow = asio::as_tuple(asio::use_awaitable);

/// Time as a port: the daemon hands in the machine's clocks, a test its own. Whatever waits, ages or expires counts on
/// `now()`; `utc_now()` may step and serves only to be shown, stored or sent.
struct time_source {
    virtual ~time_source() = default;
    virtual mono_time now() const = 0;
    virtual base::utc_time utc_now() const = 0;
    /// Returns at `at` with no error, at once if that is past; operation_aborted when cancelled.
    virtual asio::awaitable<error_code> sleep_until(mono_time at) = 0;
};

} // namespace smarttrade::async
