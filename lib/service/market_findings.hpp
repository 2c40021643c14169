#pragma once

#include <vector>

#include "base/diagnostic.hpp"
#include "service/dry_run.hpp"
#include "service/plan_source.hpp"

namespace smarttrade::service {

/// What the markets have against plans, at its place in their files. Errors: what keeps a trade from being sent as it
/// is (V29..V31). Warnings, of what would be created or changed: prices far from the market, adjustments that would be
/// refused when their turn comes, and a market that cannot be read, so that its limits were not checked.
std::vector<base::diagnostic> market_findings(const dry_run& run, const std::vector<source_file>& files);

} // namespace smarttrade::service
