#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "config/changes.hpp"
#include "machinery.hpp"
#include "service/log_writer.hpp"
#include "service/plan_watch.hpp"

namespace smarttrade::daemon {

/// Takes edits of smarttraded.yaml into a running daemon as far as that goes. All must outlive it.
class settings_reload {
public:
    /// `log`: told of each change. `leveled`: whose level the settings name.
    settings_reload(machinery& all, std::string config_file, service::log_sink& log, service::leveled_log& leveled)
        : all_{all}, config_file_{std::move(config_file)}, log_{log}, leveled_{leveled}, look_{service::look_of_files(
                                                                                             {config_file_})} {}

    struct verdict {
        bool done = true;
        std::vector<std::string> lines; ///< one for each change or mistake
    };
    /// Reads the file as it is now. With one mistake in it everything stays; else what may change while the daemon runs
    /// counts from now on, and the rest is told to wait for a restart.
    verdict reload();
    /// The same if the file was changed since it was read, and was left alone for `plans.settle`: one that is being
    /// written may be whole YAML without its guardrails.
    verdict reload_at_rest();
    /// How long until a file that was changed has lain still for that long; 0 or less: it has, or was not changed.
    std::chrono::nanoseconds until_rest() const;

private:
    verdict refused(const std::vector<std::string>& mistakes);
    std::string take(const config::changed_setting& change, const std::string& trouble);

    machinery& all_;
    std::string config_file_;
    service::log_sink& log_;
    service::leveled_log& leveled_;
    std::string look_;                                ///< of the file, as it was read
    std::vector<std::string> told_mistakes_;          ///< they are not told again
    std::map<std::string, std::string> told_waiting_; ///< by key: the value that waits for a restart
};

} // namespace smarttrade::daemon
