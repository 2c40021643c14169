#pragma once

#include "plan/plan_file.hpp"
#include "plan/problems.hpp"

namespace smarttrade::plan {

/// Tells a leverage above max_leverage, and a trade that may come to cost more than max_order_total: its entry and the
/// funds that are to be added, each where its price is known (design.md 3). `request`: the draft's own.
void check_guardrails(const filed_draft& draft, const trade::trade_request& request, const surroundings& around,
                      problems& told);

} // namespace smarttrade::plan
