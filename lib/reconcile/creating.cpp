// An entry without a trade: whether it is created now.
#include <algorithm>
#include <climits>

#include <fmt/format.h>

#include "reconcile/deciding.hpp"
#include "reconcile/limits.hpp"
#include "reconcile/lowered.hpp"
#include "reconcile/prices.hpp"
#include "reconcile/renames.hpp"

namespace smarttrade::reconcile {

using namespace std::chrono_literals;

namespace {

class creation {
public:
    creation(deciding& of, const wish& w) : of_{of}, wish_{w}, past_{of.past_.find(w.trade.identity)} {}

    standing decide() {
        if (auto ended = never(); ended) return *ended;
        const auto* attempt = past_ ? past_->last() : nullptr;
        if (!attempt) return begin();
        switch (attempt->is) {
        case attempt_state::in_flight: return at(phase::submitting, verdict::pending, "the create is on its way");
        case attempt_state::unknown: // settled by unsettled()
            return at(phase::submitting, verdict::unknown,
                      fmt::format("the outcome of its create is unknown: {}", attempt->message));
        case attempt_state::absent: return after_loss();
        case attempt_state::refused: return after_refusal(*attempt);
        case attempt_state::credential: return begin(); // the account's standing says when
        case attempt_state::throttled: return after(*attempt, 1s);
        case attempt_state::not_sent: return after(*attempt, back_off());
        case attempt_state::accepted: return at(phase::submitting, verdict::pending, "accepted, not yet bound");
        }
        return at(phase::planned, verdict::blocked, "no rule for this state");
    }

private:
    const trade::lifecycle& life() const { return wish_.trade.life; }
    const trade::trade_identity& identity() const { return wish_.trade.identity; }
    standing at(phase where, verdict what, std::string why) const {
        return stand(identity(), where, what, std::move(why));
    }
    standing at(phase where, const refusal& why) const { return at(where, why.what, why.why); }

    std::string hold_of_frozen() const { return frozen_hold(identity().account, of_.account(identity().account)); }

    /// What the plan itself says must not be created. An attempt that may have arrived is settled first.
    std::optional<standing> never() const {
        // Then the account is frozen, and says so until somebody has looked.
        const bool may_be_there = of_.tagged_.contains(identity()) && !of_.past_.is_confirmed(hold_of_frozen());
        if (may_be_there || (past_ && !past_->settled()) || taken_over(wish_, of_.past_, of_.seen_))
            return std::nullopt;
        if (past_ && past_->is_released()) return at(phase::planned, verdict::released, "released by the operator");
        // It is taken up first: what a person ordered to end lives.
        const bool is_ordered = past_ && (past_->ordered == "close" || past_->ordered == "cancel");
        if (is_ordered && to_adopt(wish_, of_.past_)) return std::nullopt;
        auto why = why_never(wish_, past_, of_.rules_.utc_now);
        if (why.empty()) return std::nullopt;
        return at(phase::ended, verdict::in_sync, std::move(why));
    }

    standing after_loss() {
        if (of_.rules_.resend == resend_policy::automatic) return begin();
        const auto held = of_.hold_back(hold_id("resend", identity().name, past_->last()->nonce),
                                        "its create was lost and reconcile.resend is never", identity());
        return held ? at(phase::planned, *held) : begin();
    }

    standing after_refusal(const create_attempt& newest) {
        const bool retried = past_->retried_at && *past_->retried_at >= newest.since;
        if (newest.body != wish_.body || retried) return begin(); // edited since: worth a new try
        std::size_t refusals = 0;
        for (auto a = past_->attempts.rbegin(); a != past_->attempts.rend(); ++a) {
            const bool counts = !past_->retried_at || *past_->retried_at < a->since;
            if (a->is != attempt_state::refused || a->body != wish_.body || !counts) break;
            ++refusals;
        }
        if (refusals > 2)
            return at(phase::planned, verdict::blocked,
                      fmt::format("refused three times: {}; edit it, or `smarttraded retry {}`", newest.message,
                                  identity().name));
        return after(newest, refusals <= 1 ? 30s : 300s);
    }

    standing after(const create_attempt& attempt, std::chrono::seconds pause) {
        if (of_.wait_until(attempt.since + pause)) return begin();
        return at(
            phase::planned, verdict::pending,
            fmt::format("{}: {}; tried again {} s later", name_of_state(attempt.is), attempt.message, pause.count()));
    }

    static std::string_view name_of_state(attempt_state is) {
        switch (is) {
        case attempt_state::refused: return "refused";
        case attempt_state::throttled: return "throttled";
        default: return "not sent";
        }
    }

