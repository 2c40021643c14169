#include "reconcile/reconcile.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reconcile/account_standing.hpp"
#include "trade/tag.hpp"

namespace smarttrade::reconcile {

using namespace std::chrono_literals;

namespace {

using attempt_state = create_attempt::state;

/// An entry that the exchange executes the moment it arrives: a doubled one costs money at once.
bool executes_at_once(const wish& w) { return w.trade.request.position.order == trade::entry_type::market; }

class decider : private deciding {
public:
    using deciding::deciding;

    decision decide() {
        bind_by_tag();
        active_ = count_active();
        for (const auto& w : wishes_) accounts_.try_emplace(w.trade.identity.account);
        for (auto& [account, standing] : accounts_) standing = look_at_account(*this, account);
        for (const auto& w : wishes_) out_.standings.push_back(decide(w));
        settle_unwished();
        return std::move(out_);
    }

private:
    // ---- evidence -------------------------------------------------------------------------------------------------

    /// Any sighting of our tag settles the question of an unknown create (F1, F2), and finds our trades again after a
    /// lost journal while the account's history was never read.
    void bind_by_tag() {
        for (const auto& [id, seen] : seen_.trades) {
            if (past_.owner_of_trade(id)) continue;
            const auto worn = trade::tag::parse(seen.entity.note_raw.value_or(seen.entity.note));
            if (!worn || worn->instance != rules_.instance) continue;
            const auto account = seen.entity.account.id;
            const trade::trade_identity identity{account, worn->name, worn->revision};
            const auto* owner = past_.owner_of_nonce(worn->nonce);
            const bool issued = owner && *owner == identity;
            if (!issued && past_.history_read(account)) continue; // second_writer tells of it
            const auto* known = past_.find(identity);
            if (known && known->trade_id) continue; // duplicate() tells of it
            const auto* newest = known ? known->last() : nullptr;
            if (newest && newest->is == attempt_state::in_flight) continue; // its own reply is about to tell
            const auto before = found_.find(identity);
            if (before != found_.end() && !seen.entity.is_final())
                before->second = {id, worn->nonce};
            else
                found_.try_emplace(identity, id, worn->nonce);
        }
        for (const auto& [identity, evidence] : found_)
            act(action_kind::bind, identity, evidence.second, evidence.first, "its tag was found on the exchange");
    }

    const sighting* duplicate(const trade::trade_identity& identity, trade::smart_trade_id bound) const {
        for (const auto& [id, seen] : seen_.trades)
            if (id != bound && !seen.entity.is_final() && wears_tag_of(seen, identity, rules_.instance)) return &seen;
        return nullptr;
    }

    // ---- one wish -------------------------------------------------------------------------------------------------

    standing decide(const wish& w) {
        const auto& identity = w.trade.identity;
        if (const auto found = found_.find(identity); found != found_.end())
            return stand(w, phase::submitting, verdict::pending, "its tag was found on the exchange");
        const auto* trade = past_.find(identity);
        if (trade && trade->trade_id) return decide_bound(w, *trade);
        const auto* attempt = trade ? trade->last() : nullptr;
        if (!attempt) return decide_create(w);
        switch (attempt->is) {
        case attempt_state::in_flight: return stand(w, phase::submitting, verdict::pending, "the create is on its way");
        case attempt_state::unknown: return decide_unknown(w, *attempt);
        case attempt_state::absent:
            if (rules_.resend == resend_policy::never)
                return stand(w, phase::planned, verdict::held,
                             "its create was lost and reconcile.resend is never: raise revision to send it again");
            return decide_create(w);
        case attempt_state::refused: return decide_refused(w, *trade);
        case attempt_state::credential: return decide_create(w); // the account's standing says when
        case attempt_state::throttled: return decide_after(w, *attempt, 1s);
        case attempt_state::not_sent: return decide_after(w, *attempt, back_off(*trade));
        case attempt_state::accepted: return stand(w, phase::submitting, verdict::pending, "accepted, not yet bound");
        }
        return stand(w, phase::planned, verdict::blocked, "no rule for this state");
    }

    standing decide_bound(const wish& w, const trade_history& trade) {
        const auto id = *trade.trade_id;
        const auto* twin = duplicate(w.trade.identity, id);
        const auto found = seen_.trades.find(id);
        const bool ended = found != seen_.trades.end() && found->second.entity.is_final();
        const auto where = found == seen_.trades.end() ? phase::submitting : phase_of(found->second.entity);
        if (twin && !ended)
            return stand(w, where, verdict::blocked,
                         fmt::format("trades {} and {} are both live under this name: close one of them by hand",
                                     id.value, twin->entity.id.value),
                         id);
        if (seen_.missing.contains(id) && !ended)
            return stand(w, where, verdict::blocked,
                         fmt::format("the exchange does not know its id {} any more: look for it in the app", id.value),
                         id);
        if (found == seen_.trades.end()) return stand(w, where, verdict::pending, "created, not yet observed", id);
        const auto& entity = found->second.entity;
        const bool edited = !trade.bound_body.empty() && trade.bound_body != w.body;
        if (ended) return stand_ended(w, entity, twin, edited);
        if (entity.status.type == trade::trade_status::unknown)
            return stand(w, where, verdict::blocked,
                         fmt::format("the exchange calls its status '{}', which is not known here", entity.status.text),
                         id);
        if (edited)
            return stand(w, where, verdict::blocked,
                         "edited after it was created: this version does not change live trades", id);
        return stand(w, where, verdict::in_sync, {}, id);
    }

