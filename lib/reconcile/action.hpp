#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_names.hpp"
#include "reconcile/history.hpp"
#include "trade/desired_trade.hpp"

namespace smarttrade::reconcile {

enum class action_kind {
    create,         ///< send the create of `identity`
    search,         ///< look for the tag with `nonce` in the account's lists of `pair`
    believe_absent, ///< journal that the create with `nonce` never happened
    bind,           ///< journal that `trade_id` is `identity`; `nonce` is its tag's
    read_back,      ///< GET `trade_id`, to see the first note of this account as the exchange keeps it
    prove_canary    ///< journal that the account returns notes byte for byte
};

struct action {
    action_kind kind{};
    trade::trade_identity identity;
    std::string nonce;
    std::optional<trade::smart_trade_id> trade_id;
    std::string reason; ///< a trader reads it
    trade::pair pair;   ///< of a search
};

enum class phase { planned, submitting, waiting, entered, ending, ended };
enum class verdict { in_sync, pending, held, blocked, unknown, unprotected, released };

/// Where one wish stands: a line of `status`.
struct standing {
    trade::trade_identity identity;
    reconcile::phase phase{};
    reconcile::verdict verdict{};
    std::string why; ///< empty when in sync and nothing is to be said
    std::optional<trade::smart_trade_id> trade_id;
};

struct decision {
    std::vector<action> actions;
    std::vector<standing> standings;      ///< one for every wish, in the order of the wishes
    mono_time wake_at = mono_time::max(); ///< when time alone changes this decision
};

} // namespace smarttrade::reconcile

namespace smarttrade::base {
template <> struct enum_names<reconcile::action_kind> {
    static constexpr std::array<std::string_view, 6> names{"create", "search",    "believe_absent",
                                                           "bind",   "read_back", "prove_canary"};
};
template <> struct enum_names<reconcile::phase> {
    static constexpr std::array<std::string_view, 6> names{"planned", "submitting", "waiting",
                                                           "entered", "ending",     "ended"};
};
template <> struct enum_names<reconcile::verdict> {
    static constexpr std::array<std::string_view, 7> names{"in_sync", "pending",     "held",    "blocked",
                                                           "unknown", "unprotected", "released"};
};
} // namespace smarttrade::base
