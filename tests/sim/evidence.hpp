#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "async/time_source.hpp"
#include "config/settings.hpp"
#include "paper_server/keeper.hpp"
#include "reconcile/action.hpp"
#include "trade/desired_trade.hpp"
#include "trade/status.hpp"
#include "trade/tag.hpp"

namespace smarttrade::sim {

using async::mono_time;

/// What a change met on the exchange, and what it left.
struct change_seen {
    trade::smart_trade_id trade;
    trade::account_id account;
    trade::told_status<trade::trade_status> status; ///< before
    std::string note;                               ///< before: whose trade it is
    bool was_entered = false;
    bool is_long = true;
    std::optional<money::price> stop_before, stop_after; ///< its trigger
    bool changed_terms = false;                          ///< entry, targets or stop are others now
};

/// One request of the daemon, as the wire and the exchange saw it. Moments are the world's.
struct sent_request {
    mono_time left_at{};
    std::string method, path, query;
    std::optional<trade::tag> tag;      ///< of a create: what its note begins with
    std::int64_t account = 0;           ///< of a create
    std::string units, pair;            ///< of a create, as it asks for them
    std::optional<money::price> ask;    ///< of a create, in its market when it left
    bool intent_was_durable = true;     ///< of a write: its nonce was on disk when it left
    std::optional<change_seen> change;  ///< of a change of a trade, as it was executed first
    std::vector<mono_time> read_at;     ///< when the exchange read it: never, once, or more often
    std::vector<std::int64_t> made;     ///< the smart trades it created
    int status = 0;                     ///< the exchange's own answer; 0: never executed
    std::optional<mono_time> heard_at;  ///< when the daemon held the reply in its hands
    int heard_status = 0;               ///< of that reply: a proxy may have answered instead
    std::optional<bool> showed_entered; ///< of a GET of one trade: whether its entry was filled
    bool was_wrong = false;             ///< of a listing: it showed the past, nothing, or not all
    bool was_late = false;              ///< of one that was wrong: it showed all, as it was up to lag_max before
};

/// What people said and did, once the daemon had acknowledged it or the exchange had done it.
struct peoples_words {
    struct halt {
        mono_time from;
        mono_time until = mono_time::max();
    };
    struct word {
        std::string hold;
        mono_time at;
        mono_time forgotten_at = mono_time::max(); ///< with a journal
    };
    std::vector<halt> halts;
    std::vector<word> confirmed;                             ///< also if nobody told of it: it may have been heard
    std::set<std::int64_t> ordered;                          ///< trades that an order was given for
    std::map<std::int64_t, mono_time> untagged;              ///< trades whose tag somebody took away
    std::map<std::int64_t, std::vector<mono_time>> edited;   ///< trades that were changed in the app
    std::map<trade::trade_identity, mono_time> renamed_away; ///< what a trade was called before

    void end_halts(mono_time at);
    /// `what` and `whom` as in its id; whom empty: anybody.
    bool has_confirmed(std::string_view what, std::string_view whom, mono_time by) const;
};

/// A plan set from its acceptance on.
struct plans_in_force {
    mono_time from;
    std::vector<trade::desired_trade> trades;
};

/// A set before these plans had a higher revision of one of them: whether that ran, the daemon's journal says.
inline bool may_be_lowered(const std::vector<trade::desired_trade>& plans, const std::vector<plans_in_force>& before) {
    const auto is_above = [&](const trade::desired_trade& earlier) {
        return std::ranges::any_of(plans, [&](const trade::desired_trade& plan) {
            return plan.identity.account == earlier.identity.account && plan.identity.name == earlier.identity.name
                   && plan.identity.revision < earlier.identity.revision;
        });
    };
    return std::ranges::any_of(before,
                               [&](const plans_in_force& set) { return std::ranges::any_of(set.trades, is_above); });
}

/// The ground truth of a world: what the exchange holds and has read, and what was told.
struct evidence {
    evidence(const paper_server::memory& of, const config::settings& under) : exchange{of}, settings{under} {}

    const paper_server::memory& exchange;
    const config::settings& settings;
    std::deque<sent_request> requests;
    struct cause {
        int status; ///< 429 or 418
        mono_time from, until;
    };
    std::vector<cause> throttle_causes;      ///< of answers that are no fault of the daemon
    std::vector<std::string> losses;         ///< what was acknowledged and is not on the disk any more
    std::vector<std::string> failures;       ///< how the daemon ended by itself
    std::vector<std::string> contradictions; ///< what one run of the daemon told and then told otherwise
    int journals_lost = 0;                   ///< what it knew of requests under way nobody can know
    struct restoration {
        mono_time copied, restored;
    };
    std::optional<restoration> restored; ///< an older journal took the place of the daemon's
    bool outside_model = false;          ///< a write may have been executed twice
    bool disk_failed = false;            ///< slots may have been forgotten, and then count twice
    bool clock_was_off =
        false; ///< the machine slept or its clock was set: before the first reply it cannot tell the time
    std::vector<mono_time> deaths;         ///< of the process, by a kill, a loss of power or its own end
    std::set<std::int64_t> told_naked;     ///< trades that the log called unprotected
    std::set<std::int64_t> bound;          ///< trades that the present journal knows
    std::set<std::int64_t> renamed;        ///< trades that a rename took to another name
    std::set<std::string> protected_names; ///< in every plan set that holds them
    peoples_words words;
    std::vector<plans_in_force> plans; ///< in order of time

    /// Whether a set in force until `by` adopts that trade of somebody else.
    bool is_adopted(trade::smart_trade_id id, mono_time by = mono_time::max()) const;

    // At the end, faults over:
    std::string unsettled;                      ///< what is still open after the time that is given; empty: nothing
    std::vector<trade::desired_trade> wanted;   ///< the plan set that must be in force
    std::vector<reconcile::standing> standings; ///< by the daemon's own word
    std::vector<reconcile::standing> left;      ///< of what is in no plan any more
    mono_time judged_at{};
};

} // namespace smarttrade::sim
