#pragma once

#include "plan/problems.hpp"
#include "trade/field_tree.hpp"
#include "trade/lifecycle.hpp"
#include "yaml/node.hpp"

namespace smarttrade::plan {

/// How a merged trade is to be led (design.md 4): the keys that the exchange knows nothing of, and what they
/// contradict. `body`: the trade as the rules read it. What is wrong is told at its place, and the life is then not to be
/// used.
trade::lifecycle read_lifecycle(const trade::field_tree& body, const yaml::node& trade, yaml::place name_at,
                                problems& told);

} // namespace smarttrade::plan
