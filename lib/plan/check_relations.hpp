#pragma once

#include <vector>

#include "plan/plan_file.hpp"
#include "plan/problems.hpp"

namespace smarttrade::plan {

/// A draft and the account it is for.
struct placed_draft {
    filed_draft draft;
    surroundings::account account;
};

/// What no trade can be wrong about alone: one exchange trade adopted twice on an account, one old name carried over
/// twice, an old name that is still in the plans.
void check_relations(std::vector<placed_draft> drafts, problems& told);

} // namespace smarttrade::plan
