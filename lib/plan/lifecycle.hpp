#pragma once

#include "plan/problems.hpp"
#include "trade/lifecycle.hpp"
#include "yaml/node.hpp"

namespace smarttrade::plan {

/// How a merged trade is to be led (design.md 4): the keys that the exchange knows nothing of, and what they
/// contradict. `own` is the trade as written, without defaults. What is wrong is told at its place, and the life is
/// then not to be used.
trade::lifecycle read_lifecycle(const yaml::node& trade, const yaml::node& own, yaml::place name_at, problems& told);

} // namespace smarttrade::plan
