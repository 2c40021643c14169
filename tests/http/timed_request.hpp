#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "loopback.hpp"
#include "support/sim_clock.hpp"

namespace smarttrade::test {

/// The loop goes round a few times: what is under way in sockets of this machine arrives.
inline asio::awaitable<void> go_round(world& w) {
    for (int i = 0; i < 20; ++i) co_await w.time.sleep_until(w.time.now());
}

/// A request with a deadline of 10 s by a clock that stands.
struct timed_request {
    timed_request(world& w, http::client_options options)
        : client{http::make_client(w.ctx.get_executor(), clock, std::move(options))}, tasks{w.ctx.get_executor()} {}

    void start(http::request what) {
        begun = clock.now();
        tasks.spawn([this, what]() -> asio::awaitable<void> {
            auto copy = what;
            auto ended = co_await client->send(std::move(copy), begun + std::chrono::seconds{10});
            answer.emplace(std::move(ended));
        });
    }

    sim_clock clock;
    async::mono_time begun{};
    std::unique_ptr<http::client> client;
    std::optional<http::send_result> answer;
    async::task_group tasks;
};

} // namespace smarttrade::test
