#include "service/reconciler.hpp"

#include <algorithm>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <fmt/format.h>

#include "service/plan_source.hpp"

namespace smarttrade::service {

using reconcile::action_kind;
using reconcile::verdict;

reconciler::reconciler(asio::any_io_executor ex, settings how, std::vector<account_port> accounts, nonce_source nonces,
                       ledger& book, async::time_source& time, log_sink& log)
    : how_{std::move(how)}, accounts_{std::move(accounts)}, book_{book}, time_{time}, log_{log}, changed_{ex},
      stop_{ex}, eyes_{{how_.instance, how_.interval}, book, time, log, changed_},
      hands_{how_.instance, std::move(nonces), book, time, log, stop_}, tasks_{ex, [this] { changed_.notify(); }} {}

void reconciler::accept(std::vector<trade::desired_trade> plans) {
    std::set<trade::trade_identity> named;
    std::vector<reconcile::wish> wishes;
    for (auto& plan : plans) {
        named.insert(plan.identity);
        auto body = create_body(plan.request);
        wishes.push_back({std::move(plan), std::move(body)});
    }
    for (const auto& [identity, trade] : book_.past().trades()) {
        const auto* seen = trade.trade_id ? &eyes_.seen().trades : nullptr;
        const auto found = seen ? seen->find(*trade.trade_id) : eyes_.seen().trades.end();
        const bool lives = trade.trade_id && (found == eyes_.seen().trades.end() || !found->second.entity.is_final());
        if (!lives || named.contains(identity)) continue;
        log_event line;
        line.what = event::trade_removed;
        line.trade = identity.name;
        line.id = trade.trade_id;
        line.why = "no longer in the plans: it is left as it is on the exchange";
        log_.write(line);
    }
    wishes_ = std::move(wishes);
    creates_asked_ = reconcile::count_missing(wishes_, book_.past());
    changed_.notify();
}

void reconciler::key_renewed() {
    key_since_ = time_.now();
    eyes_.look_now();
    changed_.notify();
}

asio::awaitable<void> reconciler::run() {
    for (const auto& account : accounts_) tasks_.spawn([this, account] { return eyes_.watch(account); });
    while (!tasks_.failed()) {
        round();
        co_await changed_.wait_until(time_, decision_.wake_at);
    }
    co_await tasks_.join(); // throws what the task failed with
}

asio::awaitable<reconciler::convergence> reconciler::run_until_converged() {
    for (auto next_pass = time_.now();;) {
        const bool reads_now = time_.now() >= next_pass;
        if (reads_now) {
            for (const auto& account : accounts_) {
                const bool complete = co_await eyes_.pass(account);
                if (!complete && !eyes_.seen().gates_open.contains(account.id)) co_return convergence::unreachable;
            }
            next_pass = time_.now() + how_.interval;
        }
        round();
        const auto reached = reached_now(reads_now);
        if (reached) co_return *reached;
        co_await changed_.wait_until(time_, std::min(decision_.wake_at, next_pass));
    }
}

/// Nothing while something is under way or will be with time alone. What is still pending right after a pass waits for
/// something outside, the end of an older revision for instance: it is reported as held.
std::optional<reconciler::convergence> reconciler::reached_now(bool just_read) const {
    const auto has = [&](verdict what) {
        return std::ranges::any_of(decision_.standings, [what](const auto& s) { return s.verdict == what; });
    };
    // What was created while the pass was under way is in the next one.
    const bool unread = std::ranges::any_of(decision_.standings, [](const auto& s) {
        return s.verdict == verdict::pending && s.phase == reconcile::phase::submitting;
    });
    const bool busy = !running_.empty() || !decision_.actions.empty() || unread || (has(verdict::pending) && !just_read)
                      || decision_.wake_at != async::mono_time::max();
    if (busy) return std::nullopt;
    if (has(verdict::unknown) || has(verdict::unprotected)) return convergence::unknown;
    const bool waits = has(verdict::held) || has(verdict::blocked) || has(verdict::pending);
    return waits ? convergence::held : convergence::converged;
}

void reconciler::stop() {
    stopping_ = true;
    eyes_.stop();
    tasks_.cancel();
}

asio::awaitable<void> reconciler::drain(async::mono_time deadline) {
    using namespace asio::experimental::awaitable_operators;
    if (!tasks_.empty()) co_await (tasks_.join() || time_.sleep_until(deadline));
    stop_.set();
    co_await tasks_.join();
}

bool reconciler::ready() const {
    return std::ranges::all_of(accounts_, [&](const auto& a) { return seen().gates_open.contains(a.id); });
}

reconcile::decision reconciler::decide() const {
    const reconcile::policy rules{.instance = how_.instance,
                                  .settle = how_.settle,
                                  .resend = how_.resend,
                                  .create_max = how_.create_max,
                                  .creates_asked = creates_asked_,
                                  .observe_only = how_.observe_only,
                                  .active_max = how_.active_max,
                                  .key_since = key_since_,
                                  .order_totals_limited = how_.order_totals_limited};
    return reconcile::reconcile(wishes_, eyes_.seen(), book_.past(), rules, time_.now());
}

void reconciler::round() {
    decision_ = decide();
    tell_changes();
    if (stopping_) return;
    if (time_.now() < book_.rests_until()) { // the journal cannot be written: nothing can begin
        decision_.wake_at = std::min(decision_.wake_at, book_.rests_until());
        return;
    }
    for (const auto& what : decision_.actions) start(what);
}

void reconciler::start(const reconcile::action& what) {
    const auto& account = what.identity.account;
    if (what.kind == action_kind::create && how_.observe_only) return tell_would_be(what);
    const bool one_at_a_time = what.kind == action_kind::search // one listing serves them all
                               || (what.kind == action_kind::create && !book_.past().canary_proven(account));
    if (!account_of(account) || (one_at_a_time && working_on(what.kind, account))) return;
    if (!running_.emplace(what.kind, what.identity).second) return;
    tasks_.spawn([this, what] { return act(what); });
}

void reconciler::tell_would_be(const reconcile::action& what) {
    if (!told_would_be_.insert(what.identity).second) return;
    log_event line;
    line.what = event::trade_planned;
    line.trade = what.identity.name;
    line.why = "would be created: " + what.reason;
    log_.write(line);
}

asio::awaitable<void> reconciler::act(reconcile::action what) {
    struct ended {
        reconciler& of;
        work mine;
        ~ended() {
            of.running_.erase(mine);
            of.changed_.notify();
        }
    } const on_exit{*this, {what.kind, what.identity}};
    const auto account = *account_of(what.identity.account);
    const auto* wanted = wish_of(what.identity);
    switch (what.kind) {
    case action_kind::create: {
        if (!wanted) break;
        auto wish = *wanted;
        std::function<bool(const reconcile::wish&)> check = [this](const reconcile::wish& w) {
            return still_wanted(w);
        };
        co_await hands_.create(account, std::move(wish), std::move(check));
        break;
    }
    case action_kind::search: {
        auto pair = what.pair;
        auto tags = sought_beside(what);
        if (!tags.empty()) co_await eyes_.search(account, std::move(pair), std::move(tags));
        break;
    }
    case action_kind::read_back: co_await eyes_.read_back(account, *what.trade_id); break;
    case action_kind::bind: co_await note(std::move(what), reconcile::fact_kind::bound); break;
    case action_kind::believe_absent: co_await note(std::move(what), reconcile::fact_kind::absent); break;
    case action_kind::prove_canary: co_await note(std::move(what), reconcile::fact_kind::canary); break;
    }
}

/// The tags of all creates that this search can settle: one listing serves every unknown of an account and pair.
std::vector<observer::sought> reconciler::sought_beside(const reconcile::action& search) const {
    std::vector<observer::sought> tags;
    for (const auto& other : decision_.actions) {
        if (other.kind != action_kind::search || other.identity.account != search.identity.account) continue;
        const auto* trade = book_.past().find(other.identity);
        if (other.pair == search.pair && trade && trade->last() && trade->last()->nonce == other.nonce)
            tags.push_back({other.nonce, trade->last()->intended_at});
    }
    return tags;
}

asio::awaitable<void> reconciler::note(reconcile::action what, reconcile::fact_kind kind) {
    reconcile::fact fact;
    fact.kind = kind;
    fact.at = time_.utc_now();
    fact.identity = what.identity;
    fact.nonce = what.nonce;
    fact.trade_id = what.trade_id;
    fact.text = what.reason;
    if (const auto* trade = book_.past().find(what.identity); trade && kind == reconcile::fact_kind::bound)
        for (const auto& attempt : trade->attempts)
            if (attempt.nonce == what.nonce) fact.body = attempt.body;
    std::vector<reconcile::fact> facts{std::move(fact)};
    const bool durable = co_await book_.record(std::move(facts));
    if (!durable) co_return;
    log_event line;
    line.what = kind == reconcile::fact_kind::bound    ? event::trade_adopted
                : kind == reconcile::fact_kind::absent ? event::trade_absent
                                                       : event::account_noted;
    line.trade = what.identity.name;
    line.id = what.trade_id;
    line.why = what.reason;
    log_.write(line);
}

void reconciler::tell_changes() {
    for (const auto& now : decision_.standings) {
        auto& told = told_[now.identity];
        auto text = fmt::format("{} {}", base::name_of(now.verdict), now.why);
        if (told == text) continue;
        told = std::move(text);
        tell_standing(now);
    }
}

void reconciler::tell_standing(const reconcile::standing& now) {
    log_event line;
    if (now.verdict == verdict::held)
        line.what = event::trade_held;
    else if (now.verdict == verdict::blocked)
        line.what = event::trade_blocked;
    else
        return; // the other verdicts are told by what leads to them
    line.trade = now.identity.name;
    line.id = now.trade_id;
    line.why = now.why;
    log_.write(line);
}

/// Asked when a create's slot is there: whatever was seen or said while it waited counts (F2), so it is decided anew.
bool reconciler::still_wanted(const reconcile::wish& wanted) const {
    const auto* now = wish_of(wanted.trade.identity);
    if (stopping_ || !now || now->body != wanted.body) return false;
    const auto decision = decide();
    return std::ranges::any_of(decision.actions, [&](const reconcile::action& each) {
        return each.kind == action_kind::create && each.identity == wanted.trade.identity;
    });
}

const account_port* reconciler::account_of(trade::account_id id) const {
    const auto found = std::ranges::find(accounts_, id, &account_port::id);
    return found == accounts_.end() ? nullptr : &*found;
}

const reconcile::wish* reconciler::wish_of(const trade::trade_identity& identity) const {
    const auto found = std::ranges::find(wishes_, identity, [](const auto& w) { return w.trade.identity; });
    return found == wishes_.end() ? nullptr : &*found;
}

bool reconciler::working_on(action_kind kind, trade::account_id account) const {
    return std::ranges::any_of(
        running_, [kind, account](const work& each) { return each.first == kind && each.second.account == account; });
}

} // namespace smarttrade::service
