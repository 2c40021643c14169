#include "reconcile/history.hpp"

#include <algorithm>

namespace smarttrade::reconcile {

namespace {

create_attempt::state state_after(trade::outcome ended) {
    using state = create_attempt::state;
    switch (ended) {
    case trade::outcome::unknown: return state::unknown;
    case trade::outcome::not_sent: return state::not_sent;
    case trade::outcome::accepted: return state::accepted;
    case trade::outcome::refused: return state::refused;
    case trade::outcome::credential: return state::credential;
    case trade::outcome::throttled: return state::throttled;
    }
    return state::unknown;
}

} // namespace

bool trade_history::settled() const {
    const auto* newest = last();
    return !newest || (newest->is != create_attempt::state::in_flight && newest->is != create_attempt::state::unknown);
}

void history::apply(const fact& what, mono_time at) {
    newest_ = std::max(newest_, what.at);
    switch (what.kind) {
    case fact_kind::intent: {
        trades_[what.identity].attempts.push_back(
            {what.nonce, what.body, what.at, create_attempt::state::in_flight, at, {}, what.text});
        nonces_.insert_or_assign(what.nonce, what.identity);
        break;
    }
    case fact_kind::outcome:
        if (auto* attempt = attempt_of(what.nonce)) {
            attempt->is = state_after(what.ended.value_or(trade::outcome::unknown));
            attempt->since = at;
            attempt->message = what.text;
        }
        break;
    case fact_kind::absent:
        if (auto* attempt = attempt_of(what.nonce)) {
            attempt->is = create_attempt::state::absent;
            attempt->since = at;
        }
        break;
    case fact_kind::bound: {
        auto& trade = trades_[what.identity];
        trade.trade_id = what.trade_id;
        trade.bound_nonce = what.nonce;
        trade.bound_body = what.body;
        if (what.trade_id) ids_.insert_or_assign(*what.trade_id, what.identity);
        if (auto* attempt = attempt_of(what.nonce)) {
            attempt->is = create_attempt::state::accepted;
            attempt->since = at;
        }
        break;
    }
    case fact_kind::canary: canaries_.insert(what.identity.account); break;
    case fact_kind::history_read: read_.insert(what.identity.account); break;
    case fact_kind::observed: trades_[what.identity].last_observed = what.text; break;
    case fact_kind::plans: accepted_plans_ = what.body; break;
    case fact_kind::binding:
    case fact_kind::request: break;
    }
}

void history::close_open_attempts(mono_time at) {
    for (auto& [identity, trade] : trades_)
        for (auto& attempt : trade.attempts)
            if (attempt.is == create_attempt::state::in_flight) {
                attempt.is = create_attempt::state::unknown;
                attempt.since = at;
                attempt.message = "the daemon ended before a reply came";
            }
}

const trade_history* history::find(const trade::trade_identity& identity) const {
    const auto found = trades_.find(identity);
    return found == trades_.end() ? nullptr : &found->second;
}

const trade::trade_identity* history::owner_of_nonce(const std::string& nonce) const {
    const auto found = nonces_.find(nonce);
    return found == nonces_.end() ? nullptr : &found->second;
}

const trade::trade_identity* history::owner_of_trade(trade::smart_trade_id id) const {
    const auto found = ids_.find(id);
    return found == ids_.end() ? nullptr : &found->second;
}

create_attempt* history::attempt_of(const std::string& nonce) {
    const auto owner = nonces_.find(nonce);
    if (owner == nonces_.end()) return nullptr;
    for (auto& attempt : trades_[owner->second].attempts)
        if (attempt.nonce == nonce) return &attempt;
    return nullptr;
}

} // namespace smarttrade::reconcile