    std::chrono::seconds back_off() const {
        int failures = 0;
        for (auto a = past_->attempts.rbegin(); a != past_->attempts.rend() && a->is == attempt_state::not_sent; ++a)
            ++failures;
        return std::chrono::seconds{std::min(60, 1 << std::min(failures - 1, 6))};
    }

    /// Other revisions of the same name, older or newer.
    std::string other_revision() {
        if (auto lowered = refuse_lowered(of_, identity()); !lowered.empty()) return lowered;
        const auto& all = of_.past_.trades();
        auto first = identity();
        first.revision = INT_MIN;
        for (auto i = all.lower_bound(first);
             i != all.end() && i->first.account == first.account && i->first.name == first.name; ++i) {
            const auto& [other, trade] = *i;
            if (other.revision >= identity().revision) break;
            if (trade.trade_id && may_live(of_.seen_, *trade.trade_id) && !trade.is_released())
                return fmt::format("revision {} still lives as id {}: waits for its end", other.revision,
                                   trade.trade_id->value);
            if (!trade.settled())
                return fmt::format("the outcome of the create of revision {} is unknown: waits for it", other.revision);
        }
        return {};
    }

    standing take_over(const trade::trade_identity& former, const trade_history& old) {
        if (!old.settled() || old.is_writing())
            return at(phase::submitting, verdict::pending,
                      fmt::format("a request of {} is not yet settled", life().was));
        auto renamed = identity();
        renamed.revision = former.revision;
        of_.act(action_kind::rename, renamed, old.bound_nonce, old.trade_id, "was " + life().was).text = life().was;
        return at(phase::submitting, verdict::pending, fmt::format("takes over the trade of {}", life().was));
    }

    standing adopt(trade::smart_trade_id id) {
        const auto* owner = of_.past_.owner_of_trade(id);
        if (owner && owner->account == identity().account)
            return at(phase::planned, verdict::blocked,
                      owner->name == identity().name
                          ? other_revision()
                          : fmt::format("trade {0} belongs to {1}: `was: {1}` in place of `adopt` takes it over",
                                        id.value, owner->name));
        if (of_.seen_.missing.contains(id))
            return at(phase::planned, verdict::blocked,
                      fmt::format("adopt: the exchange does not know a trade {}", id.value));
        const auto seen = of_.seen_.trades.find(id);
        if (seen == of_.seen_.trades.end()) {
            of_.act(action_kind::read_trade, identity(), {}, id, "adopt: it is looked at first");
            return at(phase::planned, verdict::pending, fmt::format("trade {} is being read", id.value));
        }
        const auto& entity = seen->second.entity;
        if (entity.account.id != identity().account)
            return at(phase::planned, verdict::blocked,
                      fmt::format("adopt: trade {} is on account {}", id.value, entity.account.id.value));
        if (entity.pair != wish_.trade.request.pair)
            return at(phase::planned, verdict::blocked,
                      fmt::format("adopt: trade {} is of {}", id.value, entity.pair.text()));
        if (entity.is_final())
            return at(phase::planned, verdict::blocked,
                      fmt::format("adopt: trade {} has ended: {}", id.value, entity.status.text()));
        of_.act(action_kind::bind, identity(), {}, id, "adopt");
        return at(phase_of(entity), verdict::in_sync, fmt::format("takes up trade {}", id.value));
    }

