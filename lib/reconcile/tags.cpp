// Which trades on the exchange are ours by their tag.
#include "reconcile/tags.hpp"

#include "reconcile/deciding.hpp"
#include "trade/tag.hpp"

namespace smarttrade::reconcile {

namespace {

/// Any sighting of our tag settles the question of an unknown create (F1, F2), and finds our trades again after a
/// lost journal while the account's history was never read.
void find_unbound(found_tags& found, const history& past, trade::smart_trade_id id, const sighting& seen,
                  const trade::tag& worn) {
    const auto account = seen.entity.account.id;
    const trade::trade_identity identity{account, worn.name, worn.revision};
    const auto* owner = past.owner_of_nonce(worn.nonce);
    const bool issued = owner && *owner == identity;
    if (!issued && past.history_read(account)) return; // second_writer tells of it
    const auto* known = past.find(identity);
    if (known && known->let_go.contains(id)) return;
    if (known && known->trade_id && !known->let_go.contains(*known->trade_id)) return; // a duplicate
    const auto* newest = known ? known->last() : nullptr;
    if (newest && newest->is == attempt_state::in_flight) return; // its own reply is about to tell
    const auto [before, is_first] = found.try_emplace(identity, id, worn.nonce);
    const bool is_copy = before->second.second == worn.nonce; // the older one is ours: a nonce is sent once
    if (!is_first && !is_copy && !seen.entity.is_final()) before->second = {id, worn.nonce};
}

/// One that was believed lost, so that another was created, and that has come, bought or sold, and gone since.
bool is_late_twin(const history& past, const trade::smart_trade& entity, const trade::tag& worn) {
    using enum trade::trade_status;
    const bool moved_nothing =
        entity.entered_amount.sign() == 0 && (entity.status.type == cancelled || entity.status.type == failed);
    if (moved_nothing) return false;
    const auto* owner = past.owner_of_nonce(worn.nonce);
    const trade::trade_identity wearer{entity.account.id, worn.name, worn.revision};
    const auto* known = owner && *owner == wearer ? past.find(wearer) : nullptr;
    return known && known->trade_id && known->bound_nonce != worn.nonce;
}

} // namespace

found_tags unbound_tags(const observed& seen, const history& past, const std::string& instance) {
    found_tags found;
    for (const auto& [id, sighting] : seen.trades) {
        const auto worn = past.owner_of_trade(id) ? std::nullopt : trade::tag::parse(trade::note_of(sighting.entity));
        if (worn && worn->instance == instance) find_unbound(found, past, id, sighting, *worn);
    }
    return found;
}

void find_tags(deciding& of) {
    // Both are sorted by id: a walk along them costs much less than a search for each.
    auto owned = of.past_.owners().begin();
    const auto end = of.past_.owners().end();
    for (const auto& [id, seen] : of.seen_.trades) {
        while (owned != end && owned->first < id) ++owned;
        if (owned != end && owned->first == id) continue;
        const auto worn = trade::tag::parse(trade::note_of(seen.entity));
        if (!worn || worn->instance != of.rules_.instance) continue;
        if (!of.past_.owner_of_nonce(worn->nonce)) of.strangers_[seen.entity.account.id].emplace_back(id, worn->text());
        find_unbound(of.found_, of.past_, id, seen, *worn);
        if (!seen.entity.is_final() || is_late_twin(of.past_, seen.entity, *worn))
            of.tagged_[{seen.entity.account.id, worn->name, worn->revision}].push_back(id);
    }
    for (const auto& [identity, evidence] : of.found_)
        of.act(action_kind::bind, identity, evidence.second, evidence.first, "its tag was found on the exchange");
}

} // namespace smarttrade::reconcile
