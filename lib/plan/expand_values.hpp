#pragma once

#include <initializer_list>
#include <string_view>

#include "plan/problems.hpp"
#include "yaml/node.hpp"

namespace smarttrade::plan {

using key_list = std::initializer_list<std::string_view>;

bool holds(key_list keys, std::string_view key);

/// `none`: takes a default away.
bool is_none(const yaml::node& value);

yaml::node scalar_node(std::string_view text, yaml::place at);
yaml::node map_node(yaml::place at);
/// What stands in for a value that was told to be wrong, so that it is not told twice.
yaml::node null_node(yaml::place at);

yaml::node* member_of(yaml::node& map, std::string_view key); ///< null if there is none
/// Sets or replaces a member of a map.
void set_member(yaml::node& map, std::string_view key, yaml::place key_at, yaml::node value);

/// Tells unknown keys, and drops them: a hundred thousand would be searched for each known one. Tells members without
/// a value.
void check_group(yaml::node& group, key_list known, problems& told);

/// `X` -> `{key: X}`; groups, `none` and whatever else is no plain value stay.
void wrap_scalar(yaml::node& value, std::string_view key);
/// A group that is there is on.
void switch_on(yaml::node& group, yaml::place at);

/// `X`, `X bid`, `X%` and `X% bid`.
void expand_price(yaml::node& value, problems& told);
/// `true`, `false` and a percent.
void expand_trailing(yaml::node& value, problems& told);
/// `30s`.
void expand_timeout(yaml::node& value, problems& told);

} // namespace smarttrade::plan
