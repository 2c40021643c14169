#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "async/time_source.hpp"
#include "base/utc_time.hpp"
#include "client/rate_limit.hpp"
#include "reconcile/reconcile.hpp"
#include "service/account_port.hpp"

namespace smarttrade::service {

/// Where the service stands at one moment, as numbers: for /metrics and /readyz.
struct service_readings {
    struct account {
        std::string name;
        std::string credential;                    ///< name of its key; empty on the embedded exchange
        bool api_up = false;                       ///< its newest read was answered; at first false
        std::string key_refused{};                 ///< what the exchange says against the key; empty: nothing
        std::optional<base::utc_time> passed_at{}; ///< when its newest complete pass ended; nothing: none has yet
        std::chrono::nanoseconds pass_age{};       ///< how long ago that was
        std::chrono::nanoseconds pass_every{}; ///< how far apart passes stand: the interval, or what the budget allows
    };
    struct key {
        std::string credential;
        client::rate_reading limiter;
    };
    using place = std::pair<reconcile::phase, reconcile::verdict>;

    std::map<place, std::size_t> trades;                            ///< of the plans, and those left by them
    std::chrono::nanoseconds unknown_oldest{};                      ///< 0: nothing is unknown
    std::map<std::pair<std::string, std::string>, double> exposure; ///< by account and quote currency
    std::size_t holds = 0;
    bool is_halted = false;
    bool plans_valid = false; ///< the newest reading of the plan files
    bool journal_writable = true;
    std::vector<account> accounts; ///< in the order of the configuration
    std::vector<key> keys;
};

/// How many stand where. A wish that nobody has decided on yet is planned and pending.
std::map<service_readings::place, std::size_t> count_trades(const reconcile::decision& standing, std::size_t wishes);

/// How long the trade that is unknown for the longest has been so. What was sent without an answer counts from there
/// (after a restart from the start, as the journal's clock is another), a trade that the exchange does not show from
/// when it was seen last.
std::chrono::nanoseconds unknown_oldest(const reconcile::decision& standing, const reconcile::history& past,
                                        const reconcile::observed& seen, async::mono_time now);

/// What our live trades hold: bought or sold units that are not closed yet, times the last price (where none was told,
/// the average of the entry). Long and short add up. For pictures, not for decisions: in double.
std::map<std::pair<std::string, std::string>, double>
exposure_of(const reconcile::observed& seen, const reconcile::history& past, const std::vector<account_port>& accounts);

/// Why the service is not ready, a sentence each; none: it is. Each account was read within three of its passes, its
/// key is good, and the journal can be written.
std::vector<std::string> reasons_unready(const service_readings& now);

} // namespace smarttrade::service
