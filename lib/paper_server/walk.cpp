#include "paper_server/walk.hpp"

#include <algorithm>

#include "base/prng.hpp"

namespace smarttrade::paper_server {

namespace {

/// FNV-1a: the same on every machine, which std::hash does not promise.
std::uint64_t hash(const std::string& text) {
    std::uint64_t value = 0xcbf29ce484222325U;
    for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return value;
}

constexpr std::int64_t unit = 1 << 20; ///< one standard deviation of standard_normal

/// The sum of twelve uniform numbers less six is close to normal; whole numbers keep it the same everywhere.
std::int64_t standard_normal(base::prng draw) {
    std::int64_t sum = -6 * unit;
    for (int i = 0; i < 12; ++i) sum += static_cast<std::int64_t>(draw.below(static_cast<std::uint64_t>(unit)));
    return sum;
}

} // namespace

money::price walk_price(std::uint64_t seed, const trade::pair& pair, std::uint64_t k, const money::price& from,
                        const money::percent& swing, const money::price& step, const money::price& highest) {
    using money::decimal;
    const auto start = base::prng{seed ^ hash(pair.text())}.next() + k;
    const auto moves = standard_normal(base::prng{base::prng{start}.next()});
    const decimal seconds_root{7'745'966'692, 9}; // a second's deviation is a minute's / sqrt(60)
    const auto a_minute = from.value() * money::as_fraction(swing) * decimal{moves};
    const auto moved = a_minute.divided_by(seconds_root * decimal{unit}, 8, money::rounding::half_even);
    const money::price next{(from.value() + moved).rounded_to_step(step.value(), money::rounding::half_even)};
    return std::clamp(next, step, highest);
}

} // namespace smarttrade::paper_server
