#pragma once

#include <cstdint>

namespace smarttrade::base {

/// Seeded random numbers with the same sequence on every machine and standard library: SplitMix64 (Steele, Lea and
/// Flood 2014). For simulations and jitter, never for secrets.
class prng {
public:
    explicit constexpr prng(std::uint64_t seed) : state_{seed} {}

    constexpr std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15U;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }

    /// Below `bound` (> 0). The bias of the remainder is under 2^-32 for bounds below 2^32.
    constexpr std::uint64_t below(std::uint64_t bound) { return next() % bound; }

    /// In [0, 1), 53 bits.
    constexpr double unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

    constexpr std::uint64_t state() const { return state_; } ///< seed of a generator that goes on from here

private:
    std::uint64_t state_;
};

} // namespace smarttrade::base
