#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/enum_names.hpp"
#include "base/utc_time.hpp"
#include "trade/desired_trade.hpp"
#include "trade/outcome.hpp"

namespace smarttrade::reconcile {

/// What the journal can say. The words are those of the journal's `kind` column.
enum class fact_kind {
    binding,      ///< the first of all: what this journal belongs to: text
    intent,       ///< we are about to create: identity, nonce, body, text = pair, at (server clock)
    request,      ///< the bytes that leave for that intent: nonce, text = method, path and size
    outcome,      ///< how that request ended: nonce, ended, http_status, trade_id if accepted, text = message
    absent,       ///< the tag of an unknown create was proven absent: nonce
    bound,        ///< this trade on the exchange is that identity: identity, trade_id, nonce, text = by what evidence
    observed,     ///< what changed on it: identity, trade_id, text = the entity as JSON
    canary,       ///< the account returns notes byte for byte: account
    history_read, ///< every trade of the account was read once: account
    plans         ///< a plan set was accepted: text = its size, body = its files
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
};

} // namespace smarttrade::reconcile

namespace smarttrade::base {
template <> struct enum_names<reconcile::fact_kind> {
    static constexpr std::array<std::string_view, 10> names{"binding", "intent",   "request", "outcome",      "absent",
                                                            "bound",   "observed", "canary",  "history_read", "plans"};
};
} // namespace smarttrade::base
