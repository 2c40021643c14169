#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include <fmt/format.h>

#include "service/plan_report.hpp"
#include "wire/api_request.hpp"

namespace smarttrade::service {

namespace {

using reconcile::action;
using reconcile::action_kind;

std::string line_of(const wire::api_request& request) { return request.method + ' ' + request.path; }

bool looks_first(const action& create) { return !create.pair.base.empty(); } ///< at its market, right before it is sent

/// `METHOD PATH` of every request that the action comes to.
std::vector<std::string> requests_of(const action& what) {
    const auto id = what.trade_id.value_or(trade::smart_trade_id{});
    const auto order = what.order.value_or(trade::sub_trade_id{});
    switch (what.kind) {
    case action_kind::create:
        if (looks_first(what)) return {line_of(wire::currency_rates({}, what.pair)), "POST /v2/smart_trades"};
        return {"POST /v2/smart_trades"};
    case action_kind::search: return {"GET /v2/smart_trades"};
    case action_kind::read_back:
    case action_kind::read_trade: return {line_of(wire::get_trade(id))};
    case action_kind::read_orders: return {line_of(wire::list_sub_trades(id))};
    case action_kind::read_market: return {line_of(wire::currency_rates({}, what.pair))};
    case action_kind::update: return {line_of(wire::update_trade(id, {}))};
    case action_kind::set_note: return {line_of(wire::set_note(id, what.text))};
    case action_kind::cancel: return {line_of(wire::get_trade(id)), line_of(wire::cancel_trade(id))};
    case action_kind::close: return {line_of(wire::close_by_market(id))};
    case action_kind::force_start: return {line_of(wire::force_start(id))};
    case action_kind::force_process: return {line_of(wire::force_process(id))};
    case action_kind::close_step: return {line_of(wire::close_sub_trade(id, order))};
    case action_kind::cancel_step: return {line_of(wire::cancel_sub_trade(id, order))};
    case action_kind::add_funds: return {line_of(wire::add_funds(id, what.funds.value_or(trade::funds_order{})))};
    case action_kind::reduce_funds: return {line_of(wire::reduce_funds(id, what.funds.value_or(trade::funds_order{})))};
    case action_kind::believe_absent:
    case action_kind::bind:
    case action_kind::prove_canary:
    case action_kind::take_echo:
    case action_kind::settle_write:
    case action_kind::rename: break; // the journal's business
    }
    return {};
}

/// What the limits of markets are read by before creates on them: once for each market.
class limit_reads {
public:
    explicit limit_reads(const dry_run& run) {
        for (const auto& wish : run.wishes) pairs_.emplace(wish.trade.identity, &wish.trade.request.pair);
    }
    std::optional<std::string> before(const action& what) {
        if (what.kind != action_kind::create || looks_first(what)) return std::nullopt;
        const auto pair = pairs_.find(what.identity);
        if (pair == pairs_.end() || !read_.emplace(what.identity.account, *pair->second).second) return std::nullopt;
        return line_of(wire::currency_rates({}, *pair->second));
    }

private:
    std::map<trade::trade_identity, const trade::pair*> pairs_;
    std::set<std::pair<trade::account_id, trade::pair>> read_;
};

/// Whole windows until the last of `needed` may leave; those that fit now leave at once.
std::int64_t windows_for(std::size_t needed, std::size_t used, const client::rate_limit& limit) {
    const auto share = std::max<std::size_t>(limit.requests - std::min(limit.reserve, limit.requests), 1);
    const auto free = share - std::min(used, share);
    if (needed <= free) return 0;
    return static_cast<std::int64_t>((needed - free + share - 1) / share);
}

const dry_run::account* account_of(const dry_run& run, trade::account_id id) {
    const auto found = std::ranges::find(run.accounts, id, &dry_run::account::id);
    return found == run.accounts.end() ? nullptr : &*found;
}

/// One order that binds money: of a create or of added funds.
struct commitment {
    trade::account_id account;
    trade::pair pair;
    trade::side side{};
    money::quantity units;
    std::optional<money::price> price;
    std::int64_t leverage = 1;
};

void commit_create(const trade::trade_request& wanted, std::vector<commitment>& into) {
    if (wanted.skip_enter_step) return; // the position is held already
    const auto times = wanted.leverage ? std::max<std::int64_t>(wanted.leverage->value, 1) : 1;
    into.push_back(
        {wanted.account, wanted.pair, wanted.position.type, wanted.position.units, wanted.position.price, times});
}

std::vector<commitment> commitments_of(const dry_run& run) {
    std::map<trade::trade_identity, const trade::trade_request*> wanted;
    for (const auto& wish : run.wishes) wanted.emplace(wish.trade.identity, &wish.trade.request);
    std::vector<commitment> all;
    for (const auto& each : run.decided.actions) {
        const auto found = wanted.find(each.identity);
        if (each.kind == action_kind::create) {
            if (each.request)
                commit_create(*each.request, all);
            else if (found != wanted.end())
                commit_create(*found->second, all);
        }
        if (each.kind != action_kind::add_funds || !each.funds || found == wanted.end()) continue;
        const auto& trade = *found->second;
        const auto times = trade.leverage ? std::max<std::int64_t>(trade.leverage->value, 1) : 1;
        all.push_back({trade.account, trade.pair, trade.position.type, each.funds->units, each.funds->price, times});
    }
    return all;
}

template <class Amount> std::vector<amount_row> rows_of(const std::map<std::string, Amount>& sums) {
    std::vector<amount_row> rows;
    for (const auto& [currency, sum] : sums) rows.push_back({currency, sum.to_short_string()});
    return rows;
}

template <class Key, class Amount> void add_to(std::map<Key, Amount>& sums, const Key& key, const Amount& what) {
    const auto [at, is_new] = sums.emplace(key, what);
    if (!is_new) at->second = at->second + what;
}

struct taken {
    std::string currency;
    money::decimal amount;
};

/// What an order takes from the account; nothing while its price is not known.
std::optional<taken> taken_by(const commitment& order) {
    const bool from_base = order.side == trade::side::sell && order.leverage == 1;
    if (from_base) return taken{order.pair.base, order.units.value()};
    if (!order.price) return std::nullopt;
    const auto total = (*order.price * order.units).value();
    if (order.leverage == 1) return taken{order.pair.quote, total};
    return taken{order.pair.quote, total.divided_by(money::decimal{order.leverage}, 8, money::rounding::up)};
}

} // namespace

std::vector<bucket_cost> costs_of(const dry_run& run) {
    std::vector<bucket_cost> costs;
    limit_reads limits{run};
    for (const auto& key : run.keys) {
        std::vector<std::string> requests;
        for (const auto& each : run.decided.actions) {
            const auto* account = account_of(run, each.identity.account);
            if (!account || account->key != key.name) continue;
            if (auto line = limits.before(each)) requests.push_back(std::move(*line));
            for (auto& line : requests_of(each)) requests.push_back(std::move(line));
        }
        for (const auto& bucket : key.buckets) {
            const auto& limit = bucket.limit;
            const auto counted = std::ranges::count_if(
                requests, [&](const std::string& line) { return client::counts(limit.match, line); });
            const auto needed = static_cast<std::size_t>(counted);
            const auto per = std::chrono::ceil<std::chrono::seconds>(limit.per).count();
            costs.push_back({key.name, limit.match, needed, bucket.used, limit.requests, per,
                             windows_for(needed, bucket.used, limit) * per});
        }
    }
    return costs;
}

money_at_risk risk_of(const dry_run& run) {
    std::map<std::string, money::money> known;
    std::map<std::string, money::quantity> at_market;
    for (const auto& order : commitments_of(run)) {
        if (order.price)
            add_to(known, order.pair.quote, *order.price * order.units);
        else
            add_to(at_market, order.pair.base, order.units);
    }
    return {rows_of(known), rows_of(at_market)};
}

std::vector<shortage> shortages_of(const dry_run& run) {
    std::map<std::pair<trade::account_id, std::string>, money::decimal> needed;
    for (const auto& order : commitments_of(run)) {
        if (const auto part = taken_by(order)) add_to(needed, std::pair{order.account, part->currency}, part->amount);
    }
    std::vector<shortage> all;
    for (const auto& [where, amount] : needed) {
        const auto* account = account_of(run, where.first);
        if (!account || !account->balances) continue;
        const auto found = std::ranges::find(*account->balances, where.second, &trade::balance::currency);
        const bool listed = found != account->balances->end();
        if (listed && !found->available) continue; // not told: no claim
        const auto available = listed ? found->available->value() : money::decimal{};
        if (amount <= available) continue;
        all.push_back({account->name, where.second, amount.to_short_string(), available.to_short_string(),
                       (amount - available).to_short_string()});
    }
    return all;
}

} // namespace smarttrade::service
