#include "service/reconciler.hpp"

#include <algorithm>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <fmt/format.h>

#include "reconcile/renames.hpp"
#include "service/plan_source.hpp"
#include "wire/entity.hpp"

namespace smarttrade::service {

using reconcile::action_kind;
using reconcile::verdict;
using namespace std::chrono_literals;

namespace {

// More would not be read before whoever rehearses gives up.
constexpr std::size_t markets_max = 50;
constexpr std::size_t trades_max = 50; ///< that are to be adopted

/// More than this is not read of a kind.
std::string one_too_many(std::size_t most) { return fmt::format("{} are read here, the others in their turn", most); }

} // namespace

/// What a rehearsal reads by itself. Of trades it is kept apart from what is watched: a draft may name any.
struct reconciler::looks {
    std::set<std::pair<trade::account_id, trade::pair>> markets;
    std::map<trade::smart_trade_id, std::string> trades; ///< and why one could not be read
    std::map<trade::smart_trade_id, reconcile::sighting> seen;
    std::set<trade::smart_trade_id> missing;

    void add_to(reconcile::observed& all) const {
        for (const auto& [id, sight] : seen) all.trades.insert_or_assign(id, sight);
        all.missing.insert(missing.begin(), missing.end());
    }
};

reconciler::reconciler(asio::any_io_executor ex, settings how, std::vector<account_port> accounts, nonce_source nonces,
                       ledger& book, async::time_source& time, log_sink& log)
    : how_{std::move(how)}, accounts_{std::move(accounts)}, book_{book}, time_{time}, log_{log}, changed_{ex},
      stop_{ex}, eyes_{{how_.rules.instance, how_.interval, how_.request_gap, how_.trade_ended, accounts_,
                        [this] { return count_waiting(); },
                        [this](trade::smart_trade_id id) { return is_adopted(id); }},
                       book,
                       time,
                       log,
                       changed_},
      hands_{how_.rules.instance, nonces, book, time, log, stop_}, changes_{nonces, book, time, log, stop_},
      tasks_{ex, [this] { changed_.notify(); }} {}

void reconciler::use(settings how) {
    how.rules.instance = how_.rules.instance;
    how.request_gap = how_.request_gap;
    how.trade_ended = std::move(how_.trade_ended);
    how_ = std::move(how);
    eyes_.use(how_.interval);
    changed_.notify();
}

void reconciler::accept(std::vector<trade::desired_trade> plans, const std::string& hash) {
    std::vector<reconcile::wish> wishes;
    wishes.reserve(plans.size());
    for (auto& plan : plans) {
        auto body = body_of(plan);
        if (const auto* trade = book_.past().find(plan.identity); trade && trade->applied == body)
            body = trade->applied;
        wishes.push_back({std::move(plan), std::move(body)});
    }
    tell_removed(wishes);
    tell_returned(wishes);
    wishes_ = std::move(wishes);
    plans_hash_ = hash;
    lives_recorded_ = false;
    creates_asked_ = reconcile::count_missing(wishes_, book_.past(), server_now());
    updates_asked_ = reconcile::count_edited(wishes_, eyes_.seen(), book_.past());
    changed_.notify();
}

/// Most of a large set is as it was before the edit, and so are its bodies.
base::shared_text reconciler::body_of(const trade::desired_trade& plan) const {
    const auto name_of = [](const reconcile::wish& w) -> const std::string& { return w.trade.identity.name; };
    const auto before = std::ranges::lower_bound(wishes_, plan.identity.name, {}, name_of); // a plan set is sorted
    const bool is_same =
        before != wishes_.end() && before->trade.identity == plan.identity && before->trade.request == plan.request;
    return is_same ? before->body : base::shared_text{create_body(plan.request)};
}

void reconciler::key_renewed() {
    key_since_ = time_.now();
    eyes_.look_now();
    changed_.notify();
}

asio::awaitable<void> reconciler::run() {
    for (const auto& account : accounts_) tasks_.spawn([this, account] { return eyes_.watch(account); });
    tasks_.spawn([this] { return tidy_journal(); });
    tasks_.spawn([this] { return probe_journal(); });
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

base::utc_time reconciler::server_now() const {
    return accounts_.empty() ? time_.utc_now() : accounts_.front().api->server_now();
}

bool reconciler::is_awake() const {
    return std::ranges::all_of(accounts_, [](const auto& a) { return a.api->knows_server_time(); });
}

reconcile::policy reconciler::rules_now(const std::vector<reconcile::wish>& wishes, const std::string& hash) const {
    auto rules = how_.rules;
    const bool in_force = &wishes == &wishes_;
    rules.utc_now = server_now();
    rules.is_awake = is_awake();
    rules.creates_asked = in_force ? creates_asked_ : reconcile::count_missing(wishes, book_.past(), rules.utc_now);
    rules.updates_asked =
        in_force ? updates_asked_.value_or(0) : reconcile::count_edited(wishes, eyes_.seen(), book_.past());
    rules.key_since = key_since_;
    rules.plans_hash = hash;
    rules.restored = book_.restored();
    rules.read_body = &read_create_body;
    return rules;
}

reconcile::decision reconciler::decide() const {
    return reconcile::reconcile(wishes_, eyes_.seen(), book_.past(), rules_now(wishes_, plans_hash_), time_.now());
}

void reconciler::round() {
    decision_ = decide();
    tell_changes();
    tell_frozen();
    tell_holds();
    for (auto* each : waiting_) each->notify();
    if (stopping_) return;
    if (time_.now() < book_.rests_until()) { // the journal cannot be written: nothing can begin
        decision_.wake_at = std::min(decision_.wake_at, book_.rests_until());
        return;
    }
    if (!lives_recorded_ && running_.emplace(action_kind::take_echo, trade::trade_identity{}).second)
        tasks_.spawn([this] { return record_lives(); });
    for (const auto& what : decision_.actions)
        if (lives_recorded_ || what.kind != action_kind::create) start(what); // may be a removed trade under a new name
}

asio::awaitable<void> reconciler::tidy_journal() {
    for (;;) {
        co_await book_.prune();
        co_await time_.sleep_until(time_.now() + 24h);
    }
}

/// Else a disk that was mended would be known as such only when there is something to write again: in a day, may be.
asio::awaitable<void> reconciler::probe_journal() {
    for (;;) {
        co_await time_.sleep_until(time_.now() + 10s);
        co_await book_.probe();
    }
}

/// What the accepted set says of lives, before anything of it is needed: `on_remove` outlives the text.
asio::awaitable<void> reconciler::record_lives() {
    auto facts = reconcile::lifecycle_facts(wishes_, book_.past(), plans_hash_, server_now());
    const auto hash = plans_hash_;
    bool durable = true;
    if (!facts.empty()) durable = co_await book_.record(std::move(facts));
    if (durable && hash == plans_hash_) lives_recorded_ = true;
    running_.erase({action_kind::take_echo, trade::trade_identity{}});
    changed_.notify();
}

/// What the journal would say once that set was accepted; nothing: what it says now.
std::optional<reconcile::history> reconciler::past_after(const std::vector<reconcile::wish>& wishes,
                                                         const std::string& hash) const {
    const auto lives = reconcile::lifecycle_facts(wishes, book_.past(), hash, server_now());
    if (lives.empty()) return std::nullopt;
    auto past = book_.past();
    for (const auto& what : lives) past.apply(what, time_.now());
    return past;
}

asio::awaitable<reconciler::rehearsal> reconciler::rehearse(std::vector<reconcile::wish> wishes, std::string hash) {
    looks done;
    rehearsal made;
    for (int rounds = 0;; ++rounds) {
        constexpr int rounds_max = 3;
        made.seen = eyes_.seen();
        done.add_to(made.seen);
        made.decided = decide_on(wishes, hash, made.seen);
        bool has_read = false;
        for (const auto& what : made.decided.actions) {
            if (rounds == rounds_max) break;
            const bool is_read = co_await look(what, done);
            has_read = has_read || is_read;
        }
        if (!has_read) break;
    }
    if (leave_unread(made)) made.decided = decide_on(wishes, hash, made.seen);
    tell_unread(made, done);
    co_return made;
}

/// What a decision asks to be read, once. False: nothing, or one too many.
asio::awaitable<bool> reconciler::look(const reconcile::action& what, looks& done) {
    const auto* port = account_of(what.identity.account);
    if (!port) co_return false;
    const auto account = *port;
    if (what.kind == action_kind::read_orders) {
        co_await eyes_.read_orders(account, *what.trade_id);
        co_return true;
    }
    if (what.kind == action_kind::read_market) {
        if (done.markets.size() == markets_max || !done.markets.emplace(account.id, what.pair).second) co_return false;
        co_await eyes_.look_at_market(account, what.pair);
        co_return true;
    }
    if (what.kind != action_kind::read_trade || done.trades.size() == trades_max) co_return false;
    const auto id = *what.trade_id;
    if (!done.trades.try_emplace(id).second) co_return false;
    const auto begun = time_.now();
    const auto entity = co_await account.api->get(client::lane::settle, id);
    if (entity)
        done.seen.insert_or_assign(id, reconcile::sighting{*entity, begun});
    else if (entity.error().kind == trade::outcome::refused)
        done.missing.insert(id);
    else
        done.trades[id] = entity.error().message;
    co_return true;
}

/// Trades that are yet to be read: those that could not be, and one too many.
void reconciler::tell_unread(rehearsal& of, const looks& done) {
    for (const auto& what : of.decided.actions) {
        const auto at = std::ranges::find(of.decided.standings, what.identity, &reconcile::standing::identity);
        if (what.kind != action_kind::read_trade || at == of.decided.standings.end()) continue;
        const auto tried = done.trades.find(*what.trade_id);
        const auto why = tried == done.trades.end() ? one_too_many(trades_max) : tried->second;
        if (!why.empty()) at->why = fmt::format("trade {} was not looked at: {}", what.trade_id->value, why);
    }
}

/// Markets that are yet to be read are taken for such that cannot be. Whether there are any.
bool reconciler::leave_unread(rehearsal& of) const {
    bool any = false;
    for (const auto& what : of.decided.actions) {
        if (what.kind != action_kind::read_market) continue;
        const std::pair market{what.identity.account, what.pair};
        const auto [trouble, is_left] = of.seen.unpriced.try_emplace(market);
        if (is_left) trouble->second.why = one_too_many(markets_max);
        trouble->second.at = time_.now();
        any = true;
    }
    return any;
}

reconcile::decision reconciler::decide_on(const std::vector<reconcile::wish>& wishes, const std::string& hash,
                                          const reconcile::observed& seen) const {
    auto rules = rules_now(wishes, hash);
    rules.observe_only = true;
    const auto past = past_after(wishes, hash);
    return reconcile::reconcile(wishes, seen, past ? *past : book_.past(), rules, time_.now());
}

asio::awaitable<bool> reconciler::hear(std::vector<reconcile::fact> said) {
    const bool durable = co_await book_.record(std::move(said), journal::urgency::vital);
    changed_.notify();
    co_return durable;
}

asio::awaitable<void> reconciler::next_round(async::mono_time at) {
    auto ex = co_await asio::this_coro::executor;
    async::wakeup mine{ex};
    struct leave {
        reconciler& of;
        async::wakeup* mine;
        ~leave() { std::erase(of.waiting_, mine); }
    } const on_exit{*this, &mine};
    waiting_.push_back(&mine);
    co_await mine.wait_until(time_, at);
}

/// Asked when the slot is there: whatever was seen or said while it waited counts (F2), so it is decided anew.
bool reconciler::still_wanted(const reconcile::action& wanted) const {
    if (stopping_) return false;
    const auto decision = decide();
    return std::ranges::any_of(decision.actions, [&](const reconcile::action& each) {
        return each.kind == wanted.kind && each.identity == wanted.identity && each.trade_id == wanted.trade_id
               && each.text == wanted.text && each.change == wanted.change && each.funds == wanted.funds
               && each.order == wanted.order && (wanted.looks_first || !each.looks_first)
               && each.request == wanted.request && each.difference == wanted.difference;
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

bool reconciler::is_adopted(trade::smart_trade_id id) const {
    return std::ranges::any_of(wishes_, [&](const auto& w) { return reconcile::to_adopt(w, book_.past()) == id; });
}

bool reconciler::working_on(action_kind kind, trade::account_id account) const {
    return std::ranges::any_of(
        running_, [kind, account](const work& each) { return each.first == kind && each.second.account == account; });
}

} // namespace smarttrade::service
