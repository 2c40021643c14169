// What a decision asks for, done: each action in a task of its own.
#include <algorithm>

#include <fmt/format.h>

#include "service/plan_source.hpp"
#include "service/reconciler.hpp"
#include "wire/entity.hpp"

namespace smarttrade::service {

using reconcile::action_kind;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t looking_max = 3; ///< after an outage every sight is old: what was seen first must not age again

/// A look and what hangs on it. Whoever holds one slot and waits for another must not meet many of his kind.
bool takes_two_slots(const reconcile::action& what) {
    return (what.kind == action_kind::create && !what.pair.base.empty()) || what.kind == action_kind::cancel
           || what.kind == action_kind::add_funds || what.kind == action_kind::reduce_funds;
}

} // namespace

void reconciler::start(const reconcile::action& what) {
    if (reconcile::is_write(what.kind) && how_.rules.observe_only) return tell_would_be(what);
    if (!account_of(what.identity.account) || is_busy(what)) return;
    if (!running_.emplace(what.kind, what.identity).second) return;
    if (reconcile::is_write(what.kind)) writing_.insert(what.identity);
    if (takes_two_slots(what)) two_slots_.emplace(what.kind, what.identity);
    if (what.looks_first) looking_.emplace(what.kind, what.identity);
    tasks_.spawn([this, what] { return act(what); });
}

/// Some things are done one at a time: searches of an account (one listing serves them all), creates before the canary
/// is proven, reads of one market, and whatever changes one trade.
bool reconciler::is_busy(const reconcile::action& what) const {
    const auto account = what.identity.account;
    if (reconcile::is_write(what.kind) && writing_.contains(what.identity)) return true;
    if (takes_two_slots(what) && std::ranges::any_of(two_slots_, [&](const auto& each) {
            return (each.first == action_kind::create) == (what.kind == action_kind::create);
        }))
        return true;
    if (what.looks_first && looking_.size() >= looking_max) return true;
    const bool one_at_a_time = what.kind == action_kind::search || what.kind == action_kind::read_market
                               || (what.kind == action_kind::create && !book_.past().canary_proven(account));
    return one_at_a_time && working_on(what.kind, account);
}

void reconciler::tell_would_be(const reconcile::action& what) {
    const auto text = fmt::format("would {}: {}", base::name_of(what.kind), what.reason);
    if (!told_would_be_
             .insert(fmt::format("{} {} {} {}", what.identity.account.value, what.identity.name, text, what.difference))
             .second)
        return;
    auto line = line_of(event::trade_planned, what.identity);
    line.id = what.trade_id;
    line.change = what.difference;
    line.why = text;
    if (const auto* wanted = wish_of(what.identity)) {
        if (what.kind == reconcile::action_kind::create) line.fields = terms_of(wanted->trade.request);
        line.why += "; " + place_of(wanted->trade);
    }
    log_.write(line);
}

asio::awaitable<void> reconciler::act(reconcile::action what) {
    struct ended {
        reconciler& of;
        work mine;
        ~ended() {
            of.running_.erase(mine);
            of.two_slots_.erase(mine);
            of.looking_.erase(mine);
            if (reconcile::is_write(mine.first)) of.writing_.erase(mine.second);
            of.changed_.notify();
        }
    } const on_exit{*this, {what.kind, what.identity}};
    const auto account = *account_of(what.identity.account);
    switch (what.kind) {
    case action_kind::create: co_await create(account, std::move(what)); break;
    case action_kind::search: {
        auto pair = what.pair;
        auto tags = sought_beside(what);
        if (!tags.empty()) co_await eyes_.search(account, std::move(pair), std::move(tags));
        break;
    }
    case action_kind::read_back:
    case action_kind::read_trade: co_await eyes_.read_trade(account, *what.trade_id); break;
    case action_kind::read_orders: co_await eyes_.read_orders(account, *what.trade_id); break;
    case action_kind::read_market: co_await eyes_.read_market(account, std::move(what.pair)); break;
    case action_kind::bind: co_await note(std::move(what), reconcile::fact_kind::bound); break;
    case action_kind::believe_absent: co_await note(std::move(what), reconcile::fact_kind::absent); break;
    case action_kind::prove_canary: co_await note(std::move(what), reconcile::fact_kind::canary); break;
    case action_kind::take_echo: co_await note(std::move(what), reconcile::fact_kind::echo); break;
    case action_kind::settle_write: co_await note(std::move(what), reconcile::fact_kind::settled); break;
    case action_kind::rename: co_await note(std::move(what), reconcile::fact_kind::renamed); break;
    default: co_await change(account, std::move(what)); break;
    }
}

