#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reconcile/fact.hpp"

namespace smarttrade::reconcile {

using mono_time = std::chrono::steady_clock::time_point;

/// One create we meant to send. It is `in_flight` from its intent to its outcome; an intent found without an outcome
/// when the journal is opened is unknown, because we do not know how far it got (F4).
struct create_attempt {
    enum class state { in_flight, unknown, absent, refused, credential, throttled, not_sent, accepted };
    std::string nonce;
    std::string body;             ///< what was asked for, without the note
    base::utc_time intended_at{}; ///< by the server's clock
    state is{};
    mono_time since{};   ///< when it took this state, or when the journal was opened
    std::string message; ///< what the exchange or the network said
    std::string pair;    ///< `USDT_BTC`: where to look for its tag
};

/// What the journal says of one identity.
struct trade_history {
    std::vector<create_attempt> attempts; ///< oldest first; at most the last is in flight or unknown
    std::optional<trade::smart_trade_id> trade_id;
    std::string bound_body; ///< what it was created with; empty if it was found, not made
    std::string bound_nonce;
    std::string last_observed; ///< the entity as JSON, as the newest change of it was journaled; empty: none yet

    const create_attempt* last() const { return attempts.empty() ? nullptr : &attempts.back(); }
    bool settled() const;
    mono_time last_change() const { return attempts.empty() ? mono_time{} : attempts.back().since; }
};

/// The journal as a value: the fold of its facts. Restarting is folding again.
class history {
public:
    /// Takes one fact. `at` is the moment on our monotonic clock that back-offs count from.
    void apply(const fact& what, mono_time at);
    /// To call once after the facts of earlier runs were applied: what was in flight then is unknown now.
    void close_open_attempts(mono_time at);

    const trade_history* find(const trade::trade_identity& identity) const;
    const std::map<trade::trade_identity, trade_history>& trades() const { return trades_; }
    /// Whose create carried this nonce; nothing if our journal never issued it.
    const trade::trade_identity* owner_of_nonce(const std::string& nonce) const;
    const trade::trade_identity* owner_of_trade(trade::smart_trade_id id) const;
    bool canary_proven(trade::account_id account) const { return canaries_.contains(account); }
    bool history_read(trade::account_id account) const { return read_.contains(account); }
    const std::string& accepted_plans() const { return accepted_plans_; } ///< body of the newest plans fact
    base::utc_time newest() const { return newest_; } ///< of all facts applied; the epoch if there is none

private:
    create_attempt* attempt_of(const std::string& nonce);

    std::map<trade::trade_identity, trade_history> trades_;
    std::map<std::string, trade::trade_identity> nonces_;
    std::map<trade::smart_trade_id, trade::trade_identity> ids_;
    std::set<trade::account_id> canaries_;
    std::set<trade::account_id> read_;
    std::string accepted_plans_;
    base::utc_time newest_{};
};

} // namespace smarttrade::reconcile
