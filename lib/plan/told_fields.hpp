#pragma once

#include <vector>

#include "plan/problems.hpp"
#include "trade/rules.hpp"
#include "yaml/node.hpp"

namespace smarttrade::plan {

/// A trade of the text as the rules read it.
trade::field_tree tree_of(const yaml::node& value);

/// Where the field stands in the text, or the nearest group around it; `name_at` for a key that the trade itself lacks.
yaml::place place_of(const yaml::node& trade, yaml::place name_at, const trade::field_path& path);

/// Tells what breaks a rule at its place: a wrong value at the value, a missing key at its parent's key.
void tell(const std::vector<trade::violation>& violations, const yaml::node& trade, yaml::place name_at,
          problems& told);

} // namespace smarttrade::plan
