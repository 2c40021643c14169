#include "reconcile/reconcile.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "trade/tag.hpp"

namespace smarttrade::reconcile {

using namespace std::chrono_literals;

namespace {

using attempt_state = create_attempt::state;

bool wears_tag_of(const sighting& seen, const trade::trade_identity& identity, const std::string& instance) {
    if (seen.entity.account.id != identity.account) return false;
    const auto worn = trade::tag::parse(seen.entity.note_raw.value_or(seen.entity.note));
    return worn && worn->instance == instance && worn->name == identity.name && worn->revision == identity.revision;
}

/// An entry that the exchange executes the moment it arrives: a doubled one costs money at once.
bool executes_at_once(const wish& w) { return w.trade.request.position.order == trade::entry_type::market; }

/// What one account allows before any single wish is looked at.
struct account_standing {
    std::string closed;       ///< why nothing may be created there; empty: open
    bool canary_busy = false; ///< the first create is on its way or not yet read back
    bool canary_proven = false;
};

class decider {
public:
    decider(const std::vector<wish>& wishes, const observed& seen, const history& past, const policy& rules,
            mono_time now)
        : wishes_{wishes}, seen_{seen}, past_{past}, rules_{rules}, now_{now} {}

    decision decide() {
        bind_by_tag();
        active_ = count_active();
        for (const auto& w : wishes_) accounts_.try_emplace(w.trade.identity.account);
        for (auto& [account, standing] : accounts_) look_at_account(account, standing);
        for (const auto& w : wishes_) out_.standings.push_back(decide(w));
        return std::move(out_);
    }

private:
    // ---- accounts -------------------------------------------------------------------------------------------------

    void look_at_account(trade::account_id account, account_standing& standing) {
        const auto paused = seen_.paused.find(account);
        if (paused != seen_.paused.end()) standing.closed = paused->second;
        if (!seen_.gates_open.contains(account)) standing.closed = "the account was not yet read completely";
        standing.canary_proven = past_.canary_proven(account);
        for (const auto& [identity, trade] : past_.trades())
            if (identity.account == account && !standing.canary_proven) look_at_canary(identity, trade, standing);
        const auto stranger = second_writer(account);
        if (!stranger.empty()) standing.closed = stranger;
    }

    /// The first create of an account is a canary: as long as its note was not read back byte for byte, our tags may
    /// not survive there, and a second create of unknown outcome could not be settled.
    void look_at_canary(const trade::trade_identity& identity, const trade_history& trade, account_standing& standing) {
        if (!trade.settled()) standing.canary_busy = true;
        if (!trade.trade_id || trade.bound_nonce.empty() || standing.canary_proven) return;
        const auto seen = seen_.trades.find(*trade.trade_id);
        const bool judged =
            seen != seen_.trades.end()
            && (wears_tag_of(seen->second, identity, rules_.instance) || seen->second.read_begun > trade.last_change());
        if (!judged) {
            standing.canary_busy = true;
            act(action_kind::read_back, identity, trade.bound_nonce, trade.trade_id,
                "the first note on this account is read back before a second trade is created");
            return;
        }
        if (note_survived(identity, trade, seen->second)) {
            standing.canary_proven = true;
            act(action_kind::prove_canary, identity, trade.bound_nonce, trade.trade_id, "the note came back unchanged");
            return;
        }
        standing.closed = fmt::format("the exchange changed the note of {} (id {}): our trades could not be told apart",
                                      identity.name, trade.trade_id->value);
    }

    bool note_survived(const trade::trade_identity& identity, const trade_history& trade, const sighting& seen) const {
        const trade::tag ours{rules_.instance, identity.name, identity.revision, trade.bound_nonce};
        const auto& note = seen.entity.note_raw.value_or(seen.entity.note);
        const auto asked = std::ranges::find(wishes_, identity, [](const wish& w) { return w.trade.identity; });
        const bool whole_note_known = asked != wishes_.end() && asked->body == trade.bound_body;
        return whole_note_known ? note == ours.with_note(asked->trade.request.note) : trade::tag::parse(note) == ours;
    }

    /// A tag of our instance that our journal never issued: somebody else creates in our name (design.md 5).
    std::string second_writer(trade::account_id account) const {
        if (!past_.history_read(account)) return {};
        for (const auto& [id, seen] : seen_.trades) {
            if (seen.entity.account.id != account || past_.owner_of_trade(id)) continue;
            const auto worn = trade::tag::parse(seen.entity.note_raw.value_or(seen.entity.note));
            if (!worn || worn->instance != rules_.instance || past_.owner_of_nonce(worn->nonce)) continue;
            return fmt::format(
                "trade {} carries our tag {} but this journal never issued it: a second daemon writes as "
                "instance '{}'",
                id.value, worn->text(), rules_.instance);
        }
        return {};
    }

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
        case attempt_state::credential: return decide_after(w, *attempt, 60s);
        case attempt_state::throttled: return decide_after(w, *attempt, 1s);
        case attempt_state::not_sent: return decide_after(w, *attempt, back_off(*trade));
        case attempt_state::accepted: return stand(w, phase::submitting, verdict::pending, "accepted, not yet bound");
        }
        return stand(w, phase::planned, verdict::blocked, "no rule for this state");
    }

