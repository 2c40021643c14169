#include "service_port.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "reconcile/account_standing.hpp"

namespace smarttrade::daemon {

namespace {

using service::operator_answer;
using service::operator_word;

operator_answer done(std::string why) { return {true, std::move(why)}; }
operator_answer refused(std::string why) { return {false, std::move(why)}; }

constexpr std::string_view disk_trouble = "the journal cannot be written, so nothing was ordered";

service::named_trade named(const reconcile::standing& at, std::string account) {
    service::named_trade trade;
    trade.identity = at.identity;
    trade.account = std::move(account);
    trade.is_over = at.phase == reconcile::phase::ended || at.verdict == reconcile::verdict::released;
    return trade;
}

} // namespace

/// Where a trade of ours stands, in the plans or left by them; null: unknown here.
const reconcile::standing* service_port::standing_of(const trade::trade_identity& of) const {
    const auto& decision = service_.reconciler().standing();
    for (const auto* all : {&decision.standings, &decision.left})
        if (const auto found = std::ranges::find(*all, of, &reconcile::standing::identity); found != all->end())
            return &*found;
    return nullptr;
}

/// What is known to be in vain is not ordered: an order stays in the journal and would strike later.
std::optional<operator_answer> service_port::without_order(operator_word word, const trade::trade_identity& of) const {
    const auto* at = standing_of(of);
    if (!at) return refused(fmt::format("{} is in no plan and no trade of ours: smarttraded status", of.name));
    const auto* past = service_.reconciler().past().find(of);
    const auto& wishes = service_.reconciler().wishes();
    const auto wish = std::ranges::find(wishes, of, [](const auto& w) { return w.trade.identity; });
    const bool is_protected = wish != wishes.end() ? wish->trade.life.protect : past && past->is_protected;
    const bool is_over = at->phase == reconcile::phase::ended;
    const bool sends = word == operator_word::enter || word == operator_word::process;
    if (sends && service_.reconciler().past().is_halted())
        return refused("halted: only your own close and cancel are sent, until: smarttraded resume");
    if (at->verdict == reconcile::verdict::released && word != operator_word::release)
        return refused(fmt::format("{} is released: nothing of it is touched any more", of.name));
    switch (word) {
    case operator_word::cancel:
    case operator_word::close:
        if (is_over) return done(fmt::format("{} has ended already", of.name));
        if (is_protected)
            return refused(
                fmt::format("{} is protected: set `protect: false` in its plan, then: smarttraded reload", of.name));
        if (word == operator_word::cancel && at->phase == reconcile::phase::entered)
            return refused(
                fmt::format("{0} is entered: a cancel would leave it without exits; smarttraded close {0} sells "
                            "it, smarttraded release {0} leaves it alone",
                            of.name));
        return std::nullopt;
    case operator_word::enter:
        if (is_over) return refused(fmt::format("{} has ended: raise revision to run it again", of.name));
        if (at->phase == reconcile::phase::entered) return done(fmt::format("{} is entered already", of.name));
        return std::nullopt;
    case operator_word::process:
        if (!at->trade_id || is_over) return refused(fmt::format("{} has no live trade", of.name));
        return std::nullopt;
    default: return std::nullopt;
    }
}

/// How an order stands now; nothing: not yet decided.
std::optional<operator_answer> service_port::verdict_on(operator_word word, const trade::trade_identity& of,
                                                        async::mono_time since) const {
    const auto* at = standing_of(of);
    const auto* past = service_.reconciler().past().find(of);
    if (!at) // in no plan, and over
        return done(past && past->trade_id ? fmt::format("{} has ended (id {})", of.name, past->trade_id->value)
                                           : fmt::format("{} is no longer ours", of.name));
    const auto* write = past && past->write && past->write->since >= since ? &*past->write : nullptr;
    const bool was_refused = write && write->is == reconcile::attempt_state::refused;
    if (was_refused) return refused(fmt::format("the exchange refused it: {}", write->message));
    if (at->verdict == reconcile::verdict::blocked) return refused(at->why);
    switch (word) {
    case operator_word::cancel:
    case operator_word::close:
        if (at->phase != reconcile::phase::ended) return std::nullopt;
        return done(at->trade_id ? fmt::format("{} has ended (id {})", of.name, at->trade_id->value)
                                 : fmt::format("{} is not created any more", of.name));
    case operator_word::enter:
        if (at->phase != reconcile::phase::entered) return std::nullopt;
        return done(fmt::format("{} is entered", of.name));
    case operator_word::process:
        if (!write || write->word != "force_process" || write->is != reconcile::attempt_state::accepted)
            return std::nullopt;
        return done(fmt::format("the exchange looks at {} now", of.name));
    default:
        return done(word == operator_word::release
                        ? fmt::format("{} is released: nothing of it is touched any more", of.name)
                        : fmt::format("{} is tried again", of.name));
    }
}

asio::awaitable<operator_answer> service_port::order(operator_word word, trade::trade_identity of,
                                                     std::optional<trade::smart_trade_id> id) {
    auto& reconciler = service_.reconciler();
    if (auto told = id ? refuse_release(of, *id) : without_order(word, of)) co_return *told;
    reconcile::fact ordered;
    ordered.kind = reconcile::fact_kind::ordered;
    ordered.identity = of;
    ordered.trade_id = id;
    ordered.text = base::name_of(word);
    const auto since = service_.now();
    const bool heard = co_await service_.hear(std::move(ordered));
    if (!heard) co_return refused(std::string{disk_trouble});
    if (id) co_return done(fmt::format("trade {} is released; {} goes on with the other one", id->value, of.name));
    for (;;) {
        co_await reconciler.next_round(async::mono_time::max());
        auto told = verdict_on(word, of, since);
        if (!told) continue;
        if (!told->done) co_await take_back(of, told->why);
        co_return *told;
    }
}

/// What was answered as refused must not strike later.
asio::awaitable<void> service_port::take_back(const trade::trade_identity& of, std::string& why) {
    reconcile::fact nothing;
    nothing.kind = reconcile::fact_kind::ordered;
    nothing.identity = of;
    const bool heard = co_await service_.hear(std::move(nothing));
    if (!heard) why += "; the journal cannot be written, so the order stays: it may be carried out later";
}

/// Which of two trades under one name may be let go.
std::optional<operator_answer> service_port::refuse_release(const trade::trade_identity& of,
                                                            trade::smart_trade_id id) const {
    const auto& reconciler = service_.reconciler();
    const auto* past = reconciler.past().find(of);
    std::set<trade::smart_trade_id> own;
    if (past && past->trade_id) own.insert(*past->trade_id);
    for (const auto& [seen_id, seen] : reconciler.seen().trades)
        if (reconcile::wears_tag_of(seen, of, settings_.instance) && !(past && past->let_go.contains(seen_id)))
            own.insert(seen_id);
    if (!own.contains(id))
        return refused(
            fmt::format("trade {} is not one of {}; to see them: smarttraded status {}", id.value, of.name, of.name));
    if (own.size() == 1)
        return refused(fmt::format("{0} has no other trade to go on with: smarttraded release {0}", of.name));
    return std::nullopt;
}

asio::awaitable<operator_answer> service_port::confirm(std::string hold) {
    reconcile::fact said;
    said.kind = reconcile::fact_kind::confirmed;
    said.text = hold;
    const bool heard = co_await service_.hear(std::move(said));
    co_return heard ? done(fmt::format("{} is confirmed", hold)) : refused(std::string{disk_trouble});
}

asio::awaitable<operator_answer> service_port::halt() {
    reconcile::fact said;
    said.kind = reconcile::fact_kind::halted;
    const bool heard = co_await service_.hear(std::move(said));
    co_return heard
        ? done("halted: only your own close and cancel are sent, also after a restart, until: smarttraded resume")
        : refused(std::string{disk_trouble});
}

asio::awaitable<operator_answer> service_port::resume() {
    reconcile::fact said;
    said.kind = reconcile::fact_kind::resumed;
    const bool heard = co_await service_.hear(std::move(said));
    co_return heard ? done("resumed") : refused(std::string{disk_trouble});
}

asio::awaitable<operator_answer> service_port::reload() { return reload_(); }

service::status_report service_port::status() const {
    auto report = service_.report();
    report.holds = service::hold_rows(holds());
    report.is_halted = service_.reconciler().past().is_halted();
    return report;
}

std::vector<reconcile::hold> service_port::holds() const { return service_.reconciler().standing().holds; }

std::vector<service::named_trade> service_port::trades() const {
    std::vector<service::named_trade> all;
    const auto& standing = service_.reconciler().standing();
    const auto& wishes = service_.reconciler().wishes();
    for (std::size_t i = 0; i < wishes.size(); ++i) {
        const auto& trade = wishes[i].trade;
        reconcile::standing at;
        at.identity = trade.identity;
        if (i < standing.standings.size() && standing.standings[i].identity == trade.identity)
            at = standing.standings[i];
        auto& one = all.emplace_back(named(at, trade.account_name));
        one.in_plans = true;
        one.is_protected = trade.life.protect;
    }
    for (const auto& left : standing.left) {
        const auto account = std::ranges::find(settings_.accounts, left.identity.account, &config::account::id);
        all.push_back(named(left, account == settings_.accounts.end() ? std::string{} : account->name));
    }
    return all;
}

std::vector<std::string> service_port::accounts() const {
    std::vector<std::string> names;
    for (const auto& account : settings_.accounts) names.push_back(account.name);
    return names;
}

asio::awaitable<service::dry_run> service_port::plan(std::vector<service::source_file> files) {
    return service_.rehearse(std::move(files));
}

asio::awaitable<std::vector<service::finding>> service_port::examine() { return service_.examine(); }

asio::awaitable<service::trade_listing> service_port::list(std::string account,
                                                           std::vector<trade::smart_trade_id> ids) {
    return service_.list(std::move(account), std::move(ids));
}

} // namespace smarttrade::daemon
