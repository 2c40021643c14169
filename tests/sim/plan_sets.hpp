#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/prng.hpp"
#include "service/plan_source.hpp"

namespace smarttrade::sim {

/// What somebody has in the plan folder for a while. A broken one is refused; a missing folder changes nothing (F26).
struct plan_set {
    std::vector<service::source_file> files;
    bool is_missing = false;

    service::source_reading read() const;
};

/// Names whose trade is protected in every set that has it.
std::vector<std::string> names_protected(const std::vector<plan_set>& sets);

/// Trades of somebody else that the plans may adopt.
inline constexpr int hand_trades_max = 3;
/// Writes the ids of those trades into the plans: `first` and the ones after it.
void name_hand_trades(std::vector<plan_set>& sets, std::int64_t first);

/// The plan files of one world over time: trades come, go, are edited and run again; now and then a set is broken.
/// `accounts`: how many there are, named a1, a2, ..
std::vector<plan_set> draw_plan_sets(base::prng& draw, int accounts);

} // namespace smarttrade::sim
