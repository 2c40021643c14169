#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/utc_time.hpp"
#include "client/rate_limit.hpp"
#include "reconcile/reconcile.hpp"
#include "service/account_port.hpp"

namespace smarttrade::service {

/// One trade of `status`. Amounts are texts as the table shows them; empty: nothing to show.
struct status_row {
    std::string name, account, pair, phase, verdict, why;
    std::optional<std::int64_t> id;
    int revision = 1;
    std::string type, entry, now, profit, age;
    std::string file; ///< of the plans, where it stands; empty: in none any more
    int line = 0;
    friend bool operator==(const status_row&, const status_row&) = default;
};

/// How one API key stands with the rate limiter.
struct limiter_row {
    std::string key;                 ///< name of the credential; empty on the embedded exchange
    std::size_t used = 0, total = 0; ///< of the limit that every request takes from
    std::vector<std::pair<std::string, std::size_t>> waiting; ///< by lane, the most urgent first; only those that wait
    std::size_t throttled = 0;                                ///< 429s since the daemon started
    std::int64_t silent_seconds = 0;                          ///< until the next request may leave; 0: at once
    std::string silent_why;                                   ///< a sentence; empty: not silent
    friend bool operator==(const limiter_row&, const limiter_row&) = default;
};

/// What waits for a person's word.
struct hold_row {
    std::string id, why;
    std::vector<std::string> trades; ///< by name
    friend bool operator==(const hold_row&, const hold_row&) = default;
};

struct status_report {
    std::vector<status_row> trades;
    std::vector<hold_row> holds;
    bool is_halted = false;
    std::vector<std::string> troubles; ///< why what is shown may be old, a sentence each: reasons_unready
    std::vector<limiter_row> limiters; ///< one for each key; empty: no daemon runs
    std::string plans;                 ///< how the plans on disk were taken: "ok", or why they are refused
    friend bool operator==(const status_report&, const status_report&) = default;
};

/// What status shows of one key's limiter.
limiter_row limiter_row_of(const std::string& key, const client::rate_reading& reading, async::mono_time now);

/// The key that has the least left; null without a daemon.
const limiter_row* tightest(const status_report& report);

/// Rows in the order of the wishes, then those of trades that no plan names any more. Pure.
std::vector<status_row> status_rows(const reconcile::decision& standing, const std::vector<reconcile::wish>& wishes,
                                    const reconcile::observed& seen, base::utc_time now);

std::vector<hold_row> hold_rows(const std::vector<reconcile::hold>& holds);

/// `1f3a 12 new trades at once: btc, eth and 10 more: smarttraded confirm 1f3a`
std::string row_text(const hold_row& hold);

/// Only what is of one trade (by name) or one plan file; the counts are then of these. `what`: a name, or a file as it
/// is called in messages or by the end of its path. Nothing if there is none such.
std::optional<status_report> filtered(status_report report, std::string_view what);

/// `{"trades":[...],"holds":[{"id","why","trades","confirm"}],"halted":false,"troubles":[..],"budget":{"used":..,"total":..,"keys":[..]},"plans":".."}`,
/// one line. `used` and `total` are those of the key that has the least left.
std::string encode_status(const status_report& report);
std::optional<status_report> decode_status(std::string_view json);

/// "in_sync" reads "in sync" for people.
std::string spoken(std::string word);

/// STATUS= for systemd: `42 trades: 40 in sync, 2 pending | budget 31/100 | plans ok`.
std::string summary(const status_report& report);

/// Exit code of `status`, as `plan`'s: 0 in sync, 2 something pending or held, 3 unknown or unprotected.
int exit_code(const status_report& report);

} // namespace smarttrade::service
