#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/settings.hpp"
#include "trade/vocabulary.hpp"

namespace smarttrade::service {

using config::log_level;

/// Everything the log can say, once. The word is the same in log, CLI and metrics: `noun.verb`.
enum class event {
    service_started,
    service_ready,
    service_degraded,
    service_stopping,
    service_stopped,
    plans_accepted,
    plans_refused,
    plans_warned,
    settings_changed,
    settings_waiting,
    settings_refused,
    account_read,
    account_noted,
    account_unfit,
    account_frozen,
    trade_planned,
    trade_submitted,
    trade_created,
    trade_refused,
    trade_uncertain,
    trade_adopted,
    trade_absent,
    trade_entered,
    trade_finished,
    trade_stopped,
    trade_closed,
    trade_cancelled,
    trade_failed,
    trade_unprotected,
    trade_blocked,
    trade_removed,
    trade_returned,
    trade_updated,
    trade_noted,
    trade_ordered,
    trade_renamed,
    trade_settled,
    trade_released,
    funds_sent,
    hold_made,
    hold_confirmed,
    hold_lapsed,
    service_halted,
    service_resumed,
    trade_missing,
    entry_trailing,
    profit_trailing,
    profit_taken,
    stop_moved,
    stop_triggered,
    api_down,
    api_up,
    api_throttled,
    key_refused,
    key_accepted,
    key_unreadable,
    trust_unusable,
    alert_failed,
    clock_jumped,
    journal_written,
    journal_failed
};

struct event_kind {
    std::string_view word;
    log_level level;
};
/// Word and level of an event.
const event_kind& kind_of(event what);
/// Its MESSAGE_ID in the system's journal, 32 hex digits: the first 128 bits of the SHA-256 of `smarttraded:` and the
/// word. As stable as the word.
std::string message_id(event what);

/// One line of the log.
struct log_event {
    event what{};
    std::string trade; ///< plan name; empty: about the daemon as a whole
    std::optional<trade::smart_trade_id> id;
    std::string account;
    std::string change;                                      ///< `58500->58800`
    std::vector<std::pair<std::string, std::string>> fields; ///< key, value with its unit
    std::string why;                                         ///< a sentence; may be empty
};

/// Where the log goes.
struct log_sink {
    virtual ~log_sink() = default;
    virtual void write(const log_event& what) = 0;
};

} // namespace smarttrade::service
