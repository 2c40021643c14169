#include "reconcile/reconcile.hpp"

#include <algorithm>
#include <set>

#include "reconcile/deciding.hpp"
#include "reconcile/renames.hpp"

namespace smarttrade::reconcile {

using namespace std::chrono_literals;

namespace {

/// An entry that the exchange executes the moment it arrives: a doubled one costs money at once.
bool executes_at_once(const wish& w) { return w.trade.request.position.order == trade::entry_type::market; }

/// Two complete searches at least `gap` apart that do not find the tag prove the create absent.
void settle_create(deciding& of, const trade::trade_identity& identity, const create_attempt& attempt,
                   std::chrono::nanoseconds gap) {
    const auto missed = of.seen_.absences.find(attempt.nonce);
    const bool proven = missed != of.seen_.absences.end() && missed->second.searches >= 2
                        && missed->second.newest - missed->second.first >= gap;
    if (proven) {
        of.act(action_kind::believe_absent, identity, attempt.nonce, std::nullopt,
               "two complete searches did not find its tag");
        return;
    }
    const auto next = missed == of.seen_.absences.end() ? of.now_ : missed->second.first + gap;
    const auto pair = trade::pair::parse(attempt.pair);
    if (!pair || !of.wait_until(next)) return;
    of.act(action_kind::search, identity, attempt.nonce, std::nullopt, "the outcome of its create is unknown").pair =
        *pair;
}

/// What was believed lost and created again may have arrived all the same: it is looked for once an hour, for a day
/// (design.md 5, Exactly-once). Nobody waits for that.
void look_for_lost(deciding& of, const trade::trade_identity& identity, const trade_history& trade) {
    if (trade.attempts.size() < 2) return;
    for (const auto& attempt : trade.attempts) {
        if (attempt.is != attempt_state::absent || of.rules_.utc_now - attempt.intended_at > 24h) continue;
        const auto missed = of.seen_.absences.find(attempt.nonce);
        const auto pair = trade::pair::parse(attempt.pair);
        if (!pair || (missed != of.seen_.absences.end() && of.now_ - missed->second.newest < 1h)) continue;
        of.act(action_kind::search, identity, attempt.nonce, std::nullopt, "its first create may have arrived late")
            .pair = *pair;
    }
}

standing decide_wish(deciding& of, const wish& w, const trade_history* trade) {
    const auto& identity = w.trade.identity;
    if (of.found_.contains(identity))
        return stand(identity, phase::submitting, verdict::pending, "its tag was found on the exchange");
    if (trade) look_for_lost(of, identity, *trade);
    if (trade && trade->trade_id) return decide_bound(of, w, *trade);
    const auto* attempt = trade ? trade->last() : nullptr;
    if (attempt && attempt->is == attempt_state::unknown)
        settle_create(of, identity, *attempt, executes_at_once(w) ? 4 * of.rules_.settle : of.rules_.settle);
    return decide_create(of, w);
}

/// What an exchange sends may have more digits than a product can hold: that is trouble of one trade, not of all.
standing decide_safely(deciding& of, const wish& w, const trade_history* trade) {
    try {
        return decide_wish(of, w, trade);
    } catch (const money::decimal_overflow&) {
        return stand(w.trade.identity, phase::waiting, verdict::blocked,
                     "its figures have more digits than can be computed with: look at it in the app",
                     trade ? trade->trade_id : std::nullopt);
    }
}

/// An unknown create whose entry has left the plans is settled all the same: until then it may be a live trade, and
/// may be the canary that others wait for. What it was is not known any more, so it gets the longer time.
void decide_unwished(deciding& of, std::vector<const trade_history*> wished) {
    std::ranges::sort(wished);
    if (wished.size() == of.past_.trades().size()) return; // names are unique
    std::optional<named_trades> named;
    for (const auto& [identity, trade] : of.past_.trades()) {
        if (std::ranges::binary_search(wished, &trade) || of.found_.contains(identity)) continue;
        look_for_lost(of, identity, trade);
        if (!trade.trade_id) {
            if (trade.last() && trade.last()->is == attempt_state::unknown)
                settle_create(of, identity, *trade.last(), 4 * of.rules_.settle);
        } else {
            if (!named) named.emplace(of.wishes_, of.past_, of.seen_);
            decide_left(of, identity, trade, *named);
        }
    }
}

} // namespace

decision reconcile(const std::vector<wish>& wishes, const observed& seen, const history& past, const policy& rules,
                   mono_time now) {
    deciding of{wishes, seen, past, rules, now};
    find_tags(of);
    for (const auto& w : wishes) of.account(w.trade.identity.account);
    of.out_.standings.reserve(wishes.size());
    // Searched for all together: what waits for memory then waits at the same time.
    std::vector<const trade_history*> wished(wishes.size());
    std::ranges::transform(wishes, wished.begin(), [&](const wish& w) { return past.find(w.trade.identity); });
    for (std::size_t i = 0; i < wishes.size(); ++i)
        of.out_.standings.push_back(decide_safely(of, wishes[i], wished[i]));
    std::erase(wished, nullptr);
    decide_unwished(of, std::move(wished));
    for (const auto& [id, account] : of.accounts_)
        if (!account.frozen.empty() && !past.is_confirmed(frozen_hold(id, account)))
            of.out_.frozen.emplace(id, account.frozen);
    return std::move(of.out_);
}

std::size_t count_missing(const std::vector<wish>& wishes, const history& past, base::utc_time now) {
    return static_cast<std::size_t>(std::ranges::count_if(wishes, [&](const wish& w) {
        const auto* trade = past.find(w.trade.identity);
        const bool takes_up = to_adopt(w, past) || !w.trade.life.was.empty();
        return !takes_up && why_never(w, trade, now).empty()
               && (!trade || (trade->attempts.empty() && !trade->trade_id));
    }));
}

std::size_t count_edited(const std::vector<wish>& wishes, const observed& seen, const history& past) {
    return static_cast<std::size_t>(std::ranges::count_if(wishes, [&](const wish& w) {
        const auto* trade = past.find(w.trade.identity);
        if (!trade || !trade->trade_id) return to_adopt(w, past).has_value();
        if (trade->applied == w.body) return false;
        if (trade->applied.empty() && !w.trade.life.adopt) return false; // found by its tag: taken as it is
        const auto found = seen.trades.find(*trade->trade_id);
        return found == seen.trades.end() || !found->second.entity.is_final();
    }));
}

std::vector<fact> lifecycle_facts(const std::vector<wish>& wishes, const history& past, const std::string& plans_hash,
                                  base::utc_time at) {
    std::vector<fact> facts;
    std::set<std::pair<trade::account_id, std::string>> named; // an older revision is not removed by a newer one
    const auto add = [&](fact_kind kind, const trade::trade_identity& identity) -> fact& {
        auto& made = facts.emplace_back();
        made.kind = kind;
        made.at = at;
        made.identity = identity;
        return made;
    };
    for (const auto& w : wishes) {
        named.emplace(w.trade.identity.account, w.trade.identity.name);
        const auto& life = w.trade.life;
        const auto* trade = past.find(w.trade.identity);
        if (trade && trade->is_managed && trade->on_remove == life.on_remove && trade->is_protected == life.protect)
            continue;
        auto& made = add(fact_kind::managed, w.trade.identity);
        made.text = base::name_of(life.on_remove);
        if (life.protect) made.body = "protect";
    }
    for (const auto& [identity, trade] : past.trades())
        if (trade.is_managed && !named.contains({identity.account, identity.name}))
            add(fact_kind::removed, identity).text = plans_hash;
    return facts;
}

} // namespace smarttrade::reconcile
