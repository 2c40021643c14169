#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "plan/plan.hpp"
#include "yaml/parse.hpp"

namespace smarttrade::plan {

inline constexpr std::size_t trades_max = 100'000; ///< in all files together

/// A trade that is not yet judged against accounts, guardrails and the other files.
struct draft {
    std::string name;
    yaml::place at; ///< of its name
    int revision = 1;
    std::optional<std::string> account;     ///< by name
    std::optional<std::int64_t> account_id; ///< by id
    yaml::place account_at;
    std::optional<trade::trade_request> request; ///< absent: an error was told
    trade::lifecycle life;                       ///< of use where there is a request
    yaml::place pair_at, leverage_at, units_at, adopt_at, was_at;
};

/// A draft and where it comes from.
struct filed_draft {
    const draft* of = nullptr;
    const plan_file* file = nullptr;

    base::text_position position(yaml::place at) const;
};

struct plan_file {
    std::string name;
    std::vector<draft> drafts;
    std::vector<base::diagnostic> diagnostics;
};

inline base::text_position filed_draft::position(yaml::place at) const { return yaml::position(at, file->name); }

} // namespace smarttrade::plan
