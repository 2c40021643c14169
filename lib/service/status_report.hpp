#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/utc_time.hpp"
#include "reconcile/reconcile.hpp"
#include "service/account_port.hpp"

namespace smarttrade::service {

/// One trade of `status`. Amounts are texts as the table shows them; empty: nothing to show.
struct status_row {
    std::string name, account, pair, phase, verdict, why;
    std::optional<std::int64_t> id;
    int revision = 1;
    std::string type, entry, now, profit, age;
    friend bool operator==(const status_row&, const status_row&) = default;
};

struct status_report {
    std::vector<status_row> trades;
    std::size_t budget_used = 0, budget_total = 0; ///< of the bucket that every request takes from
    std::string plans;                             ///< how the plans on disk were taken: "ok", or why they are refused
    friend bool operator==(const status_report&, const status_report&) = default;
};

/// Rows in the order of the wishes. Pure.
std::vector<status_row> status_rows(const reconcile::decision& standing, const std::vector<reconcile::wish>& wishes,
                                    const reconcile::observed& seen, base::utc_time now);

/// `{"trades":[...],"holds":[],"budget":{"used":..,"total":..},"plans":".."}`, one line.
std::string encode_status(const status_report& report);
std::optional<status_report> decode_status(std::string_view json);

/// Aligned columns for people, with a closing line of counts and budget.
std::string render_status(const status_report& report);

/// STATUS= for systemd: `42 trades: 40 in sync, 2 pending | budget 31/100 | plans ok`.
std::string summary(const status_report& report);

/// Exit code of `status`, as `plan`'s: 0 in sync, 2 something pending or held, 3 unknown or unprotected.
int exit_code(const status_report& report);

} // namespace smarttrade::service
