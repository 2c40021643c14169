#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"

namespace smarttrade::config {

/// A setting that two readings of smarttraded.yaml differ in, by its key: `guardrails.max_leverage`, "5", "10". A
/// setting that is not there reads "none".
struct changed_setting {
    std::string key, before, after;
    bool is_live = false; ///< may change while a daemon runs; the others need its restart
};

/// In the order of the file's groups. Secrets are told by their place, as they stand in the file.
std::vector<changed_setting> changes_between(const settings& before, const settings& after);

/// Takes over what may change while a daemon runs, and nothing else: `guardrails`, `reconcile` and `log.level`.
void take_live(settings& in_force, const settings& from);

} // namespace smarttrade::config
