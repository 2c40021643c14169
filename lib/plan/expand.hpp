#pragma once

#include "plan/problems.hpp"
#include "yaml/node.hpp"

namespace smarttrade::plan {

enum class written_in { trade, defaults };

/// A trade (or the defaults) with every shorthand of design.md 4 written out in the nesting of the API: each value
/// keeps the place it was written at. Unknown keys and values that are empty are told here; whatever
/// else is wrong stays as it is for the rules.
yaml::node expand_trade(yaml::node trade, written_in where, problems& told);

} // namespace smarttrade::plan
