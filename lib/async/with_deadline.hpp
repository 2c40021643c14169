#pragma once

#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/system/result.hpp>

#include "async/time_source.hpp"

namespace smarttrade::async {

/// `op`, or timed_out once `at` has passed; the loser is cancelled and awaited. `op` must not throw: `||` would swallow
/// that and wait for the deadline. operation_aborted: our caller was cancelled.
template <class T>
asio::awaitable<boost::system::result<T>> with_deadline(time_source& time, mono_time at,
                                                        asio::awaitable<boost::system::result<T>> op) {
    using namespace asio::experimental::awaitable_operators;
    auto first = co_await (std::move(op) || time.sleep_until(at));
    if (first.index() == 0) co_return std::get<0>(std::move(first));
    const error_code woke = std::get<1>(first);
    co_return woke ? woke : error_code{asio::error::timed_out};
}

} // namespace smarttrade::async
