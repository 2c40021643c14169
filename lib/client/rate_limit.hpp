#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/strong_id.hpp"

namespace smarttrade::client {

using mono_time = std::chrono::steady_clock::time_point;

/// Who goes first when slots are short (design.md 6): close and cancel, then edits of a stop, then create, edit and
/// enter, then settling unknown creates, then polling, then audits.
enum class lane { cancel, stop_edit, write, settle, poll, audit };
inline constexpr std::array<std::string_view, 6> lane_names{"cancel", "stop_edit", "write", "settle", "poll", "audit"};

/// Lanes that guard money already at risk: they may use the reserve, and a disk that fails does not stop them.
constexpr bool is_urgent(lane who) { return who <= lane::stop_edit; }

/// One limit of the API. `match` is `METHOD PATH` without the base URL's path, `*` for one segment; empty: all
/// requests.
struct rate_limit {
    std::string match;
    std::size_t requests = 0;
    std::chrono::nanoseconds per{};
    std::chrono::nanoseconds penalty{};
    std::size_t reserve = 0; ///< slots that only urgent lanes may take
};

/// Whether a limit with that `match` counts the request `METHOD PATH`.
bool counts(std::string_view match, std::string_view request);

/// One request at the limiter: first waiting, then holding a slot in every limit that counts it.
using ticket = base::strong_id<struct ticket_tag>;

/// A slot as it is remembered over a restart.
struct held_slot {
    ticket id;
    std::string request;                 ///< `METHOD PATH`
    std::optional<mono_time> settled_at; ///< the server counted it no later than this; absent: still in flight
};

/// What holds requests back beside the slots. Numbers are stored: never change one.
enum class restraint_kind {
    silence = 0,     ///< after a 429: nothing leaves under that limit
    full_window = 1, ///< nothing is known of an earlier process: its window counts as full
    half_share = 2,  ///< after an unexplained 429: somebody else seems to use the key
    ban = 3,         ///< after a 418: nothing leaves at all
    ban_memory = 4   ///< another 418 in that time lasts twice as long
};

/// A restraint that lasts until a moment; all of them outlive the process that met them.
struct restraint {
    restraint_kind kind{};
    std::string match; ///< of the limit; of a ban empty
    mono_time until{};
    std::chrono::nanoseconds length{}; ///< how long it was to last when it began (ban_memory: the ban itself)
};

struct limiter_memory {
    std::vector<held_slot> slots;
    std::vector<restraint> restraints;
};

/// A 418 bans the address, so it silences every key of the process: one of these, shared by all limiters.
struct ip_ban {
    mono_time until{};
    std::chrono::nanoseconds length{}; ///< of the newest one
};

/// What the limiter of one key is doing, for status and metrics.
struct rate_reading {
    struct limit {
        std::string match;
        std::size_t used = 0;     ///< slots in flight or still counted
        std::size_t total = 0;    ///< what may be used now: half of `requests` after an unexplained 429
        std::size_t requests = 0; ///< of the limit
        mono_time silent_until{}; ///< in the past: not silent
        restraint_kind why{};     ///< of that silence: silence, full_window or ban
        mono_time halved_until{}; ///< in the past: the share is whole
    };
    std::vector<limit> limits;                          ///< in the order of the configuration
    std::array<std::size_t, lane_names.size()> waiting; ///< by lane
    std::size_t throttled = 0, banned = 0;              ///< answers 429 and 418 since this process began
};

} // namespace smarttrade::client
