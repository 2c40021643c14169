#pragma once

#include <functional>

#include "support/sim_clock.hpp"

namespace smarttrade::sim {

using async::mono_time;
using std::chrono::nanoseconds;
namespace asio = boost::asio;

/// The clocks of one machine inside the world's time: they stand still while it is suspended (CLOCK_MONOTONIC does),
/// begin anew with a boot, and its wall clock can be wrong and step.
class machine_clock final : public async::time_source {
public:
    /// `on_wake` is called whenever a timer of the machine fires, before anybody hears of it; it may kill the process.
    machine_clock(test::sim_clock& world, std::function<void()> on_wake)
        : world_{world}, on_wake_{std::move(on_wake)} {}

    mono_time now() const override { return world_.now() < awake_at_ ? asleep_since_ : world_.now() - behind_; }
    base::utc_time utc_now() const override { return world_.utc_now() + error_; }

    asio::awaitable<async::error_code> sleep_until(mono_time at) override {
        const bool waits = now() < at;
        while (now() < at) { // a suspend moves the moment while we sleep
            const auto woken = co_await world_.sleep_until(in_world(at));
            if (woken) co_return woken;
        }
        if (waits) on_wake_();
        co_return async::error_code{};
    }

    bool is_asleep() const { return world_.now() < awake_at_; }

    /// Nothing happens on a machine that is suspended.
    asio::awaitable<void> awake() {
        while (is_asleep()) co_await world_.sleep_until(awake_at_);
    }

    bool suspend(nanoseconds how_long) { ///< false: it is already
        if (is_asleep()) return false;
        asleep_since_ = now();
        awake_at_ = world_.now() + how_long;
        behind_ += how_long;
        return true;
    }
    void boot() {
        awake_at_ = mono_time{};
        behind_ = world_.now().time_since_epoch() - uptime_at_boot;
    }
    void step_wall_clock(std::chrono::milliseconds by) { error_ += by; }

private:
    static constexpr nanoseconds uptime_at_boot = std::chrono::seconds{20};

    mono_time in_world(mono_time at) const { return at == mono_time::max() ? at : at + behind_; }

    test::sim_clock& world_;
    std::function<void()> on_wake_;
    nanoseconds behind_{}; ///< the world's time less ours
    mono_time awake_at_{};
    mono_time asleep_since_{};
    std::chrono::milliseconds error_{};
};

} // namespace smarttrade::sim
