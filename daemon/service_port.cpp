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

service::order_knowledge service_port::known() const {
    const auto& all = service_.reconciler();
    return {all.standing(), all.wishes(), all.past(), all.seen(), all.ready()};
}

asio::awaitable<operator_answer> service_port::order(operator_word word, trade::trade_identity of,
                                                     std::optional<trade::smart_trade_id> id) {
    auto& reconciler = service_.reconciler();
    if (service_.is_observing() && word != operator_word::release) // it would strike at the next start without
        co_return refused("this daemon runs with --observe and sends nothing: in the app it can be done by hand");
    if (auto told = id ? refuse_release(of, *id) : service::answer_without_order(word, of, known())) co_return *told;
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
        auto told = service::verdict_on_order(word, of, since, known());
        if (!told) continue;
        const auto* past = reconciler.past().find(of);
        const bool still_stands = past && past->ordered == base::name_of(word); // not a newer one, nor `retry`
        if (!told->done && still_stands) co_await take_back(of, told->why);
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
    if (service_.reconciler().past().is_halted()) co_return done("is halted already, until: smarttraded resume");
    reconcile::fact said;
    said.kind = reconcile::fact_kind::halted;
    const bool heard = co_await service_.hear(std::move(said));
    co_return heard
        ? done("halted: only your own close and cancel are sent, also after a restart, until: smarttraded resume")
        : refused(std::string{disk_trouble});
}

asio::awaitable<operator_answer> service_port::resume() {
    if (!service_.reconciler().past().is_halted()) co_return done("is not halted");
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
    report.troubles = service::reasons_unready(service_.readings());
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
