#pragma once

#include <string>

#include "base/utc_time.hpp"
#include "plan/plan.hpp"
#include "service/status_report.hpp"

namespace smarttrade::service {

/// What a journal says of the last accepted plans while no daemon runs: everything as it was last seen. The caller
/// holds the state directory's lock.
status_report offline_status(const std::string& journal_file, const plan::surroundings& around,
                             const std::string& instance, base::utc_time now);

} // namespace smarttrade::service
