#pragma once

#include <vector>

#include "base/diagnostic.hpp"
#include "service/dry_run.hpp"
#include "service/plan_source.hpp"

namespace smarttrade::service {

/// What the files alone do not show of their plans, each at its place. Errors: what keeps a trade from being sent as it
/// is (V29..V31), a revision lower than one that ran. Warnings, of what would be created or changed: prices far from
/// the market, adjustments that would be refused when their turn comes, markets that were not read, so that their
/// limits were not checked.
std::vector<base::diagnostic> plan_findings(const dry_run& run, const std::vector<source_file>& files);

/// Errors at revisions that are lower than one that ran: such a set is refused whole.
std::vector<base::diagnostic> lowered_revisions(const std::vector<trade::desired_trade>& plans,
                                                const reconcile::history& past, const std::vector<source_file>& files);

} // namespace smarttrade::service