    static phase phase_of(const trade::smart_trade& entity) {
        using enum trade::trade_status;
        switch (entity.status.type) {
        case panic_sell_pending:
        case panic_sell_in_progress:
        case cancellation_pending:
        case cancellation_in_progress:
        case stop_loss_in_progress: return phase::ending;
        default: break;
        }
        const bool entered =
            !entity.is_position_not_filled || entity.position.status.type == trade::order_status::smart_sell;
        return entered ? phase::entered : phase::waiting;
    }

    /// Ends are final for their revision; what was bought and is now without exits must be told (design.md 5).
    standing stand_ended(const wish& w, const trade::smart_trade& entity, const sighting* twin, bool edited) const {
        using enum trade::trade_status;
        const auto copy =
            twin ? fmt::format("trade {} lives under the same name: close it by hand", twin->entity.id.value) : "";
        const auto beside = twin ? "; " + copy : copy;
        if (entity.status.type == cancelled && entity.entered_amount > entity.closed_amount && !entity.skip_enter_step)
            return stand(w, phase::ended, verdict::unprotected,
                         fmt::format("cancelled with {} {} held and no exit{}",
                                     (entity.entered_amount - entity.closed_amount).to_short_string(), entity.pair.base,
                                     beside),
                         entity.id);
        if (entity.status.type == failed)
            return stand(w, phase::ended, verdict::blocked,
                         fmt::format("failed on the exchange: {}; raise revision to run it again{}",
                                     entity.status.error.empty() ? "no reason given" : entity.status.error, beside),
                         entity.id);
        if (twin)
            return stand(w, phase::ended, verdict::blocked,
                         fmt::format("ended as id {}, but {}", entity.id.value, copy), entity.id);
        if (edited)
            return stand(w, phase::ended, verdict::blocked,
                         fmt::format("edited, but it ended as id {}{}; raise revision to run it again", entity.id.value,
                                     entity.closed_at ? " at " + base::format_utc(*entity.closed_at) : ""),
                         entity.id);
        return stand(w, phase::ended, verdict::in_sync, {}, entity.id);
    }

    standing decide_unknown(const wish& w, const create_attempt& attempt) {
        settle(w.trade.identity, attempt, executes_at_once(w) ? 4 * rules_.settle : rules_.settle);
        return stand(w, phase::submitting, verdict::unknown,
                     fmt::format("the outcome of its create is unknown: {}", attempt.message));
    }

    /// An unknown create whose entry has left the plans is settled all the same: until then it may be a live trade, and
    /// may be the canary that others wait for. What it was is not known any more, so it gets the longer time.
    void settle_unwished() {
        std::set<trade::trade_identity> wished;
        for (const auto& w : wishes_) wished.insert(w.trade.identity);
        for (const auto& [identity, trade] : past_.trades()) {
            if (wished.contains(identity) || found_.contains(identity) || trade.trade_id) continue;
            if (trade.last() && trade.last()->is == attempt_state::unknown)
                settle(identity, *trade.last(), 4 * rules_.settle);
        }
    }

    /// Two complete searches at least `gap` apart that do not find the tag prove the create absent.
    void settle(const trade::trade_identity& identity, const create_attempt& attempt, std::chrono::nanoseconds gap) {
        const auto missed = seen_.absences.find(attempt.nonce);
        const bool proven = missed != seen_.absences.end() && missed->second.searches >= 2
                            && missed->second.newest - missed->second.first >= gap;
        if (proven) {
            act(action_kind::believe_absent, identity, attempt.nonce, std::nullopt,
                "two complete searches did not find its tag");
            return;
        }
        const auto next = missed == seen_.absences.end() ? now_ : missed->second.first + gap;
        const auto pair = trade::pair::parse(attempt.pair);
        if (!pair || !wait_until(next)) return;
        act(action_kind::search, identity, attempt.nonce, std::nullopt, "the outcome of its create is unknown");
        out_.actions.back().pair = *pair;
    }

    standing decide_refused(const wish& w, const trade_history& trade) {
        const auto& newest = *trade.last();
        if (newest.body != w.body) return decide_create(w); // edited since: worth a new try
        std::size_t refusals = 0;
        for (auto a = trade.attempts.rbegin(); a != trade.attempts.rend(); ++a)
            if (a->is == attempt_state::refused && a->body == w.body)
                ++refusals;
            else
                break;
        if (refusals > 2)
            return stand(w, phase::planned, verdict::blocked, fmt::format("refused three times: {}", newest.message));
        return decide_after(w, newest, refusals == 1 ? 30s : 300s);
    }

