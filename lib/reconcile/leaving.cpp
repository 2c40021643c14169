// A trade that no plan names any more.
#include <fmt/format.h>

#include "reconcile/living.hpp"

namespace smarttrade::reconcile {

namespace {

using namespace std::chrono_literals;

constexpr auto removal_window = 10min; ///< guardrails.max_changes.remove counts over this

std::size_t count_removed(const deciding& of) {
    std::size_t count = 0;
    for (const auto& [identity, trade] : of.past_.trades())
        if (trade.removed_at && trade.trade_id && of.now_ - *trade.removed_at < removal_window) ++count;
    return count;
}

/// An entry without a trade that may be this one under another name.
const wish* twin_created(const deciding& of, const trade::trade_identity& identity, const trade::smart_trade& entity) {
    for (const auto& w : of.wishes_) {
        const auto& request = w.trade.request;
        if (w.trade.identity.account != identity.account || request.pair != entity.pair
            || request.position.type != entity.position.type)
            continue;
        const auto* past = of.past_.find(w.trade.identity);
        if (!past || !past->trade_id) return &w;
    }
    return nullptr;
}

std::optional<refusal> hold_removal(deciding& of, const trade::trade_identity& identity, const trade_history& past,
                                    const trade::smart_trade& entity) {
    if (const auto count = count_removed(of); count > of.rules_.remove_max)
        if (auto held = of.hold_back(hold_id("remove", of.rules_.plans_hash, {}),
                                     fmt::format("{} trades removed within 10 minutes, guardrails.max_changes.remove "
                                                 "allows {}",
                                                 count, of.rules_.remove_max),
                                     identity))
            return held;
    if (past.removed_from != of.rules_.plans_hash) return std::nullopt;
    const auto* twin = twin_created(of, identity, entity);
    if (!twin) return std::nullopt;
    return of.hold_back(
        hold_id("rename", twin->trade.identity.name, identity.name),
        fmt::format("looks like a rename of {0}: write `was: {0}`, or confirm that it is another trade", identity.name),
        identity);
}

} // namespace

void decide_left(deciding& of, const trade::trade_identity& identity, const trade_history& past, bool still_named) {
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
    if (entity.is_final() || still_named) return;
    living_trade leaving{of, identity, past, found->second, past.is_protected};
    if (past.ordered == "close" || past.ordered == "cancel") {
        const auto reason = fmt::format("`smarttraded {}`", past.ordered);
        of.out_.left.push_back(past.ordered == "close" ? leaving.close(reason, asked_by::person)
                                                       : leaving.cancel(reason, asked_by::person));
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
