#include "reconcile/account_standing.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "reconcile/deciding.hpp"
#include "trade/tag.hpp"

namespace smarttrade::reconcile {

using namespace std::chrono_literals;

namespace {

class account_judge {
public:
    account_judge(deciding& of, trade::account_id account) : of_{of}, account_{account} {}

    account_standing judge() {
        look_at_key();
        const auto paused = of_.seen_.paused.find(account_);
        if (paused != of_.seen_.paused.end()) standing_.close_for_now(paused->second);
        const auto unfit = of_.seen_.unfit.find(account_);
        if (unfit != of_.seen_.unfit.end()) standing_.close_for_now(unfit->second); // no trade is to blame
        if (!of_.seen_.gates_open.contains(account_))
            standing_.close_for_now("the account was not yet read completely");
        standing_.canary_proven = of_.past_.canary_proven(account_);
        if (!standing_.canary_proven)
            for (const auto& [identity, trade] : of_.past_.trades())
                if (identity.account == account_ && !standing_.canary_proven) look_at_canary(identity, trade);
        look_for_second_writer();
        return standing_;
    }

private:
    /// A key that was refused writes is probed by one write after 1, 5, then every 15 minutes; no trade is to blame
    /// (design.md 5). Refusals of one burst count once.
    void look_at_key() {
        if (!of_.past_.was_key_refused()) return;
        constexpr auto burst = 30s;
        auto accepted = of_.rules_.key_since;
        std::map<mono_time, std::string> refusals;
        for (const auto& [identity, trade] : of_.past_.trades()) {
            if (identity.account != account_) continue;
            for (const auto& attempt : trade.attempts) {
                if (attempt.is == attempt_state::accepted) accepted = std::max(accepted, attempt.since);
                if (attempt.is == attempt_state::credential) refusals.emplace(attempt.since, attempt.message);
            }
            if (!trade.write) continue;
            if (trade.write->is == attempt_state::accepted) accepted = std::max(accepted, trade.write->since);
            if (trade.write->is == attempt_state::credential)
                refusals.emplace(trade.write->since, trade.write->message);
        }
        refusals.erase(refusals.begin(), refusals.upper_bound(accepted));
        if (refusals.empty()) return;
        std::size_t bursts = 0;
        mono_time newest = mono_time::min();
        for (const auto& [at, message] : refusals) {
            if (bursts == 0 || at - newest > burst) ++bursts;
            newest = at;
        }
        constexpr std::array<std::chrono::minutes, 3> pauses{1min, 5min, 15min};
        standing_.probe_only = of_.wait_until(newest + pauses.at(std::min(bursts, pauses.size()) - 1));
        if (!standing_.probe_only)
            standing_.close_for_now(fmt::format("the exchange refuses the key: {}", refusals.rbegin()->second));
    }

    /// The first create of an account is a canary: as long as its note was not read back byte for byte, our tags may
    /// not survive there, and a second create of unknown outcome could not be settled.
    void look_at_canary(const trade::trade_identity& identity, const trade_history& trade) {
        if (!trade.settled()) standing_.canary_busy = true;
        if (!trade.trade_id || trade.bound_nonce.empty() || standing_.canary_proven) return;
        if (of_.seen_.missing.contains(*trade.trade_id)) {
            standing_.frozen =
                fmt::format("the first trade created here (id {}) cannot be read back", trade.trade_id->value);
            return;
        }
        const auto seen = of_.seen_.trades.find(*trade.trade_id);
        const bool judged = seen != of_.seen_.trades.end()
                            && (wears_tag_of(seen->second, identity, of_.rules_.instance)
                                || seen->second.read_begun > trade.last_change());
        if (!judged) {
            standing_.canary_busy = true;
            of_.act(action_kind::read_back, identity, trade.bound_nonce, trade.trade_id,
                    "the first note on this account is read back before a second trade is created");
            return;
        }
        if (note_survived(identity, trade, seen->second)) {
            standing_.canary_proven = true;
            of_.act(action_kind::prove_canary, identity, trade.bound_nonce, trade.trade_id,
                    "the note came back unchanged");
            return;
        }
        standing_.frozen =
            fmt::format("the exchange changed the note of {} (id {}): our trades could not be told apart",
                        identity.name, trade.trade_id->value);
    }

    bool note_survived(const trade::trade_identity& identity, const trade_history& trade, const sighting& seen) const {
        const trade::tag ours{of_.rules_.instance, identity.name, identity.revision, trade.bound_nonce};
        const auto& note = seen.entity.note_raw.value_or(seen.entity.note);
        const auto asked = std::ranges::find(trade.attempts, trade.bound_nonce, &create_attempt::nonce);
        return asked != trade.attempts.end() ? note == ours.with_note(asked->note) || trade.applied_note != asked->note
                                             : trade::tag::parse(note) == ours;
    }

    /// A tag of our instance that our journal never issued: somebody else creates in our name (design.md 5). One that
    /// a person has looked at says nothing of the next.
    void look_for_second_writer() {
        const auto strangers = of_.strangers_.find(account_);
        if (strangers == of_.strangers_.end() || !of_.past_.history_read(account_)) return;
        for (const auto& [id, worn] : strangers->second) {
            standing_.frozen = fmt::format("trade {} carries our tag {} but this journal never issued it: a second "
                                           "daemon writes as instance '{}'",
                                           id.value, worn, of_.rules_.instance);
            if (!of_.past_.is_confirmed(frozen_hold(account_, standing_))) return;
        }
    }

    deciding& of_;
    trade::account_id account_;
    account_standing standing_;
};

} // namespace

void account_standing::close_for_now(std::string why) {
    closed = std::move(why);
    opens_by_itself = true;
}

account_standing look_at_account(deciding& of, trade::account_id account) { return account_judge{of, account}.judge(); }

bool wears_tag_of(const sighting& seen, const trade::trade_identity& identity, const std::string& instance) {
    if (seen.entity.account.id != identity.account) return false;
    const auto worn = trade::tag::parse(seen.entity.note_raw.value_or(seen.entity.note));
    return worn && worn->instance == instance && worn->name == identity.name && worn->revision == identity.revision;
}

} // namespace smarttrade::reconcile
