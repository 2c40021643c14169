#pragma once

#include <string>
#include <vector>

#include "command.hpp"
#include "config/settings.hpp"
#include "service/dry_run.hpp"
#include "service/operator_port.hpp"
#include "service/plan_source.hpp"

namespace smarttrade::daemon {

// What a command asks of the service while no daemon runs. It takes the state directory's lock (state_dir_busy if a
// daemon holds it that does not answer), and writes nothing to account, plans or journal.

service::dry_run dry_run_alone(const common_options& common, const config::settings& settings,
                               const std::vector<service::source_file>& files);

service::trade_listing list_alone(const common_options& common, const config::settings& settings,
                                  const std::string& account, const std::vector<trade::smart_trade_id>& ids);

} // namespace smarttrade::daemon
