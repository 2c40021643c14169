#pragma once

#include "plan/problems.hpp"
#include "yaml/node.hpp"

namespace smarttrade::plan {

enum class written_in { trade, defaults };

/// A trade (or the defaults) with every shorthand of design.md 4 written out in the nesting of the API: each value
/// keeps the place it was written at. Unknown and unsupported keys and values that are empty are told here; whatever
/// else is wrong stays as it is for the rules.
yaml::node expand_trade(yaml::node trade, written_in where, problems& told);

/// `none`: takes a default away.
bool is_none(const yaml::node& value);

/// Sets or replaces a member of a map.
void set_member(yaml::node& map, std::string_view key, yaml::place key_at, yaml::node value);

yaml::node scalar_node(std::string_view text, yaml::place at);

} // namespace smarttrade::plan
