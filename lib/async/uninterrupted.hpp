#pragma once

#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "async/time_source.hpp"

namespace smarttrade::async {

namespace detail {

template <class T> asio::awaitable<T> shielded(asio::awaitable<T> span) {
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    co_return co_await std::move(span);
}

} // namespace detail

/// Runs a span that must stay whole: a cancellation that comes meanwhile takes effect once it has ended. Bound it by a
/// deadline. It is spawned, because a cancellation state belongs to a whole stack of awaited coroutines: reset in
/// place, it would leave the caller deaf to every later cancellation.
template <class T> asio::awaitable<T> uninterrupted(asio::awaitable<T> span) {
    auto ex = co_await asio::this_coro::executor;
    auto whole = detail::shielded(std::move(span));
    co_return co_await asio::co_spawn(ex, std::move(whole), asio::use_awaitable);
}

} // namespace smarttrade::async
