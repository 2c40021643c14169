#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/utc_time.hpp"
#include "config/settings.hpp"
#include "plan/plan.hpp"

namespace smarttrade::service {

struct source_file {
    std::string name; ///< as messages carry it
    std::string text;
    friend bool operator==(const source_file&, const source_file&) = default;
};

/// The plan files on disk, read all together. A path that is missing or unreadable, or a folder without plan files, is
/// an error: then nothing of this reading may be used (design.md 5, F26).
struct source_reading {
    std::vector<source_file> files; ///< sorted by name
    std::vector<base::diagnostic> errors;
    std::optional<base::utc_time> edited_at{}; ///< the newest modification time of these files; nothing: not known
};

/// `paths`: files, or folders whose *.yaml and *.yml count (not recursive); a file that is named twice counts once.
/// Blocks.
source_reading read_sources(const std::vector<std::string>& paths);

/// The plan files of a folder, sorted; somewhat more than are allowed at most.
std::vector<std::string> plan_files_in(const std::string& folder, std::error_code& failed);

/// The paths of the configuration, relative ones counted from the folder of the configuration file.
std::vector<std::string> plan_paths(const std::vector<std::string>& configured, const std::string& config_file);

/// What plans are judged against under this configuration.
plan::surroundings surroundings_of(const config::settings& settings);

/// Where it stands, for the log: `btc.yaml:9`. The folder is said by the configuration.
std::string place_of(const trade::desired_trade& plan);
/// What a log line says of a create: pair, type, units and, unless it is at market, price.
std::vector<std::pair<std::string, std::string>> terms_of(const trade::trade_request& request);

/// The create body of a wish without its note: what is compared to tell an edit.
std::string create_body(trade::trade_request request);

/// The request that a create body stands for; nothing if it is none.
std::optional<trade::trade_request> read_create_body(std::string_view body);

/// Source excerpt and caret for each diagnostic, as `check` prints them.
std::string render_all(const std::vector<base::diagnostic>& all, const std::vector<source_file>& files);

std::string encode_files(const std::vector<source_file>& files); ///< JSON, for the journal
std::vector<source_file> decode_files(std::string_view text);    ///< empty if it is not understood
/// SHA-256, 64 hex digits: equal for equal sets of files only.
std::string full_hash(std::string_view encoded);
/// Its first six digits: they tell one set of files from another, for people.
std::string short_hash(std::string_view encoded);

/// A whole file; nothing if it cannot be read, is no regular file or exceeds 16 MiB.
struct file_reading {
    std::string text;
    std::string trouble;     ///< empty: read
    bool is_missing = false; ///< the trouble is that there is no such file
    base::utc_time modified_at{};
};
file_reading read_file(const std::string& path);

} // namespace smarttrade::service
