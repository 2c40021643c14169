#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

namespace smarttrade::service {

/// How long something took, each time that it happened: how many took no longer than each bound.
class histogram {
public:
    /// `bounds`: ascending.
    explicit histogram(std::vector<std::chrono::milliseconds> bounds)
        : bounds_{std::move(bounds)}, counts_(bounds_.size()) {}

    void observe(std::chrono::nanoseconds took) {
        const auto bucket = std::ranges::lower_bound(bounds_, took);
        if (bucket != bounds_.end()) ++counts_[static_cast<std::size_t>(bucket - bounds_.begin())];
        ++count_;
        sum_ += took;
    }

    const std::vector<std::chrono::milliseconds>& bounds() const { return bounds_; }
    /// By bound, each counted once: in the lowest that holds it. What took longer than all of them is in none.
    const std::vector<std::uint64_t>& counts() const { return counts_; }
    std::uint64_t count() const { return count_; }
    std::chrono::nanoseconds sum() const { return sum_; }

private:
    std::vector<std::chrono::milliseconds> bounds_;
    std::vector<std::uint64_t> counts_;
    std::uint64_t count_ = 0;
    std::chrono::nanoseconds sum_{};
};

} // namespace smarttrade::service