    standing decide_bound(const wish& w, const trade_history& trade) {
        const auto id = *trade.trade_id;
        if (const auto* twin = duplicate(w.trade.identity, id))
            return stand(w, phase::entered, verdict::blocked,
                         fmt::format("trades {} and {} are both live under this name: close one of them by hand",
                                     id.value, twin->entity.id.value),
                         id);
        const auto found = seen_.trades.find(id);
        const bool ended = found != seen_.trades.end() && found->second.entity.is_final();
        if (seen_.missing.contains(id) && !ended)
            return stand(w, phase::entered, verdict::blocked,
                         fmt::format("the exchange does not know its id {} any more: look for it in the app", id.value),
                         id);
        if (found == seen_.trades.end())
            return stand(w, phase::submitting, verdict::pending, "created, not yet observed", id);
        const auto& entity = found->second.entity;
        if (entity.is_final()) return stand_ended(w, entity);
        if (entity.status.type == trade::trade_status::unknown)
            return stand(w, phase::entered, verdict::blocked,
                         fmt::format("the exchange calls its status '{}', which is not known here", entity.status.text),
                         id);
        const auto where = phase_of(entity);
        if (!trade.bound_body.empty() && trade.bound_body != w.body)
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
    standing stand_ended(const wish& w, const trade::smart_trade& entity) const {
        using enum trade::trade_status;
        if (entity.status.type == cancelled && entity.entered_amount > entity.closed_amount && !entity.skip_enter_step)
            return stand(w, phase::ended, verdict::unprotected,
                         fmt::format("cancelled with {} {} held and no exit",
                                     (entity.entered_amount - entity.closed_amount).to_short_string(),
                                     entity.pair.base),
                         entity.id);
        if (entity.status.type == failed)
            return stand(w, phase::ended, verdict::blocked,
                         fmt::format("failed on the exchange: {}; raise revision to run it again",
                                     entity.status.error.empty() ? "no reason given" : entity.status.error),
                         entity.id);
        return stand(w, phase::ended, verdict::in_sync, {}, entity.id);
    }

    standing decide_unknown(const wish& w, const create_attempt& attempt) {
        const auto gap = executes_at_once(w) ? 4 * rules_.settle : rules_.settle;
        const auto missed = seen_.absences.find(attempt.nonce);
        const bool proven = missed != seen_.absences.end() && missed->second.searches >= 2
                            && missed->second.newest - missed->second.first >= gap;
        if (proven) {
            act(action_kind::believe_absent, w.trade.identity, attempt.nonce, std::nullopt,
                "two complete searches did not find its tag");
            return stand(w, phase::submitting, verdict::unknown, "its create was lost; it is not on the exchange");
        }
        const auto next = missed == seen_.absences.end() ? now_ : missed->second.first + gap;
        if (wait_until(next))
            act(action_kind::search, w.trade.identity, attempt.nonce, std::nullopt,
                "the outcome of its create is unknown");
        return stand(w, phase::submitting, verdict::unknown,
                     fmt::format("the outcome of its create is unknown: {}", attempt.message));
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
            if (!trade.trade_id) return !trade.settled();
            const auto seen = seen_.trades.find(*trade.trade_id);
            return seen == seen_.trades.end() || !seen->second.entity.is_final();
        }));
    }

    standing decide_create(const wish& w) {
        auto& account = accounts_.at(w.trade.identity.account);
        if (!account.closed.empty()) {
            const bool opens_by_itself = !seen_.gates_open.contains(w.trade.identity.account);
            return stand(w, phase::planned, opens_by_itself ? verdict::pending : verdict::blocked, account.closed);
        }
        if (rules_.creates_asked > rules_.create_max)
            return stand(w, phase::planned, verdict::held,
                         fmt::format("{} new trades at once, guardrails.max_changes.create allows {}",
                                     rules_.creates_asked, rules_.create_max));
        if (const auto why = guarded(w); !why.empty()) return stand(w, phase::planned, verdict::blocked, why);
        if (!account.canary_proven) {
            if (account.canary_busy)
                return stand(w, phase::planned, verdict::pending, "waits until the first note was read back");
            account.canary_busy = true;
        }
        ++active_;
        act(action_kind::create, w.trade.identity, {}, std::nullopt, "in the plans, not on the exchange");
        return stand(w, phase::submitting, verdict::pending, "is being created");
    }

    // ---- small words ----------------------------------------------------------------------------------------------

    /// True when `at` has come; else the decision is worth taking again then.
    bool wait_until(mono_time at) {
        if (at <= now_) return true;
        out_.wake_at = std::min(out_.wake_at, at);
        return false;
    }

    void act(action_kind kind, const trade::trade_identity& identity, std::string nonce,
             std::optional<trade::smart_trade_id> id, std::string reason) {
        out_.actions.push_back({kind, identity, std::move(nonce), id, std::move(reason)});
    }

    static standing stand(const wish& w, phase where, verdict what, std::string why,
                          std::optional<trade::smart_trade_id> id = {}) {
        return {w.trade.identity, where, what, std::move(why), id};
    }

    const std::vector<wish>& wishes_;
    const observed& seen_;
    const history& past_;
    const policy& rules_;
    mono_time now_;
    decision out_;
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
