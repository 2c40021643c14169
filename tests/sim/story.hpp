#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_names.hpp"
#include "base/prng.hpp"

namespace smarttrade::sim {

using std::chrono::milliseconds;

/// What can happen to a world. Those of the network and the exchange hit the next request they fit; `length` is the
/// delay, lag or duration; `n` is told beside each.
enum class incident {
    // The network.
    drop_request,  ///< read by nobody, connection closed
    lose_reply,    ///< executed, connection closed
    commit_late,   ///< connection closed at once, executed `length` later
    slow_request,  ///< on its way for `length`; `n` 1: SIGTERM as it leaves
    slow_reply,    ///< executed, the answer takes `length`
    gateway_error, ///< executed, `n` (500, 502, 504) answered by something in between
    garble_reply,  ///< executed, the answer is cut in the middle
    api_down,      ///< connections are refused for `length`
    duplicate,     ///< executed twice; outside the fault model
    // The exchange.
    throttle,   ///< 429 and its penalty
    ban,        ///< 418
    share_key,  ///< somebody else sends `n` requests with our key
    stale_list, ///< one listing is `length` old
    empty_list, ///< one listing is empty
    page_shift, ///< the next pages of one listing skip a row
    forget,     ///< one GET of a trade answers that there is none
    refuse_key, ///< 401 for `length`
    // The machine.
    kill,       ///< kill -9 at the `n`-th operation from then
    lose_power, ///< at the `n`-th operation from then; off for `length`
    terminate,  ///< SIGTERM
    suspend,    ///< for `length`
    step_clock, ///< the wall clock jumps by `length`, which may be negative
    disk_full,  ///< for `length`
    disk_error, ///< for `length`
    // People.
    edit_plans,     ///< the files become set `n`, and the daemon is told if `length` is not zero
    cancel_by_hand, ///< the `n`-th of our live trades, or the `newest`, is cancelled in the app
    create_by_hand, ///< somebody trades on the same account
    look_alike,     ///< a bot creates a trade as ours, with a tag that is nearly ours
    edit_by_hand,   ///< the `n`-th of our live trades is changed in the app: stop, target or note
    order,          ///< the operator's word on the `n`-th of our live trades
    halt,           ///< by the operator, for `length`
    confirm,        ///< the operator lets all holds go
    fill_first,     ///< the next cancel (`n` 0), or the look before it (1), meets an entry that was just filled
    lose_state,     ///< the state directory is gone at the next start, which is now
    back_up,        ///< the journal is copied
    restore         ///< the daemon is killed, and that copy is put in the place of its journal
};

/// Which requests an incident of the network fits.
enum class target { any, write, list, read };

inline constexpr int newest = 1'000; ///< as the number of a trade

struct happening {
    incident what{};
    milliseconds at{}; ///< since the world began
    target of{};
    milliseconds length{};
    int n = 0;
    friend bool operator==(const happening&, const happening&) = default;
};

/// The bounds of the fault model (tests/README.md).
inline constexpr milliseconds commit_max{10'000}, lag_max{10'000};
/// Faults last this long, then the world heals.
inline constexpr milliseconds storm{12 * 60'000};

/// What a world of this seed goes through, in order of time. `sets`: how many plan sets there are.
std::vector<happening> draw_story(base::prng& draw, int sets, bool outside_model);

std::string tell_time(milliseconds since_start); ///< `00:03:12.250`
/// One line for a person: `00:03:12 the reply to the next write is lost after it was executed`.
std::string tell(const happening& what);

} // namespace smarttrade::sim

namespace smarttrade::base {
template <> struct enum_names<sim::incident> {
    static constexpr std::array<std::string_view, 36> names{
        "drop_request", "lose_reply",     "commit_late",    "slow_request", "slow_reply",   "gateway_error",
        "garble_reply", "api_down",       "duplicate",      "throttle",     "ban",          "share_key",
        "stale_list",   "empty_list",     "page_shift",     "forget",       "refuse_key",   "kill",
        "lose_power",   "terminate",      "suspend",        "step_clock",   "disk_full",    "disk_error",
        "edit_plans",   "cancel_by_hand", "create_by_hand", "look_alike",   "edit_by_hand", "order",
        "halt",         "confirm",        "fill_first",     "lose_state",   "back_up",      "restore"};
};
} // namespace smarttrade::base
