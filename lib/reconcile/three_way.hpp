#pragma once

#include <optional>
#include <string>

#include "reconcile/step_names.hpp"

namespace smarttrade::reconcile {

constexpr int reverts_max = 3; ///< of one change made elsewhere: then it is only reported (design.md 5)

/// A live trade held against its wish, part by part: what the user edited is written, what was changed elsewhere is
/// reverted or reported, what the exchange did not take is tried again, what is the engine's own is never compared
/// (design.md 5).
struct comparison {
    std::optional<trade::trade_update> change;           ///< present: to be sent
    std::string difference;                              ///< `stop 58500->58800, tp1 61000->61500`
    std::string detail;                                  ///< why it is sent: `edit`, `revert`, `again`, `average 60100`
    std::string remark;                                  ///< what differs and stays so; empty: nothing
    std::string stuck;                                   ///< what a person has to settle; empty: nothing
    std::optional<money::price> stop_before, stop_after; ///< of a stop that the user moves
    bool writes_stop = false;                            ///< moved, put back or sent again
    std::optional<trade::trade_request> exits;           ///< those that change, to be held against the price
    bool is_same() const { return !change && remark.empty() && stuck.empty(); }
};

/// `target` is the wish with every exit as it should stand now; `steps` as journaled, or as match_new_steps() says;
/// `step` the market's price step, where it is known.
comparison compare(const deciding& of, const wish& w, const trade_history& past, const trade::smart_trade& entity,
                   const trade::trade_request& target, const step_ids& steps, const std::optional<money::price>& step);

} // namespace smarttrade::reconcile
