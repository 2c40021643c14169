#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "money/amount.hpp"
#include "trade/desired_trade.hpp"

namespace smarttrade::plan {

/// One plan file, read: its syntax is known, its trades are not yet judged together with those of other files.
struct plan_file;
using plan_file_ptr = std::shared_ptr<const plan_file>;

/// Reads one file's text. Pure; errors are kept inside and come out of merge(). `name` is what messages carry.
plan_file_ptr read(std::string_view text, const std::string& name);

/// What the plans are judged against besides themselves.
struct surroundings {
    struct account {
        std::string name;
        trade::account_id id;
    };
    std::optional<std::vector<account>> accounts; ///< absent: `check` without a config file, names are not judged
    std::optional<std::int64_t> max_leverage;
    std::map<std::string, money::money> max_order_total; ///< by quote currency; empty: no limit
};

struct plan_set {
    std::vector<trade::desired_trade> trades;  ///< sorted by name; complete only if no diagnostic is an error
    std::vector<base::diagnostic> diagnostics; ///< sorted by place; all of them, never only the first
};

/// All files together, all or nothing: names are unique over them. Pure.
plan_set merge(const std::vector<plan_file_ptr>& files, const surroundings& around);

} // namespace smarttrade::plan
