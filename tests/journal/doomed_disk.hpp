#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/prng.hpp"
#include "support/memory_disk.hpp"

namespace smarttrade::test {

enum class death { kill, power_loss };

/// A disk whose process ends at its operation number `at`, once.
struct doomed_disk {
    /// `prepare` makes what lies on it before the operations count.
    doomed_disk(
        death how, int at, std::uint64_t seed, const std::function<void()>& prepare = [] {})
        : disk{seed}, draw{seed}, left{at} {
        prepare();
        disk.before = [this, how](memory_disk::operation, const std::string&) {
            if (died || --left > 0) return;
            died = true;
            if (how == death::power_loss)
                disk.lose_power(draw);
            else
                disk.kill();
        };
    }
    void spare() { disk.before = {}; } ///< from here on nothing ends

    memory_disk disk;
    base::prng draw;
    int left;
    bool died = false;
};

} // namespace smarttrade::test
