#pragma once

#include <optional>

#include "plan/problems.hpp"
#include "trade/field_tree.hpp"
#include "trade/trade_request.hpp"
#include "yaml/node.hpp"

namespace smarttrade::plan {

/// The request that an expanded and merged trade means, by the rules of api.md G; what breaks one is told at its place.
/// `body`: the trade as the rules read it, on any account. `name_at` is where a missing key of the trade itself is told.
/// Account and note are not its business.
std::optional<trade::trade_request> judge(const trade::field_tree& body, const yaml::node& trade, yaml::place name_at,
                                          problems& told);

} // namespace smarttrade::plan
