#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_names.hpp"
#include "reconcile/history.hpp"
#include "trade/desired_trade.hpp"
#include "trade/outcome.hpp"
#include "trade/rules.hpp"
#include "trade/trade_update.hpp"

namespace smarttrade::reconcile {

enum class action_kind {
    create,         ///< send the create of `identity`
    search,         ///< look for the tag with `nonce` in the account's lists of `pair`
    believe_absent, ///< journal that the create with `nonce` never happened
    bind,           ///< journal that `trade_id` is `identity`; `nonce` is its tag's
    read_back,      ///< GET `trade_id`, to see the first note of this account as the exchange keeps it
    prove_canary,   ///< journal that the account returns notes byte for byte
    take_echo,      ///< journal the newest sighting of `trade_id` as what was applied, as the exchange shows it
    settle_write,   ///< journal how the write with `nonce` ended, as reads have shown: `ended`
    read_trade,     ///< GET `trade_id`
    read_orders,    ///< GET the orders of `trade_id`
    read_market,    ///< GET prices and limits of `pair`
    rename,         ///< journal that `trade_id` is `identity` now, which was `text` before
    update,         ///< PATCH `trade_id` with `change`
    set_note,       ///< give `trade_id` the note `text`
    cancel,         ///< DELETE `trade_id`, in one span with a read that shows it is not entered
    close,          ///< close `trade_id` by market
    force_start,    ///< enter `trade_id` now
    force_process,  ///< have the exchange look at `trade_id` now
    close_step,     ///< close `order` of `trade_id` by market
    cancel_step,    ///< take `order` off `trade_id`
    add_funds,      ///< send `funds`, the adjustment `text`
    reduce_funds    ///< send `funds`, the adjustment `text`
};

/// Whether it changes something on the account.
constexpr bool is_write(action_kind kind) { return kind == action_kind::create || kind >= action_kind::update; }

struct action {
    action_kind kind{};
    trade::trade_identity identity;
    std::string nonce;
    std::optional<trade::smart_trade_id> trade_id;
    std::string reason;     ///< a trader reads it
    trade::pair pair{};     ///< of a search, of a market; of a create: its price is to be read right before it
    std::string difference; ///< of an update: `stop 58500->58800, tp1 61000->61500`
    std::optional<trade::trade_update> change{};
    std::optional<trade::funds_order> funds{};
    std::optional<trade::sub_trade_id> order{};
    std::optional<trade::outcome> ended{};         ///< of settle_write
    std::string text{};                            ///< of a note, an adjustment, a rename
    std::optional<trade::trade_request> request{}; ///< of a create whose percent exits are prices now
    bool is_ordered = false;                       ///< by the operator: a halt does not hold it
    bool looks_first = false; ///< its trade was not read for long: it is read right before, and decided anew
};

/// A write that waits for a person: `smarttraded confirm ID` lets it go.
struct hold {
    std::string id; ///< [a-z0-9-]+
    std::string why;
    std::vector<trade::trade_identity> trades; ///< that wait for it
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

/// What only the exchange and the journal know against a wish: the limits of its market, a revision that was lowered.
struct breach {
    trade::trade_identity identity;
    std::vector<trade::violation> violations; ///< at fields of the wish, in the nesting of the API
};

struct decision {
    std::vector<action> actions;
    std::vector<standing> standings; ///< one for every wish, in the order of the wishes
    std::vector<standing> left;      ///< of trades that no plan names any more and that are not done with
    std::vector<hold> holds;
    std::vector<breach> breaches;                    ///< of those that are blocked by them
    std::map<trade::account_id, std::string> frozen; ///< accounts where nothing is created until a person has looked
    mono_time wake_at = mono_time::max();            ///< when time alone changes this decision
};

} // namespace smarttrade::reconcile

namespace smarttrade::base {
template <> struct enum_names<reconcile::action_kind> {
    static constexpr std::array<std::string_view, 22> names{
        "create",     "search",       "believe_absent", "bind",        "read_back",   "prove_canary",
        "take_echo",  "settle_write", "read_trade",     "read_orders", "read_market", "rename",
        "update",     "set_note",     "cancel",         "close",       "force_start", "force_process",
        "close_step", "cancel_step",  "add_funds",      "reduce_funds"};
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