    /// Why nothing may be created now.
    std::optional<refusal> refuse() {
        auto& account = of_.account(identity().account);
        if (!account.closed.empty())
            return refusal{account.opens_by_itself ? verdict::pending : verdict::blocked, account.closed};
        if (!of_.rules_.is_awake) return just_woken();
        if (const auto other = other_revision(); !other.empty())
            return refusal{other.find("ran already") == std::string::npos ? verdict::pending : verdict::blocked, other};
        if (!account.frozen.empty()) {
            auto held = of_.hold_back(hold_of_frozen(),
                                      account.frozen + "; nothing is created there until you have looked and confirmed",
                                      identity());
            if (held) return held;
        }
        if (of_.past_.is_halted()) return refusal{verdict::held, "halted: nothing is sent until `smarttraded resume`"};
        if (auto broken = check_limits(of_, wish_, past_)) return broken; // before anybody is asked to confirm it
        const auto whom = std::to_string(identity().account.value);
        if (of_.look_back().recovered.contains(identity().account)) {
            auto held = of_.hold_back(hold_id("recovered", whom, {}),
                                      "trades were found that an earlier journal made: what else it made is not known",
                                      identity());
            if (held) return held;
        }
        if (auto held = of_.hold_restored(identity())) return held;
        if (of_.rules_.creates_asked > of_.rules_.create_max) {
            auto held = of_.hold_back(hold_id("create", of_.rules_.plans_hash, {}),
                                      fmt::format("{} new trades at once, guardrails.max_changes.create allows {}",
                                                  of_.rules_.creates_asked, of_.rules_.create_max),
                                      identity());
            if (held) return held;
        }
        const auto& renamed = of_.look_back().renamed;
        if (const auto now = renamed.find(identity()); now != renamed.end()) { // a rename taken back
            auto held = of_.hold_back(hold_id("rename", identity().name, now->second.name),
                                      fmt::format("its trade is {0} now: write `was: {0}`, or confirm that another is "
                                                  "to be created",
                                                  now->second.name),
                                      identity());
            if (held) return held;
        }
        if (const auto removed = twin_removed(); !removed.empty()) {
            auto held = of_.hold_back(hold_id("rename", identity().name, removed),
                                      fmt::format("looks like a rename of {0}: write `was: {0}`, or confirm that it is "
                                                  "another trade",
                                                  removed),
                                      identity());
            if (held) return held;
        }
        if (of_.rules_.active_max && of_.look_back().active >= *of_.rules_.active_max)
            return refusal{verdict::blocked, fmt::format("{} of our trades are active, guardrails.max_active_trades "
                                                         "allows no more",
                                                         of_.look_back().active)};
        return std::nullopt;
    }

    /// A trade that the same set took away, alive in the same pair and on the same side.
    std::string twin_removed() const {
        const auto& request = wish_.trade.request;
        if (!past_ || !past_->first_wanted) return {};
        for (const auto* removed : of_.look_back().removed) {
            const auto& [other, trade] = *removed;
            if (other.account != identity().account || trade.removed_at != past_->first_wanted) continue;
            const auto seen = of_.seen_.trades.find(*trade.trade_id);
            if (seen == of_.seen_.trades.end() || seen->second.entity.is_final()) continue;
            const auto& entity = seen->second.entity;
            if (entity.pair == request.pair && entity.position.type == request.position.type) return other.name;
        }
        return {};
    }

    standing begin() {
        if (const auto id = to_adopt(wish_, of_.past_)) return adopt(*id);
        if (const auto* old = taken_over(wish_, of_.past_, of_.seen_)) return take_over(old->first, old->second);
        if (const auto why = refuse()) return at(phase::planned, *why);
        auto price = price_create(of_, wish_);
        if (price.refused) return at(phase::planned, *price.refused);
        auto& account = of_.account(identity().account);
        if (!of_.rules_.observe_only) {
            if (!account.canary_proven) {
                if (account.canary_busy)
                    return at(phase::planned, verdict::pending, "waits until the first note was read back");
                account.canary_busy = true;
            }
            if (account.probe_only)
                account.close_for_now("waits for the request that shows whether the key is good again");
        }
        ++of_.look_back().active;
        auto& made = of_.act(action_kind::create, identity(), {}, std::nullopt,
                             life().adopt ? "in the plans, not on the exchange; `adopt` was for an earlier revision"
                                          : "in the plans, not on the exchange");
        made.request = std::move(price.request);
        if (needs_price(wish_.trade, of_.rules_)) made.pair = wish_.trade.request.pair;
        return of_.rules_.observe_only ? at(phase::planned, verdict::pending, "would be created")
                                       : at(phase::submitting, verdict::pending, "is being created");
    }

    deciding& of_;
    const wish& wish_;
    const trade_history* past_;
};

} // namespace

std::string why_never(const wish& of, const trade_history* past, base::utc_time now) {
    using enum trade::wanted_state;
    const auto& life = of.trade.life;
    if (life.state == closed || life.state == cancelled || life.state == released)
        return fmt::format("never created: state {}", base::name_of(life.state));
    if (past && (past->ordered == "cancel" || past->ordered == "close"))
        return fmt::format("never created: `{}` came first", past->ordered);
    if (life.expires_at && *life.expires_at <= now)
        return fmt::format("expired {}: never created", base::format_utc(*life.expires_at));
    if (life.submit_within && past && past->first_wanted && *past->first_wanted + *life.submit_within <= now)
        return fmt::format("not sent within {} s of {}: never sent; raise revision to run it now",
                           life.submit_within->count(), base::format_utc(*past->first_wanted));
    return {};
}

standing decide_create(deciding& of, const wish& w) { return creation{of, w}.decide(); }

} // namespace smarttrade::reconcile
