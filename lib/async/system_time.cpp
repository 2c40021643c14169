#include "async/system_time.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace smarttrade::async {

mono_time system_time::now() const { return std::chrono::steady_clock::now(); }

base::utc_time system_time::utc_now() const {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

asio::awaitable<error_code> system_time::sleep_until(mono_time at) {
    asio::steady_timer timer{co_await asio::this_coro::executor, at};
    const auto [ec] = co_await timer.async_wait(nothrow);
    co_return ec;
}

} // namespace smarttrade::async
