#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_names.hpp"
#include "service/dry_run.hpp"
#include "service/status_report.hpp"
#include "service/terminal.hpp"

namespace smarttrade::service {

/// The parts of `plan`, in the order in which they are shown.
enum class plan_section {
    create,
    update, ///< anything that is written to a trade that lives on
    end,    ///< cancel and close
    waits,  ///< will be written, but not before something else
    drift,  ///< differs from the plan, and is left so
    left,   ///< in no plan any more, and stays on the exchange as it is
    blocked,
    unknown,    ///< a write of unknown outcome is being settled
    unprotected ///< coins without their exits
};

struct plan_line {
    plan_section section{};
    std::string name, account, pair;
    std::optional<std::int64_t> id;
    std::string what; ///< for a person; ends in what to type where an answer is wanted
    friend bool operator==(const plan_line&, const plan_line&) = default;
};

/// What the changes take from one limit of one key.
struct bucket_cost {
    std::string key;        ///< empty on the embedded exchange
    std::string match;      ///< of the limit; empty: every request
    std::size_t needed = 0; ///< requests of the changes that it counts
    std::size_t used = 0;   ///< by others, now
    std::size_t requests = 0;
    std::int64_t per_seconds = 0;
    std::int64_t seconds = 0; ///< until the last of them may leave
    friend bool operator==(const bucket_cost&, const bucket_cost&) = default;
};

struct amount_row {
    std::string currency, amount;
    friend bool operator==(const amount_row&, const amount_row&) = default;
};

/// An account lacks the money for what it is to do.
struct shortage {
    std::string account, currency, needed, available, missing;
    friend bool operator==(const shortage&, const shortage&) = default;
};

/// What `plan` says.
struct plan_report {
    std::vector<std::string> mistakes;         ///< of the plans; not empty: nothing else counts
    std::string cannot_tell;                   ///< not empty: nothing else counts
    std::vector<base::diagnostic> diagnostics; ///< of the plans, and of their markets, by place
    bool is_halted = false;
    std::vector<status_row> trades;
    std::vector<plan_line> changes; ///< by section, then as the plans have them
    std::vector<hold_row> holds;
    std::vector<bucket_cost> costs;
    std::vector<amount_row> at_risk;   ///< quote currencies: units x price of creates and added funds
    std::vector<amount_row> at_market; ///< base currencies: units of those whose price the market makes
    std::vector<shortage> shortages;
    friend bool operator==(const plan_report&, const plan_report&) = default;
};

plan_report plan_report_of(const dry_run& run);

// The parts of it that are sums.
std::vector<bucket_cost> costs_of(const dry_run& run);
struct money_at_risk {
    std::vector<amount_row> known, at_market;
};
money_at_risk risk_of(const dry_run& run);
std::vector<shortage> shortages_of(const dry_run& run);

/// `buy 0.01 BTC at 60000 = 600 USDT, take profit 61000, stop 58000`
std::string describe(const trade::trade_request& wanted);

/// `{"trades":[..],"changes":[..],"holds":[..],"budget":{..},..}`, one line.
std::string encode_plan(const plan_report& report);
std::optional<plan_report> decode_plan(std::string_view json);

/// For people: short, aligned, by section; then what it costs. One that changes nothing says so in one line.
std::string render_plan(const plan_report& report, colours how);

/// 0 in sync, 2 changes or holds pending, 3 something unknown or unprotected, 1 invalid plans or no answer (1 > 3 > 2).
int exit_code(const plan_report& report);

} // namespace smarttrade::service

namespace smarttrade::base {
template <> struct enum_names<service::plan_section> {
    static constexpr std::array<std::string_view, 9> names{"create", "update",  "end",     "waits",      "drift",
                                                           "left",   "blocked", "unknown", "unprotected"};
};
} // namespace smarttrade::base
