#pragma once

#include <string>

#include "reconcile/observed.hpp"

namespace smarttrade::reconcile {

struct deciding;

/// What one account allows before any single wish is looked at.
struct account_standing {
    std::string closed;           ///< why nothing may be written there; empty: open
    bool opens_by_itself = false; ///< nobody has to do anything for that
    std::string frozen;           ///< why nothing may be created there, though trades that exist are led; empty: may
    bool probe_only = false;      ///< the key was refused: one create shows whether it is good again
    bool canary_busy = false;     ///< the first create is on its way or not yet read back
    bool canary_proven = false;

    void close_for_now(std::string why); ///< until time or the next read opens it
};

/// Judges an account; may ask for its canary to be read back or journaled as proven.
account_standing look_at_account(deciding& of, trade::account_id account);

/// Whether the trade wears the tag of this identity under this instance.
bool wears_tag_of(const sighting& seen, const trade::trade_identity& identity, const std::string& instance);

} // namespace smarttrade::reconcile
