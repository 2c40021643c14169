#pragma once

#include <set>
#include <string>
#include <vector>

#include "trade/smart_trade.hpp"

namespace smarttrade::plan {

/// Whose trades are written.
struct adopter {
    std::string account;         ///< its name in the configuration
    std::string instance;        ///< whose tags are ours
    std::set<std::string> taken; ///< names that are in the plans
};

/// A plan file that adopts these trades of one account as they stand: `adopt: ID`, the orders as a person would write
/// them, and in comments what is not for the plan to say (status, what was bought and closed, which steps ended). It
/// reads back without an error, and each entry asks for exactly what its trade shows (trade::standing_request), its
/// note excepted: our tag is cut off, a note with another's tag is left out. What ended, what is in the plans under its
/// tag already, and what a plan cannot say stands in comments only, with the reason.
std::string write_plans(const std::vector<trade::smart_trade>& trades, const adopter& by);

} // namespace smarttrade::plan
