#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/enum_names.hpp"
#include "money/amount.hpp"
#include "trade/vocabulary.hpp"

namespace smarttrade::config {

using std::chrono::milliseconds;

inline constexpr std::string_view default_operators = "smarttraded-trade"; ///< the group that the package makes

/// Where a secret lies; never the secret itself.
struct secret_source {
    enum class kind { credential, file }; ///< a systemd credential's name, or a path
    kind from{};
    std::string name;
    base::text_position at;
};

struct credential {
    std::string name;
    secret_source api_key;
    secret_source secret; ///< of the HMAC; with `rsa` the private key in PEM
    bool rsa = false;
};

struct account {
    std::string name; ///< key under `accounts`
    trade::account_id id;
    trade::account_mode mode{};
    std::string credentials; ///< name of the credential; empty when the embedded paper exchange serves it
    base::text_position at;
};

/// One limit of the API (design.md 6). `match` is method and path, `*` for one segment; empty: every request.
struct rate_limit {
    std::string match;
    std::size_t requests = 0;
    milliseconds per{};
    milliseconds penalty{};
    std::size_t reserve = 0; ///< slots kept free for close, cancel and stop edits
};

/// Absent members: no limit.
struct guardrail_limits {
    std::size_t create_max = 10, update_max = 20, remove_max = 3;
    std::optional<money::percent> max_stop_move;
    std::optional<std::size_t> max_active_trades;
    std::map<std::string, money::money> max_order_total; ///< by quote currency; empty: no limit
    std::optional<std::int64_t> max_leverage;
};

/// A seeded random walk. `swing` is the typical move a minute.
struct market_walk {
    std::uint64_t seed = 1;
    std::map<std::string, money::price> start; ///< by pair
    money::percent swing{money::decimal{1}};
};

struct market_replay {
    std::string file;
    money::decimal speed{1};
};

/// The embedded paper exchange that serves every account.
struct paper_exchange {
    std::map<std::string, money::decimal> balance; ///< by currency, for each account
    std::variant<market_walk, market_replay> market;
};

enum class resend_policy { automatic, never };
enum class log_level { debug, info, notice, warning, error };
enum class log_format { automatic, text, logfmt, json, journal };

/// smarttraded.yaml, checked, with every default filled in (design.md 3).
struct settings {
    struct {
        std::string base_url = "https://api.3commas.io/public/api";
        milliseconds timeout{15'000};
        std::string ca_file; ///< empty: the system's trust store
        std::size_t max_connections = 8;
    } api;
    std::string instance;
    std::vector<account> accounts; ///< at least one; names and ids are unique
    std::vector<credential> credentials;
    struct {
        std::vector<std::string> paths{"/etc/smarttraded/plans.d"}; ///< relative ones count from the config file's folder
        bool watch = true;
        milliseconds settle{1'000};
    } plans;
    std::string state_dir; ///< empty: $STATE_DIRECTORY decides
    struct {
        milliseconds interval{5'000};
        milliseconds settle{30'000};
        resend_policy resend{};
    } reconcile;
    std::vector<rate_limit> rate_limits;
    guardrail_limits guardrails;
    struct {
        std::string listen; ///< empty: off
        std::string socket; ///< empty: the default of design.md 3
        std::vector<std::string> operators{std::string{default_operators}}; ///< groups
    } admin;
    struct {
        log_level level = log_level::info;
        log_format format = log_format::automatic;
    } log;
    std::string alert_exec; ///< empty: none
    std::optional<paper_exchange> paper;
};

/// What the API documents (api.md B), and the default.
std::vector<rate_limit> documented_limits();

struct read_result {
    std::optional<settings> value; ///< absent exactly if a diagnostic is an error
    std::vector<base::diagnostic> diagnostics;
};

/// Reads smarttraded.yaml. `file` is the name that messages carry. Touches no disk: relative paths stay as written.
read_result read(std::string_view text, const std::string& file);

} // namespace smarttrade::config

namespace smarttrade::base {
template <>
struct enum_names<config::resend_policy> {
    static constexpr std::array<std::string_view, 2> names{"auto", "never"};
};
template <>
struct enum_names<config::log_level> {
    static constexpr std::array<std::string_view, 5> names{"debug", "info", "notice", "warning", "error"};
};
template <>
struct enum_names<config::log_format> {
    static constexpr std::array<std::string_view, 5> names{"auto", "text", "logfmt", "json", "journal"};
};
} // namespace smarttrade::base