asio::awaitable<void> reconciler::create(account_port account, reconcile::action what) {
    const auto* wanted = wish_of(what.identity);
    if (!wanted) co_return;
    auto wish = *wanted;
    submitter::terms how;
    if (!what.pair.base.empty()) { // its price decides, so it is read right before
        how.look = eyes_.market_call(account.id, what.pair);
        const auto begun = time_.now();
        how.looked = [this, id = account.id, pair = what.pair, begun](const client::api_result<std::string>& reply) {
            eyes_.note_market(id, pair, std::max(begun, time_.now() - 1s), reply);
        };
    }
    how.decide = [this, what, body = wish.body]() -> std::optional<trade::trade_request> {
        const auto* now = wish_of(what.identity);
        if (stopping_ || !lives_recorded_ || !now || now->body != body) return std::nullopt;
        const auto decision = decide();
        for (const auto& each : decision.actions)
            if (each.kind == action_kind::create && each.identity == what.identity)
                return each.request ? each.request : now->trade.request;
        return std::nullopt;
    };
    co_await hands_.create(std::move(account), std::move(wish), std::move(how));
}

std::optional<trade::tag> reconciler::tag_of(trade::smart_trade_id id) const {
    const auto seen = eyes_.seen().trades.find(id);
    return seen == eyes_.seen().trades.end() ? std::nullopt : trade::tag::parse(trade::note_of(seen->second.entity));
}

asio::awaitable<void> reconciler::change(account_port account, reconcile::action what) {
    auto body = what.funds ? what.funds->units.to_short_string() : std::string{};
    if (what.kind == action_kind::update)
        if (const auto* wanted = wish_of(what.identity)) body = wanted->body.string();
    changer::terms how;
    how.still_wanted = [this](const reconcile::action& of) { return still_wanted(of); };
    how.look_failed = [this, account, id = *what.trade_id](const trade::request_failure& why) {
        eyes_.note_unread(account, id, why);
    };
    how.tell_seen = [this](const trade::smart_trade& entity, async::mono_time begun) {
        eyes_.note_seen(entity, begun);
    };
    if (const auto* wanted = wish_of(what.identity)) how.place = place_of(wanted->trade);
    how.stop_told = [this, id = *what.trade_id](std::string trigger) { eyes_.note_stop_told(id, std::move(trigger)); };
    const auto worn = tag_of(*what.trade_id);
    how.is_let_go = [this, id = *what.trade_id, worn] { return worn && tag_of(id) != worn; };
    co_await changes_.change(std::move(account), std::move(what), std::move(body), std::move(how));
}

/// The tags of all creates that this search can settle: one listing serves every unknown of an account and pair.
std::vector<observer::sought> reconciler::sought_beside(const reconcile::action& search) const {
    std::vector<observer::sought> tags;
    for (const auto& other : decision_.actions) {
        if (other.kind != action_kind::search || other.identity.account != search.identity.account) continue;
        const auto* trade = book_.past().find(other.identity);
        if (other.pair != search.pair || !trade) continue;
        const auto attempt = std::ranges::find(trade->attempts, other.nonce, &reconcile::create_attempt::nonce);
        if (attempt != trade->attempts.end()) tags.push_back({other.nonce, attempt->intended_at});
    }
    return tags;
}

namespace {

std::optional<event> event_of(reconcile::fact_kind kind) {
    switch (kind) {
    case reconcile::fact_kind::bound: return event::trade_adopted;
    case reconcile::fact_kind::absent: return event::trade_absent;
    case reconcile::fact_kind::canary: return event::account_noted;
    case reconcile::fact_kind::settled: return event::trade_settled;
    case reconcile::fact_kind::renamed: return event::trade_renamed;
    default: return std::nullopt; // an echo is nothing that a trader has to know
    }
}

} // namespace

/// Journals what reads have shown.
asio::awaitable<void> reconciler::note(reconcile::action what, reconcile::fact_kind kind) {
    reconcile::fact fact;
    fact.kind = kind;
    fact.at = time_.utc_now();
    fact.identity = what.identity;
    fact.nonce = what.nonce;
    fact.trade_id = what.trade_id;
    fact.ended = what.ended;
    fact.text = kind == reconcile::fact_kind::renamed ? what.text : what.reason;
    if (kind == reconcile::fact_kind::echo) {
        const auto seen = eyes_.seen().trades.find(*what.trade_id);
        if (seen == eyes_.seen().trades.end()) co_return;
        fact.text = wire::write_smart_trade(seen->second.entity);
        fact.body = what.difference.empty() ? what.text : what.text + '\n' + what.difference;
    }
    if (kind == reconcile::fact_kind::bound) {
        if (const auto* trade = book_.past().find(what.identity))
            for (const auto& attempt : trade->attempts)
                if (!what.nonce.empty() && attempt.nonce == what.nonce) fact.body = attempt.body.string();
    }
    std::vector<reconcile::fact> facts{std::move(fact)};
    const bool durable = co_await book_.record(std::move(facts));
    const auto told = event_of(kind);
    if (!durable || !told) co_return;
    auto line = line_of(*told, what.identity);
    line.id = what.trade_id;
    line.why = what.reason;
    if (kind == reconcile::fact_kind::canary) { // of the account, whichever trade has shown it
        line.trade.clear();
        line.id.reset();
        line.why = "it gives notes back as they were sent, so what is lost on the way can be found by its tag";
    }
    log_.write(line);
    if (kind == reconcile::fact_kind::bound) eyes_.tell_of(*what.trade_id);
}

} // namespace smarttrade::service
