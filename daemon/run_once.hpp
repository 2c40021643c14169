#pragma once

#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "async/task_group.hpp"
#include "machinery.hpp"

namespace smarttrade::daemon {

/// Runs the service for one piece of work, with the embedded exchange beside it where there is one. `work`: () ->
/// awaitable<void>. Throws what it throws.
template <class Work> void run_once(asio::io_context& ctx, machinery& all, Work work) {
    async::task_group tasks{ctx.get_executor()};
    if (all.embedded()) tasks.spawn([&all] { return all.embedded()->run(); });
    tasks.spawn([&ctx, &all, &tasks, work = std::move(work)]() -> asio::awaitable<void> {
        co_await work();
        auto& service = all.service();
        service.reconciler().stop();
        co_await service.reconciler().drain(all.time().now());
        // Not from in here: a task that never had to wait must not find itself cancelled at its own end.
        asio::post(ctx, [&tasks] { tasks.cancel(); });
    });
    std::exception_ptr failure;
    auto joined = [&tasks] { return tasks.join(); };
    asio::co_spawn(ctx, joined, [&failure](std::exception_ptr e) { failure = e; });
    ctx.run();
    if (failure) std::rethrow_exception(failure);
}

} // namespace smarttrade::daemon
