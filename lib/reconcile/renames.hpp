#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "reconcile/history.hpp"
#include "reconcile/observed.hpp"
#include "reconcile/reconcile.hpp"

namespace smarttrade::reconcile {

/// The trade that an entry takes over because it says what it was called before (`was`): that of its own revision, else
/// the newest that may live. Null: it says nothing, there is none, or under the new name there is one already.
const std::pair<const trade::trade_identity, trade_history>* taken_over(const wish& of, const history& past,
                                                                        const observed& seen);

/// The trade that an entry adopts. Nothing above the revision that did: a higher one runs it anew (design.md 4).
std::optional<trade::smart_trade_id> to_adopt(const wish& of, const history& past);

/// What entries name: in any revision, and what they take over.
class named_trades {
public:
    named_trades(const std::vector<wish>& wishes, const history& past, const observed& seen);
    bool contains(const trade::trade_identity& identity) const;
    bool is_taken_over(const trade::trade_identity& identity) const { return taken_over_.contains(identity); }

private:
    std::set<std::pair<trade::account_id, std::string>> names_;
    std::set<trade::trade_identity> taken_over_;
};

} // namespace smarttrade::reconcile
