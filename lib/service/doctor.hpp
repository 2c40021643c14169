#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_names.hpp"
#include "client/api_result.hpp"
#include "config/settings.hpp"
#include "trade/account.hpp"

namespace smarttrade::service {

// What `smarttraded doctor` makes of what it read: pure. The readings are taken by doctor_host, doctor_exchange and
// the command.

/// What is looked at, in the order in which a person would.
enum class checkup {
    config,
    plans,
    daemon,
    rights,
    state,
    disk,
    credentials,
    trust,
    exchange,
    clock,
    permissions,
    account,
    limits
};
enum class health { ok, warn, fail };

/// One line of the report.
struct finding {
    checkup what{};
    std::string of; ///< the credential or account; empty: there is one only
    health is{};
    std::string told; ///< what was found
    std::string mend; ///< what to do about it; empty if all is well
    friend bool operator==(const finding&, const finding&) = default;
};

/// A state directory as the file system shows it to this user.
struct directory_reading {
    bool exists = false;
    bool is_directory = false;
    bool can_write = false;             ///< to it; if it does not exist: to where it would be made
    bool others_see = false;            ///< group or world have rights on it
    std::string owner, user;            ///< by name
    bool is_root = false;               ///< the user
    std::vector<std::string> strangers; ///< files in it that belong to somebody else
    std::string configured;             ///< what a journal of this configuration belongs to
    std::string bound_to;               ///< what the journal there does; empty: there is none, or it cannot be read
    std::string journal_trouble;        ///< why it cannot be
};
finding judge_state(const std::string& path, const directory_reading& told);

struct disk_reading {
    std::uint64_t free_bytes = 0;
    std::uint64_t total_bytes = 0;
    bool can_make_files = true; ///< inodes are left
};
finding judge_disk(const std::string& path, const disk_reading& told);

/// How asking the daemon ended.
enum class daemon_contact { answered, nobody, silent, forbidden, other_release };
/// `is_held`: somebody has the lock of the state directory.
finding judge_daemon(const std::string& socket, daemon_contact how, bool is_held, const std::string& state);

/// Who asks, and what this machine knows of the groups that count (design.md 9).
struct rights_reading {
    std::string user;
    bool is_root = false;
    bool runs_daemon = false;  ///< the socket is this user's own
    bool group_exists = false; ///< `smarttraded`, whose members reach the socket
    bool in_group = false;
    bool in_group_at_next_login = false;
    bool is_operator = false;
    std::vector<std::string> unknown_operators; ///< groups of admin.operators that this machine does not know
    std::vector<std::string> operators;         ///< those it knows
};
std::vector<finding> judge_rights(const rights_reading& told);

/// `ahead`: of our clock before the exchange's; known to within `give_or_take`.
finding judge_clock(std::chrono::milliseconds ahead, std::chrono::milliseconds give_or_take);

finding judge_permissions(const std::string& credential, const client::api_result<std::vector<std::string>>& told);

/// `others`: the accounts that the key sees, asked for where it does not show this one.
finding judge_account(const config::account& wanted, const client::api_result<trade::account>& told,
                      const std::vector<trade::account>& others);

/// The configured rate limits beside those that the API documents: ours must not let more through.
std::vector<finding> judge_limits(const std::vector<config::rate_limit>& configured,
                                  const std::vector<config::rate_limit>& documented);

/// What makes no sense with `paper:` says so.
std::vector<finding> nothing_to_ask();

} // namespace smarttrade::service

namespace smarttrade::base {
template <> struct enum_names<service::checkup> {
    static constexpr std::array<std::string_view, 13> names{"config",      "plans",       "daemon", "rights",   "state",
                                                            "disk",        "credentials", "trust",  "exchange", "clock",
                                                            "permissions", "account",     "limits"};
};
template <> struct enum_names<service::health> {
    static constexpr std::array<std::string_view, 3> names{"ok", "warn", "fail"};
};
} // namespace smarttrade::base
