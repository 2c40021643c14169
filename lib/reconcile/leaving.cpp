// A trade that no plan names any more.
#include <algorithm>

#include <fmt/format.h>

#include "reconcile/living.hpp"

namespace smarttrade::reconcile {

namespace {

using namespace std::chrono_literals;

constexpr auto removal_window = 10min; ///< guardrails.max_changes.remove counts over this

/// How many were removed about when this one was. That does not change with time: what is held stays held.
std::size_t count_removed(deciding& of, const trade_history& past) {
    if (!past.removed_at) return 0; // no set ever held it
    const auto& all = of.look_back().removals;
    const auto first = std::ranges::upper_bound(all, *past.removed_at - removal_window);
    const auto end = std::ranges::lower_bound(all, *past.removed_at + removal_window);
    return static_cast<std::size_t>(std::ranges::distance(first, end));
}

/// An entry without a trade, first named by the set that named this one no more: maybe this one under another name.
const wish* twin_created(const deciding& of, const trade::trade_identity& identity, const trade_history& removed,
                         const trade::smart_trade& entity) {
    for (const auto& w : of.wishes_) {
        const auto& request = w.trade.request;
        if (w.trade.identity.account != identity.account || request.pair != entity.pair
            || request.position.type != entity.position.type)
            continue;
        const auto* past = of.past_.find(w.trade.identity);
        if (past && !past->trade_id && past->first_wanted == removed.removed_at) return &w;
    }
    return nullptr;
}

std::optional<refusal> hold_removal(deciding& of, const trade::trade_identity& identity, const trade_history& past,
                                    const trade::smart_trade& entity) {
    if (const auto count = count_removed(of, past); count > of.rules_.remove_max)
        if (auto held = of.hold_back(hold_id("remove", of.rules_.plans_hash, {}),
                                     fmt::format("{} trades removed within 10 minutes, guardrails.max_changes.remove "
                                                 "allows {}",
                                                 count, of.rules_.remove_max),
                                     identity))
            return held;
    const auto* twin = twin_created(of, identity, past, entity);
    if (!twin) return std::nullopt;
    return of.hold_back(
        hold_id("rename", twin->trade.identity.name, identity.name),
        fmt::format("looks like a rename of {0}: write `was: {0}`, or confirm that it is another trade", identity.name),
        identity);
}

} // namespace

void decide_left(deciding& of, const trade::trade_identity& identity, const trade_history& past,
                 const named_trades& named) {
    const auto found = of.seen_.trades.find(*past.trade_id);
    if (found == of.seen_.trades.end() || past.is_released()) return;
    const auto& entity = found->second.entity;
    if (is_unprotected(entity)) {
        of.out_.left.push_back(stand(identity, phase::ended, verdict::unprotected,
                                     fmt::format("cancelled with {} {} held and no exit; `smarttraded release {}` once "
                                                 "it is dealt with",
                                                 (entity.entered_amount - entity.closed_amount).to_short_string(),
                                                 entity.pair.base, identity.name),
                                     entity.id));
        return;
    }
    if (entity.is_final() || named.is_taken_over(identity)) return;
    living_trade leaving{of, identity, past, found->second, past.is_protected};
    if (of.seen_.missing.contains(*past.trade_id)) {
        of.out_.left.push_back(leaving.at(verdict::blocked, why_missing(*past.trade_id, identity.name)));
        return;
    }
    if (is_ordered_to_end(past, entity)) {
        const auto reason = fmt::format("`smarttraded {}`", past.ordered);
        of.out_.left.push_back(past.ordered == "close" ? leaving.close(reason, asked_by::person)
                                                       : leaving.cancel(reason, asked_by::person));
        return;
    }
    if (named.contains(identity)) {
        of.out_.left.push_back(leaving.at(verdict::in_sync, "an older revision: the newer one waits for its end"));
        return;
    }
    if (!past.bound_nonce.empty() && !leaving.wears_its_tag()) { // released elsewhere (design.md 5, Ownership)
        of.out_.left.push_back(
            leaving.at(verdict::in_sync, "no longer in the plans, and its tag is gone: left as it is"));
        return;
    }
    const bool closes = past.on_remove == trade::removal::close;
    const bool cancels = past.on_remove == trade::removal::cancel && !trade::is_entered(entity);
    if (past.is_managed || past.is_protected || !(closes || cancels)) {
        of.out_.left.push_back(leaving.at(verdict::in_sync, "no longer in the plans: left as it is"));
        return;
    }
    if (auto held = hold_removal(of, identity, past, entity)) {
        of.out_.left.push_back(leaving.at(held->what, held->why));
        return;
    }
    const auto reason = fmt::format("no longer in the plans, on_remove is {}", base::name_of(past.on_remove));
    of.out_.left.push_back(closes ? leaving.close(reason, asked_by::plans) : leaving.cancel(reason, asked_by::plans));
}

} // namespace smarttrade::reconcile