    standing decide_after(const wish& w, const create_attempt& attempt, std::chrono::seconds pause) {
        if (wait_until(attempt.since + pause)) return decide_create(w);
        return stand(
            w, phase::planned, verdict::pending,
            fmt::format("{}: {}; tried again {} s later", name_of_state(attempt.is), attempt.message, pause.count()));
    }

    static std::string_view name_of_state(attempt_state is) {
        switch (is) {
        case attempt_state::refused: return "refused";
        case attempt_state::credential: return "the key was not accepted";
        case attempt_state::throttled: return "throttled";
        default: return "not sent";
        }
    }

    static std::chrono::seconds back_off(const trade_history& trade) {
        int failures = 0;
        for (auto a = trade.attempts.rbegin(); a != trade.attempts.rend() && a->is == attempt_state::not_sent; ++a)
            ++failures;
        return std::chrono::seconds{std::min(60, 1 << std::min(failures - 1, 6))};
    }

    /// Why a raised revision has to wait: the older one may still be live (design.md 4). Empty: it need not.
    std::string older_revision(const trade::trade_identity& identity) const {
        for (const auto& [other, trade] : past_.trades()) {
            if (other.account != identity.account || other.name != identity.name || other.revision >= identity.revision)
                continue;
            if (trade.trade_id && may_live(*trade.trade_id))
                return fmt::format("revision {} still lives as id {}: waits for its end", other.revision,
                                   trade.trade_id->value);
            if (!trade.settled())
                return fmt::format("the outcome of the create of revision {} is unknown: waits for it", other.revision);
        }
        return {};
    }

    bool may_live(trade::smart_trade_id id) const {
        const auto seen = seen_.trades.find(id);
        return seen == seen_.trades.end() || !seen->second.entity.is_final();
    }

    /// Which guardrail keeps this entry from being created now; empty: none.
    std::string guarded(const wish& w) const {
        const auto& request = w.trade.request;
        if (rules_.order_totals_limited && !request.skip_enter_step && !request.position.price)
            return "guardrails.max_order_total cannot be checked for an entry without a price: give it a limit price";
        if (rules_.active_max && active_ >= *rules_.active_max)
            return fmt::format("{} of our trades are active, guardrails.max_active_trades allows no more", active_);
        return {};
    }

    /// Ours that live, or may live: a create of unknown outcome counts.
    std::size_t count_active() const {
        return static_cast<std::size_t>(std::ranges::count_if(past_.trades(), [&](const auto& each) {
            const auto& trade = each.second;
            return trade.trade_id ? may_live(*trade.trade_id) : !trade.settled();
        }));
    }

    standing decide_create(const wish& w) {
        auto& account = accounts_.at(w.trade.identity.account);
        if (!account.closed.empty()) {
            return stand(w, phase::planned, account.opens_by_itself ? verdict::pending : verdict::blocked,
                         account.closed);
        }
        if (const auto older = older_revision(w.trade.identity); !older.empty())
            return stand(w, phase::planned, verdict::pending, older);
        if (rules_.creates_asked > rules_.create_max)
            return stand(
                w, phase::planned, verdict::held,
                fmt::format("{} new trades at once, guardrails.max_changes.create allows {}: raise it and restart",
                            rules_.creates_asked, rules_.create_max));
        if (const auto why = guarded(w); !why.empty()) return stand(w, phase::planned, verdict::blocked, why);
        if (rules_.observe_only) {
            act(action_kind::create, w.trade.identity, {}, std::nullopt, "in the plans, not on the exchange");
            return stand(w, phase::planned, verdict::pending, "would be created");
        }
        if (!account.canary_proven) {
            if (account.canary_busy)
                return stand(w, phase::planned, verdict::pending, "waits until the first note was read back");
            account.canary_busy = true;
        }
        ++active_;
        if (account.probe_only) account.close_for_now("waits for the create that shows whether the key is good again");
        act(action_kind::create, w.trade.identity, {}, std::nullopt, "in the plans, not on the exchange");
        return stand(w, phase::submitting, verdict::pending, "is being created");
    }

    // ---- small words ----------------------------------------------------------------------------------------------

    static standing stand(const wish& w, phase where, verdict what, std::string why,
                          std::optional<trade::smart_trade_id> id = {}) {
        return {w.trade.identity, where, what, std::move(why), id};
    }

    std::size_t active_ = 0; ///< trades of ours, with those that this decision creates
    std::map<trade::account_id, account_standing> accounts_;
    std::map<trade::trade_identity, std::pair<trade::smart_trade_id, std::string>> found_;
};

} // namespace

decision reconcile(const std::vector<wish>& wishes, const observed& seen, const history& past, const policy& rules,
                   mono_time now) {
    return decider{wishes, seen, past, rules, now}.decide();
}

std::size_t count_missing(const std::vector<wish>& wishes, const history& past) {
    return static_cast<std::size_t>(
        std::ranges::count_if(wishes, [&](const wish& w) { return past.find(w.trade.identity) == nullptr; }));
}

} // namespace smarttrade::reconcile
