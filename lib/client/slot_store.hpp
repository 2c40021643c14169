#pragma once

#include <string>

#include "client/rate_limit.hpp"

namespace smarttrade::client {

/// What a process that ended left to the next one.
struct left_behind {
    enum class trust {
        exact,   ///< same boot: the times are on our clock (steady_clock is CLOCK_MONOTONIC)
        doubtful ///< another boot, or unreadable: assume a full window. Restraints are then counted again from now
    };
    trust how{};
    limiter_memory memory;
};

/// Where a limiter remembers its slots over a restart. Every call is cheap. False: not stored; requests go on all the
/// same, and the next call should be replace(), so that the store catches up.
struct slot_store {
    virtual ~slot_store() = default;
    virtual left_behind load(mono_time now) = 0; ///< a store that never held anything is exact and empty
    /// A request leaves. Slots settled before `forget_before` weigh on no limit any more and may go; so may restraints
    /// that ended before it.
    virtual bool take(const held_slot& slot, mono_time forget_before) = 0;
    virtual bool settle(ticket id, mono_time settled_at) = 0;
    virtual bool forget(ticket id) = 0;           ///< never sent
    virtual bool keep(const restraint& what) = 0; ///< the one that ends last stays of its kind and limit
    virtual bool replace(const limiter_memory& all) = 0;
};

/// /proc/sys/kernel/random/boot_id; empty if it cannot be read. Two equal ones: the same steady_clock.
std::string read_boot_id();

} // namespace smarttrade::client
