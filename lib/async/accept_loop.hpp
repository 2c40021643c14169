#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>

#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>

#include "async/task_group.hpp"
#include "async/time_source.hpp"

namespace smarttrade::async {

/// After an accept that failed: a process without free descriptors (EMFILE) would be told so again at once, for ever.
inline constexpr std::chrono::milliseconds accept_pause{100};

/// Accepts until cancelled and runs `body(socket)` for each peer in `sessions`; then stops these and waits for them.
/// Beyond `connections_max` at a time a peer sees its connection closed. What it is given must outlive it.
template <class Acceptor, class Body>
asio::awaitable<void> serve_connections(Acceptor& acceptor, time_source& time, std::size_t connections_max,
                                        task_group& sessions, Body body) {
    std::size_t open = 0; // in this frame, which outlives the sessions: it joins them
    bool failing = false;
    for (;;) {
        // A cancellation may come in the same turn as a peer: the next wait would throw, past the join below.
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) break;
        if (std::exchange(failing, false)) {
            co_await time.sleep_until(time.now() + accept_pause);
            continue;
        }
        auto [failed, peer] = co_await acceptor.async_accept(nothrow);
        if (failed == asio::error::operation_aborted) break;
        failing = failed.failed();
        if (failing || open >= connections_max) continue;
        ++open;
        auto held = std::make_shared<typename Acceptor::protocol_type::socket>(std::move(peer));
        sessions.spawn([&open, body, held]() -> asio::awaitable<void> {
            struct leave {
                std::size_t& open;
                ~leave() { --open; }
            } const on_exit{open};
            co_await body(std::move(*held));
        });
    }
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    sessions.cancel();
    co_await sessions.join();
}

} // namespace smarttrade::async
