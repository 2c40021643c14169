#pragma once

#include <algorithm>
#include <map>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "async/time_source.hpp"

namespace smarttrade::test {

namespace asio = boost::asio;
using async::mono_time;

/// Virtual time: it stands still until somebody sleeps and nobody else has work.
class sim_clock final : public async::time_source {
public:
    explicit sim_clock(base::utc_time start = base::utc_time{std::chrono::milliseconds{1'772'442'000'000}})
        : start_{start} {} // 2026-03-02T09:00:00.000Z
    mono_time now() const override { return now_; }
    base::utc_time utc_now() const override {
        return start_ + std::chrono::floor<std::chrono::milliseconds>(now_.time_since_epoch());
    }
    asio::awaitable<async::error_code> sleep_until(mono_time at) override {
        asio::steady_timer parked{co_await asio::this_coro::executor, mono_time::max()};
        if (at <= now_) co_return async::error_code{};
        const bed mine{sleepers_, at, parked};
        const auto [ec] = co_await parked.async_wait(async::nothrow);
        co_return now_ >= at ? async::error_code{} : ec;
    }
    void step_wall_clock(std::chrono::milliseconds by) { start_ += by; }
    bool step() { // jump to the earliest sleeper; false: nobody sleeps
        if (sleepers_.empty()) return false;
        now_ = std::max(now_, sleepers_.begin()->first);
        sleepers_.begin()->second->cancel();
        return true;
    }

private:
    using sleeper_map = std::multimap<mono_time, asio::steady_timer*>;
    /// A place among the sleepers; given up also when a frame is destroyed in its sleep, as by a killed process.
    struct bed {
        bed(sleeper_map& all, mono_time at, asio::steady_timer& parked)
            : sleepers{all}, place{all.emplace(at, &parked)} {} // equal times wake in order of arrival
        bed(const bed&) = delete;
        bed& operator=(const bed&) = delete;
        ~bed() { sleepers.erase(place); }
        sleeper_map& sleepers;
        sleeper_map::iterator place;
    };

    base::utc_time start_;
    mono_time now_{};
    sleeper_map sleepers_;
};

/// Runs until `end` or until nobody sleeps. Only for worlds without threads: a pool would see hours pass.
inline void run_simulated(asio::io_context& ctx, sim_clock& clock, mono_time end) {
    do {
        ctx.restart();
        ctx.poll();
    } while (clock.now() < end && clock.step());
}

} // namespace smarttrade::test
