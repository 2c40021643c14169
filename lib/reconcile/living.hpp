#pragma once

#include <string>

#include "reconcile/deciding.hpp"

namespace smarttrade::reconcile {

/// One live trade of ours and what may be sent for it. A decision asks for at most one write a trade.
class living_trade {
public:
    living_trade(deciding& of, const trade::trade_identity& identity, const trade_history& past, const sighting& seen,
                 bool is_protected);

    /// What a write is, as it is told and journaled.
    struct request {
        std::string reason;
        std::string detail; ///< which step or adjustment, or why
        std::string body;   ///< the create body that it brings about; empty for commands
    };
    /// Asks for the write unless something keeps it back; says where the trade stands then.
    standing send(action_kind kind, const request& what, asked_by whom);
    standing cancel(const std::string& reason, asked_by whom); ///< before the entry only
    standing close(const std::string& reason, asked_by whom);  ///< by market; before the entry a cancel

    void look_for_end(); ///< reads the trade if a person waits for its end

    standing at(verdict what, std::string why) const;
    bool wears_its_tag() const; ///< no: somebody took it away, or it was adopted

    deciding& of_;
    const trade::trade_identity& identity_;
    const trade_history& past_;
    const sighting& seen_;
    const trade::smart_trade& entity_;
    action* sent_ = nullptr; ///< the write that was asked for; valid until the next one of this decision
    bool is_protected_ = false;
};

/// Whether a person's word ends it now: a cancel of what has entered since ends nothing, and keeps nothing back.
bool is_ordered_to_end(const trade_history& past, const trade::smart_trade& entity);

/// What a live trade that was seen needs to be as the plan has it.
standing decide_led(deciding& of, const wish& w, const trade_history& past, const sighting& seen);

} // namespace smarttrade::reconcile
