#include "service/observer.hpp"

#include <malloc.h>

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "service/account_type.hpp"
#include "service/printable.hpp"
#include "wire/entity.hpp"
#include "wire/market_rates.hpp"
#include "wire/sub_trade.hpp"

namespace smarttrade::service {

namespace {

using namespace std::chrono_literals;

constexpr auto search_overlap = 5min; ///< a create may be dated before its intent by this much (design.md 5)
constexpr auto down_pause_max = 15s;  ///< between looks whether the exchange answers again: writes wait for that
constexpr auto missing_pause = 60s; ///< what the exchange does not show, or that does not fit, is asked for this seldom
constexpr int pages_max = 10'000;   ///< a million trades: more is a server gone mad

} // namespace

observer::observer(settings how, ledger& book, async::time_source& time, log_sink& log, async::wakeup& changed)
    : how_{std::move(how)}, book_{book}, time_{time}, log_{log}, changed_{changed} {
    for (const auto& [identity, trade] : book_.past().trades()) {
        if (trade.last_observed.empty() || !trade.trade_id) continue;
        const auto entity = wire::read_smart_trade(trade.last_observed);
        if (!entity) continue;
        // From an earlier run: an end stays an end, everything else counts only once it was read again.
        if (entity->is_final())
            seen_.trades.insert_or_assign(entity->id, reconcile::sighting{*entity, {}});
        else
            told_before_.insert_or_assign(entity->id, *entity);
    }
    book_.forget_observed();
}

asio::awaitable<void> observer::watch(account_port account) {
    auto ex = co_await asio::this_coro::executor;
    async::wakeup rest{ex};
    struct leave {
        observer& of;
        trade::account_id id;
        ~leave() { of.resting_.erase(id); }
    } const on_exit{*this, account.id};
    resting_[account.id] = &rest;
    for (;;) {
        const auto begun = time_.now();
        const bool complete = co_await pass(account);
        co_await rest.wait_until(time_, next_pass(account, complete, begun));
    }
}

void observer::look_now() {
    refusals_.clear();
    for (auto& [id, at] : verify_again_at_) at = time_.now();
    for (const auto& [id, rest] : resting_) rest->notify();
}

asio::awaitable<bool> observer::pass(account_port account) {
    watch_clock();
    const auto begun = time_.now();
    pass_requests_[account.id] = 0;
    const bool verified = co_await verify_type(account);
    if (!verified) co_return false;
    if (!seen_.gates_open.contains(account.id)) {
        const bool history_known = co_await read_history(account);
        if (!history_known) co_return false;
    }
    wire::list_query active{.account = account.id};
    const auto listed = co_await read_list(account, client::lane::poll, active);
    if (!listed.complete) co_return false;
    listed_before_.insert_or_assign(account.id, listed.ids);
    const bool all_found = co_await read_missing(account, listed.ids);
    if (!all_found) co_return false;
    succeeded(account, begun);
    if (seen_.gates_open.insert(account.id).second) {
        log_event line;
        line.what = event::account_read;
        line.account = account.name;
        line.fields = {{"active", std::to_string(listed.ids.size())},
                       {"mode", std::string{base::name_of(account.mode)}}};
        log_.write(line);
        ::malloc_trim(0); // what an earlier run has seen was held beside what is seen now
    }
    changed_.notify();
    co_return true;
}

/// A machine that was suspended has the wall clock gone on while the steady one stood.
void observer::watch_clock() {
    constexpr auto drift_max = 2s; ///< between two passes: more than any clock is slewed
    const auto gap = time_.utc_now().time_since_epoch() - time_.now().time_since_epoch();
    const auto moved = gap - std::exchange(clock_gap_, gap).value_or(gap);
    if (std::chrono::abs(moved) <= drift_max) return;
    const auto by = std::chrono::floor<std::chrono::seconds>(std::chrono::abs(moved));
    log_event line;
    line.what = event::clock_jumped;
    line.fields = {{"by", (moved.count() < 0 ? "-" : "+") + span_text(by)}};
    line.why = moved.count() < 0 ? "the wall clock was set back"
                                 : "the machine was suspended, or its clock was set; nothing was watched or sent "
                                   "meanwhile, exits stay with 3Commas";
    log_.write(line);
}

/// Once before the first pass; an account that does not fit is looked at again now and then. True: it was told, fit or
/// not.
asio::awaitable<bool> observer::verify_type(account_port account) {
    const auto again = verify_again_at_.find(account.id);
    const bool known = seen_.gates_open.contains(account.id) && again == verify_again_at_.end();
    if (known || (again != verify_again_at_.end() && time_.now() < again->second)) co_return true;
    const auto told = co_await account.api->account(client::lane::poll, account.id);
    const bool unknown_there = !told && told.error().kind == trade::outcome::refused;
    if (!told && !unknown_there) {
        failed(account, told.error());
        co_return false;
    }
    if (told) market_codes_[account.id] = told->market_code;
    const auto why =
        told ? contradiction(account.mode, *told)
             : fmt::format("the exchange does not show account {}: {}", account.id.value, told.error().message);
    if (why.empty()) {
        seen_.unfit.erase(account.id);
        verify_again_at_.erase(account.id);
        co_return true;
    }
    verify_again_at_[account.id] = time_.now() + missing_pause;
    if (std::exchange(seen_.unfit[account.id], why) == why) co_return true;
    log_event line;
    line.what = event::account_unfit;
    line.account = account.name;
    line.why = fmt::format("{}: nothing is written there; mend accounts.{}.mode or its id", why, account.name);
    log_.write(line);
    co_return true;
}

asio::awaitable<observer::rows> observer::read_list(account_port account, client::lane lane, wire::list_query query) {
    rows all;
    for (; query.page <= pages_max; ++query.page) {
        all.page = query.page;
        const auto begun = time_.now();
        if (lane == client::lane::poll) ++pass_requests_[account.id];
        const auto page = co_await account.api->list_page(lane, query);
        if (!page) {
            failed(account, page.error());
            co_return all;
        }
        const auto before = all.ids.size();
        for (const auto& entity : *page) all.ids.insert(entity.id);
        if (!page->empty() && all.ids.size() == before) {
            trade::request_failure stuck;
            stuck.message = fmt::format("page {} of the list shows nothing new", query.page);
            failed(account, stuck);
            co_return all;
        }
        auto changes = take(*page, begun);
        if (!changes.empty()) co_await book_.record(std::move(changes));
        if (page->size() < static_cast<std::size_t>(wire::list_query::per_page) || shows_all(query, all.ids)) {
            all.complete = true;
            co_return all;
        }
    }
    co_return all;
}

/// Whether a listing of what is active goes on behind a full page: everything newer stands before it, and everything
/// older was in the newest complete listing.
bool observer::shows_all(const wire::list_query& by, const std::set<trade::smart_trade_id>& so_far) const {
    const auto before = listed_before_.find(by.account);
    if (by.status != "active" || by.pair || before == listed_before_.end()) return false;
    if (before->second.empty()) return false; // nothing old, to show where what is new ends
    return std::ranges::includes(so_far, before->second);
}

asio::awaitable<bool> observer::read_missing(account_port account, std::set<trade::smart_trade_id> listed) {
    std::set<trade::smart_trade_id> missing;
    const auto look_for = [&](trade::smart_trade_id id) {
        const auto again = ask_again_at_.find(id);
        if (listed.contains(id) || (again != ask_again_at_.end() && time_.now() < again->second)) return;
        const auto seen = seen_.trades.find(id);
        if (seen == seen_.trades.end() || !seen->second.entity.is_final()) missing.insert(id);
    };
    for (const auto& [identity, trade] : book_.past().trades())
        if (identity.account == account.id && trade.trade_id) look_for(*trade.trade_id);
    for (const auto& [id, seen] : seen_.trades) // with our tag, but not bound
        if (seen.entity.account.id == account.id) look_for(id);
    for (const auto id : asked_for_) // to be adopted, but not shown once
        if (seen_.missing.contains(id) && how_.is_adopted && how_.is_adopted(id)) look_for(id);
    for (const auto id : missing) {
        const bool read = co_await read_one(account, client::lane::poll, id);
        if (!read) co_return false;
    }
    co_return true;
}

asio::awaitable<bool> observer::read_one(account_port account, client::lane lane, trade::smart_trade_id id) {
    const auto begun = time_.now();
    if (lane == client::lane::poll) ++pass_requests_[account.id];
    const auto entity = co_await account.api->get(lane, id);
    if (!entity) {
        note_unread(account, id, entity.error());
        co_return entity.error().kind == trade::outcome::refused;
    }
    ask_again_at_.erase(id);
    std::vector<trade::smart_trade> one{*entity};
    auto changes = take(one, begun);
    if (!changes.empty()) co_await book_.record(std::move(changes));
    co_return true;
}

void observer::note_unread(const account_port& account, trade::smart_trade_id id, const trade::request_failure& why) {
    if (why.kind == trade::outcome::refused)
        note_missing(account, id, why);
    else
        failed(account, why);
}

/// F9: not found is an alert, never a cancellation, and must not keep the rest of the account from being read.
void observer::note_missing(const account_port& account, trade::smart_trade_id id,
                            const trade::request_failure& failure) {
    ask_again_at_[id] = time_.now() + missing_pause;
    if (!seen_.missing.insert(id).second) return;
    const auto* owner = book_.past().owner_of_trade(id);
    log_event line;
    line.what = event::trade_missing;
    line.account = account.name;
    line.id = id;
    if (owner) line.trade = owner->name;
    line.why = failure.message + "; nothing is created in its place: look for it in the app";
    log_.write(line);
}

asio::awaitable<void> observer::read_trade(account_port account, trade::smart_trade_id id) {
    asked_for_.insert(id);
    const bool read = co_await read_one(account, client::lane::settle, id);
    if (!read) co_await time_.sleep_until(time_.now() + pause_after(account, false));
    changed_.notify();
}

asio::awaitable<void> observer::read_orders(account_port account, trade::smart_trade_id id) {
    const auto begun = time_.now();
    auto call = wire::list_sub_trades(id);
    auto orders = co_await account.api->read(client::lane::settle, std::move(call), &wire::read_sub_trades);
    if (orders) {
        seen_.orders.insert_or_assign(id, reconcile::orders_sighting{std::move(*orders), begun});
    } else {
        if (orders.error().kind != trade::outcome::refused) failed(account, orders.error());
        co_await time_.sleep_until(time_.now() + std::max<std::chrono::nanoseconds>(pause_after(account, false), 1s));
    }
    changed_.notify();
}

wire::api_request observer::market_call(trade::account_id account, const trade::pair& pair) const {
    const auto code = market_codes_.find(account);
    return wire::currency_rates(code == market_codes_.end() ? std::string{} : code->second, pair);
}

/// A market that cannot be read keeps entries that hang on its price from being created, and is told by them.
void observer::note_market(trade::account_id account, const trade::pair& pair, async::mono_time begun,
                           const client::api_result<std::string>& reply) {
    const std::pair key{account, pair};
    auto rates = client::read_reply(reply, &wire::read_market_rates);
    if (rates) {
        seen_.unpriced.erase(key);
        seen_.markets.insert_or_assign(key, reconcile::market_sighting{std::move(*rates), begun});
    } else {
        seen_.unpriced.insert_or_assign(key, reconcile::market_trouble{rates.error().message, time_.now()});
    }
}

asio::awaitable<bool> observer::look_at_market(account_port account, trade::pair pair) {
    auto call = market_call(account.id, pair);
    auto slot = co_await account.api->admit(client::lane::settle, std::move(call));
    const auto begun = time_.now();
    const auto reply = co_await account.api->send(std::move(slot));
    note_market(account.id, pair, begun, reply);
    changed_.notify(); // what waited for it goes on, read or not
    co_return reply.has_value();
}

asio::awaitable<void> observer::read_market(account_port account, trade::pair pair) {
    const bool is_read = co_await look_at_market(account, std::move(pair));
    if (!is_read)
        co_await time_.sleep_until(time_.now() + std::max<std::chrono::nanoseconds>(pause_after(account, false), 1s));
    changed_.notify();
}

void observer::note_seen(const trade::smart_trade& entity, async::mono_time begun) {
    if (concerns_us(entity)) take_one(entity, begun, unrecorded_);
    changed_.notify();
}

asio::awaitable<void> observer::search(account_port account, trade::pair pair, std::vector<sought> tags) {
    wire::list_query query{.account = account.id, .status = "all", .pair = std::move(pair)};
    query.from = std::ranges::min(tags, {}, &sought::intended_at).intended_at - search_overlap;
    const auto begun = time_.now();
    const auto listed = co_await read_list(account, client::lane::settle, query);
    if (listed.complete && !is_contradicted(listed, query, begun)) {
        const auto now = time_.now();
        for (const auto& tag : tags) {
            auto& absent = seen_.absences.try_emplace(tag.nonce, reconcile::absence{now, now, 0}).first->second;
            absent.newest = now;
            ++absent.searches;
        }
    } else {
        co_await time_.sleep_until(time_.now() + pause_after(account, false));
    }
    changed_.notify();
}

/// A trade that was seen before must be in a list that is to show it, else that list proves nothing (F13).
bool observer::is_contradicted(const rows& listed, const wire::list_query& by, async::mono_time begun) const {
    return std::ranges::any_of(seen_.trades, [&](const auto& known) {
        const auto& entity = known.second.entity;
        return entity.account.id == by.account && entity.pair == by.pair && entity.created_at >= by.from
               && known.second.read_begun < begun && !listed.ids.contains(known.first);
    });
}

void observer::failed(const account_port& account, const trade::request_failure& failure) {
    if (stopping_) return;
    const bool key_trouble = failure.kind == trade::outcome::credential;
    progress_[account.id].is_answered = key_trouble || failure.kind == trade::outcome::throttled;
    if (key_trouble) {
        ++refusals_[account.id];
        seen_.paused[account.id] = fmt::format("the exchange refuses the key: {}", failure.message);
    }
    log_event line;
    line.what = key_trouble                                 ? event::key_refused
                : failure.kind == trade::outcome::throttled ? event::api_throttled
                                                            : event::api_down;
    if (!outages_[account.id].failed(time_.now(), line.what)) return;
    line.account = account.name;
    line.fields = {{"failures", std::to_string(outages_[account.id].failures())}};
    if (!failure.request_id.empty()) line.fields.emplace_back("xrid", failure.request_id);
    const auto waiting = how_.count_waiting ? how_.count_waiting() : 0;
    const auto end = failure.message.find_last_not_of(". ") + 1;
    line.why = fmt::format("{}; exits stay with 3Commas; {} {}", failure.message.substr(0, end), waiting,
                           waiting == 1 ? "write waits" : "writes wait");
    if (key_trouble) line.why += "; " + account.key_mend;
    log_.write(line);
}

void observer::succeeded(const account_port& account, async::mono_time begun) {
    const auto now = time_.now();
    progress_[account.id] = {true,
                             progress::pass_end{now, time_.utc_now(), std::max(pass_every(account), now - begun)}};
    refusals_.erase(account.id);
    seen_.paused.erase(account.id);
    const auto over = outages_[account.id].recovered(now);
    if (!over) return;
    log_event line;
    line.what = over->kinds.contains(event::key_refused) ? event::key_accepted : event::api_up;
    line.account = account.name;
    line.fields = {{"after", span_text(over->lasted)}};
    log_.write(line);
}

/// Passes that cost many requests come as seldom as their part of the budget asks for (design.md 6: polling costs
/// pages, not trades).
async::mono_time observer::next_pass(const account_port& account, bool complete, async::mono_time begun) {
    return complete ? begun + pass_every(account) : time_.now() + pause_after(account, false);
}

std::chrono::nanoseconds observer::pass_every(const account_port& account) const {
    const auto requests = static_cast<std::int64_t>(pass_requests_.at(account.id));
    return std::max<std::chrono::nanoseconds>(how_.interval, how_.request_gap * requests);
}

observer::progress observer::progress_of(trade::account_id account) const {
    const auto found = progress_.find(account);
    return found == progress_.end() ? progress{} : found->second;
}

std::chrono::nanoseconds observer::pause_after(const account_port& account, bool complete) {
    if (complete) return how_.interval;
    // One signed probe after 1, 5, then every 15 minutes (design.md 5).
    constexpr std::array<std::chrono::minutes, 3> probes{1min, 5min, 15min};
    if (const auto refused = refusals_.find(account.id); refused != refusals_.end())
        return probes.at(std::min(refused->second, probes.size()) - 1);
    const auto failures = std::min<std::size_t>(outages_[account.id].failures(), 6);
    const auto longest = std::max<std::chrono::nanoseconds>(how_.interval, down_pause_max);
    return std::min<std::chrono::nanoseconds>(how_.interval * (1U << failures), longest);
}

} // namespace smarttrade::service
