#include "reconcile/renames.hpp"

#include <climits>

#include "reconcile/deciding.hpp"

namespace smarttrade::reconcile {

namespace {

bool has_trade(const trade_history* of) { return of && (of->trade_id || !of->settled()); }

} // namespace

const std::pair<const trade::trade_identity, trade_history>* taken_over(const wish& of, const history& past,
                                                                        const observed& seen) {
    const auto& identity = of.trade.identity;
    if (of.trade.life.was.empty() || has_trade(past.find(identity))) return nullptr;
    const trade::trade_identity first{identity.account, of.trade.life.was, INT_MIN};
    const auto& all = past.trades();
    const std::pair<const trade::trade_identity, trade_history>* found = nullptr;
    for (auto i = all.lower_bound(first); i != all.end(); ++i) {
        const auto& [old, trade] = *i;
        if (old.account != first.account || old.name != first.name) break;
        if (!has_trade(&trade)) continue;
        if (old.revision == identity.revision) return &*i;
        if (!trade.trade_id || may_live(seen, *trade.trade_id)) found = &*i; // or its create is not settled
    }
    if (!found) return nullptr;
    return has_trade(past.find({identity.account, identity.name, found->first.revision})) ? nullptr : found;
}

std::optional<trade::smart_trade_id> to_adopt(const wish& of, const history& past) {
    const auto& adopt = of.trade.life.adopt;
    const auto* owner = adopt ? past.owner_of_trade(*adopt) : nullptr;
    const auto& own = of.trade.identity;
    const bool is_anew =
        owner && owner->account == own.account && owner->name == own.name && owner->revision < own.revision;
    return is_anew ? std::nullopt : adopt;
}

named_trades::named_trades(const std::vector<wish>& wishes, const history& past, const observed& seen) {
    for (const auto& w : wishes) {
        names_.emplace(w.trade.identity.account, w.trade.identity.name);
        if (const auto* old = taken_over(w, past, seen)) taken_over_.insert(old->first);
    }
}

bool named_trades::contains(const trade::trade_identity& identity) const {
    return names_.contains({identity.account, identity.name}) || taken_over_.contains(identity);
}

} // namespace smarttrade::reconcile
