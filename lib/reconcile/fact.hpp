#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/enum_names.hpp"
#include "base/utc_time.hpp"
#include "trade/desired_trade.hpp"
#include "trade/outcome.hpp"
#include "trade/trade_shape.hpp"

namespace smarttrade::reconcile {

/// What the journal can say. The words are those of the journal's `kind` column.
enum class fact_kind {
    binding,      ///< the first of all: what this journal belongs to: text
    intent,       ///< we are about to create: identity, nonce, body, at (server clock), text = pair and the
                  ///< user's note behind a space
    request,      ///< the bytes that leave for an intent or a write: nonce, text = method, path and size, body = they
    outcome,      ///< how that request ended: nonce, ended, http_status, trade_id if accepted, text = message
    absent,       ///< the tag of an unknown create was proven absent: nonce
    bound,        ///< this trade on the exchange is that identity: identity, trade_id, nonce, text = by what evidence
    observed,     ///< what changed on it: identity, trade_id, text = the entity as JSON
    canary,       ///< the account returns notes byte for byte: account
    history_read, ///< every trade of the account was read once: account
    plans,        ///< a plan set was accepted: text = its size, body = its files
    write,        ///< we are about to change a trade: identity, trade_id, nonce, text = the action's word and what it
                  ///< is about (`add_funds avg-1`), body = the create body the change brings about
    written,      ///< how that ended: nonce, ended, http_status, text = message
    settled,      ///< reads have shown how a write of unknown outcome ended: nonce, ended, text = by what evidence
    echo,         ///< how the exchange shows what was applied: identity, trade_id, text = the entity as JSON,
                  ///< body = names and ids of its steps (`tp1=1 tp2=2`) and, on a second line, the create body that
                  ///< it shows, where that was never sent
    snapshot,     ///< the orders of a trade before funds are moved: identity, trade_id, text = the adjustment's id,
                  ///< body = their ids (`order=1 order=2`)
    managed,      ///< an accepted set holds this identity: text = on_remove, body = `protect` or empty; when it changes
    removed,      ///< an accepted set holds it no more: identity, text = hash of that set
    renamed,      ///< `was:` carried it here: identity (the new one), text = the old name
    ordered,      ///< the operator's word on a trade: identity, text = cancel, close, enter, process, release, retry;
                  ///< with trade_id: that one trade of several under this name is released
    confirmed,    ///< the operator let a hold go: text = its id
    halted,       ///< nothing but the operator's own close and cancel is sent from here
    resumed       ///< to here
};

/// One line of the journal. Members that a kind does not name are empty.
struct fact {
    fact_kind kind{};
    base::utc_time at{};
    trade::trade_identity identity;
    std::string nonce;
    std::string body; ///< the create body without its note, as the trade was or will be asked for
    std::optional<trade::smart_trade_id> trade_id;
    std::optional<trade::outcome> ended;
    int http_status = 0;
    std::string text;
    std::shared_ptr<const trade::trade_shape> shape{}; ///< of an echo: what `text` says, for whoever cannot read it
};

} // namespace smarttrade::reconcile

namespace smarttrade::base {
template <> struct enum_names<reconcile::fact_kind> {
    static constexpr std::array<std::string_view, 22> names{
        "binding",      "intent",  "request", "outcome",   "absent",  "bound",  "observed", "canary",
        "history_read", "plans",   "write",   "written",   "settled", "echo",   "snapshot", "managed",
        "removed",      "renamed", "ordered", "confirmed", "halted",  "resumed"};
};
} // namespace smarttrade::base
