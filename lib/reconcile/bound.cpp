// An entry that has a trade, whatever became of it.
#include <fmt/format.h>

#include "reconcile/living.hpp"
#include "reconcile/lowered.hpp"
#include "trade/tag.hpp"

namespace smarttrade::reconcile {

using trade::wanted_state;

namespace {

/// Ends are final for their revision; what was bought and is now without exits must be told (design.md 5).
standing stand_ended(deciding& of, const wish& w, const trade_history& past, const trade::smart_trade& entity) {
    using enum trade::trade_status;
    const auto at = [&](verdict what, std::string why) {
        return stand(w.trade.identity, phase::ended, what, std::move(why), entity.id);
    };
    const auto twins = of.tagged_.find(w.trade.identity);
    const auto copy =
        twins == of.tagged_.end() || past.let_go.contains(twins->second.front())
            ? std::string{}
            : fmt::format("trade {0} is of the same name: look at it, close it by hand if it lives, then `smarttraded "
                          "release {1} --id {0}`",
                          twins->second.front().value, w.trade.identity.name);
    const auto beside = copy.empty() ? copy : "; " + copy;
    if (past.is_released()) return at(verdict::released, "released");
    if (is_unprotected(entity))
        return at(verdict::unprotected,
                  fmt::format("cancelled with {} {} held and no exit; `smarttraded release {}` once it is dealt with{}",
                              (entity.entered_amount - entity.closed_amount).to_short_string(), entity.pair.base,
                              w.trade.identity.name, beside));
    if (auto lowered = refuse_lowered(of, w.trade.identity); !lowered.empty())
        return at(verdict::blocked, std::move(lowered));
    if (entity.status.type == failed)
        return at(verdict::blocked,
                  fmt::format("failed on the exchange: {}; raise revision to run it again{}",
                              entity.status.error().empty() ? "no reason given" : entity.status.error(), beside));
    if (!copy.empty()) return at(verdict::blocked, fmt::format("ended as id {}, but {}", entity.id.value, copy));
    if (!past.applied.empty() && past.applied != w.body)
        return at(verdict::blocked,
                  fmt::format("edited, but it ended as id {}{}; raise revision to run it again", entity.id.value,
                              entity.closed_at ? " at " + base::format_utc(*entity.closed_at) : ""));
    const bool by_command = past.write && may_have_ended(*past.write);
    if ((entity.status.type == cancelled || entity.status.type == panic_sold) && !by_command)
        return at(verdict::in_sync, fmt::format("{} elsewhere; raise revision to run it again",
                                                entity.status.type == cancelled ? "cancelled" : "closed"));
    return at(verdict::in_sync, {});
}

/// Two live trades under one name: one of them is cancelled only if the journal shows that both are ours, and exactly
/// one has nothing entered (design.md 5, Duplicates).
std::optional<standing> judge_twins(deciding& of, const wish& w, const trade_history& past, const sighting* seen) {
    const auto twins = of.tagged_.find(w.trade.identity);
    if (twins == of.tagged_.end()) return std::nullopt;
    for (const auto id : twins->second) {
        if (past.let_go.contains(id)) continue;
        const auto& twin = of.seen_.trades.at(id);
        const auto worn = trade::tag::parse(trade::note_of(twin.entity));
        // Equal nonces, or one of a trade that has another name now: somebody copied the note.
        const auto* sent_for = of.past_.owner_of_nonce(worn->nonce);
        const bool both_ours = worn->nonce != past.bound_nonce && sent_for && *sent_for == w.trade.identity
                               && of.past_.owner_of_nonce(past.bound_nonce);
        const bool bound_entered = seen && trade::is_entered(seen->entity);
        const bool is_spare = bound_entered && !twin.entity.is_final() && !trade::is_entered(twin.entity)
                              && twin.entity.entered_amount.sign() == 0;
        if (both_ours && is_spare && !w.trade.life.protect) {
            living_trade spare{of, w.trade.identity, past, twin, false};
            auto told =
                spare.cancel(fmt::format("a second trade of {}, not entered", w.trade.identity.name), asked_by::plans);
            told.trade_id = past.trade_id;
            return told;
        }
        return stand(w.trade.identity, seen ? phase_of(seen->entity) : phase::submitting, verdict::blocked,
                     fmt::format("trades {0} and {1} {2} under this name and neither is touched: look at them, "
                                 "then `smarttraded release {3} --id {1}` or `--id {0}`",
                                 past.trade_id->value, id.value,
                                 twin.entity.is_final() ? "were both created" : "are both live", w.trade.identity.name),
                     past.trade_id);
    }
    return std::nullopt;
}

} // namespace

bool is_unprotected(const trade::smart_trade& entity) {
    return entity.status.type == trade::trade_status::cancelled && entity.entered_amount > entity.closed_amount
           && !entity.skip_enter_step;
}

standing decide_bound(deciding& of, const wish& w, const trade_history& trade) {
    const auto id = *trade.trade_id;
    const auto found = of.seen_.trades.find(id);
    const auto* seen = found == of.seen_.trades.end() ? nullptr : &found->second;
    if (seen && seen->entity.is_final()) return stand_ended(of, w, trade, seen->entity);
    const auto where = seen ? phase_of(seen->entity) : phase::submitting;
    if (w.trade.life.state == wanted_state::released || trade.is_released())
        return stand(w.trade.identity, where, verdict::released, "released", id);
    if (auto twins = judge_twins(of, w, trade, seen)) return *twins;
    if (of.seen_.missing.contains(id))
        return stand(w.trade.identity, where, verdict::blocked, why_missing(id, w.trade.identity.name), id);
    if (!seen) return stand(w.trade.identity, where, verdict::pending, "created, not yet observed", id);
    if (seen->entity.status.type == trade::trade_status::unknown)
        return stand(
            w.trade.identity, where, verdict::blocked,
            fmt::format("the exchange calls its status '{}', which is not known here", seen->entity.status.text()), id);
    return decide_led(of, w, trade, *seen);
}

std::string note_for(const wish& of, const trade_history& trade, const std::string& instance) {
    const auto& identity = of.trade.identity;
    return trade::tag{instance, identity.name, identity.revision, trade.bound_nonce}.with_note(of.trade.request.note);
}

} // namespace smarttrade::reconcile
