#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/utc_time.hpp"
#include "client/rate_limit.hpp"
#include "reconcile/reconcile.hpp"
#include "trade/account.hpp"

namespace smarttrade::service {

/// What the loop would decide if some plan set were accepted now, and what that is measured against.
struct dry_run {
    std::vector<base::diagnostic> diagnostics; ///< of the plans; if one is an error, nothing else counts
    std::vector<base::diagnostic> findings;  ///< plan_findings; an error among them keeps its trade back, no other
    std::string cannot_tell;     ///< why there is no answer: an account was not read yet; empty: there is one
    reconcile::decision decided; ///< its actions: everything that would be sent if nothing came in between
    std::vector<reconcile::wish> wishes;
    reconcile::observed seen;
    base::utc_time now{};
    bool is_halted = false;

    struct account {
        trade::account_id id;
        std::string name;
        std::string key; ///< name of its credential; empty on the embedded exchange
        std::optional<std::vector<trade::balance>> balances{}; ///< absent: not read
    };
    std::vector<account> accounts;

    /// The limits of one key, and what of them is used at the moment.
    struct key {
        std::string name;
        struct bucket {
            client::rate_limit limit;
            std::size_t used = 0;
        };
        std::vector<bucket> buckets;
    };
    std::vector<key> keys;
};

} // namespace smarttrade::service
