#pragma once

#include <cstdint>

#include "money/amount.hpp"
#include "trade/pair.hpp"

namespace smarttrade::paper_server {

/// Where a pair's price goes in the k-th second of a seeded random walk: normally distributed, with `swing` as the
/// standard deviation of a minute. The move depends on seed, pair and k alone, so that a walk is repeatable and goes on
/// after a restart. On the price step, and never below one step or above `highest`, which is at least a step.
money::price walk_price(std::uint64_t seed, const trade::pair& pair, std::uint64_t k, const money::price& from,
                        const money::percent& swing, const money::price& step, const money::price& highest);

} // namespace smarttrade::paper_server
