#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reconcile/deciding.hpp"

namespace smarttrade::reconcile {

// A revision lower than one that ran is a mistake (design.md 4, Identity): an older plan came back, or a digit is wrong.
// The files alone do not show it.

/// Every such entry of a plan set, with what to tell at its revision.
std::vector<breach> find_lowered(const std::vector<trade::desired_trade>& plans, const history& past);

/// Why nothing runs by this entry; empty: no higher revision ran.
std::string refuse_lowered(deciding& of, const trade::trade_identity& identity);

} // namespace smarttrade::reconcile
