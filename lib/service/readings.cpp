#include "service/readings.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "trade/trade_shape.hpp"

namespace smarttrade::service {

namespace {

using reconcile::attempt_state;

constexpr int passes_missed_max = 3;

/// Since when something of the trade is unknown; nothing: it is not known why.
std::optional<async::mono_time> unknown_since(const reconcile::standing& of, const reconcile::history& past,
                                              const reconcile::observed& seen) {
    std::optional<async::mono_time> since;
    const auto take = [&since](async::mono_time at) { since = since ? std::min(*since, at) : at; };
    if (const auto* trade = past.find(of.identity)) {
        if (const auto* create = trade->last(); create && create->is == attempt_state::unknown) take(create->since);
        if (trade->write && trade->write->is == attempt_state::unknown) take(trade->write->since);
        for (const auto& [id, funds] : trade->funds)
            if (funds.is == attempt_state::unknown) take(funds.since);
    }
    const auto shown = of.trade_id ? seen.trades.find(*of.trade_id) : seen.trades.end();
    if (!since && shown != seen.trades.end()) take(shown->second.read_begun);
    return since;
}

double worth(const trade::smart_trade& entity) {
    const auto open = (entity.entered_amount - entity.closed_amount).value().approximate();
    if (open <= 0) return 0;
    if (entity.current_price) return open * entity.current_price->last.value().approximate();
    return entity.average_enter_price ? open * entity.average_enter_price->value().approximate() : 0;
}

bool is_ours(const trade::smart_trade& entity, const reconcile::history& past) {
    const auto* owner = past.owner_of_trade(entity.id);
    const auto* trade = owner ? past.find(*owner) : nullptr;
    return trade && !trade->is_released() && !trade->let_go.contains(entity.id);
}

std::string seconds_text(std::chrono::nanoseconds time) {
    return fmt::format("{:.0f}s", std::chrono::duration<double>{time}.count());
}

} // namespace

std::map<service_readings::place, std::size_t> count_trades(const reconcile::decision& standing, std::size_t wishes) {
    std::map<service_readings::place, std::size_t> counts;
    for (const auto* all : {&standing.standings, &standing.left})
        for (const auto& each : *all) ++counts[{each.phase, each.verdict}];
    const auto undecided = wishes - std::min(wishes, standing.standings.size());
    if (undecided > 0) counts[{reconcile::phase::planned, reconcile::verdict::pending}] += undecided;
    return counts;
}

std::chrono::nanoseconds unknown_oldest(const reconcile::decision& standing, const reconcile::history& past,
                                        const reconcile::observed& seen, async::mono_time now) {
    std::chrono::nanoseconds oldest{};
    for (const auto* all : {&standing.standings, &standing.left})
        for (const auto& each : *all) {
            if (each.verdict != reconcile::verdict::unknown) continue;
            if (const auto since = unknown_since(each, past, seen)) oldest = std::max(oldest, now - *since);
        }
    return oldest;
}

std::map<std::pair<std::string, std::string>, double> exposure_of(const reconcile::observed& seen,
                                                                  const reconcile::history& past,
                                                                  const std::vector<account_port>& accounts) {
    std::map<std::pair<std::string, std::string>, double> sums;
    for (const auto& [id, sight] : seen.trades) {
        const auto& entity = sight.entity;
        if (entity.is_final() || !trade::is_entered(entity) || !is_ours(entity, past)) continue;
        const auto account = std::ranges::find(accounts, entity.account.id, &account_port::id);
        if (account != accounts.end()) sums[{account->name, entity.pair.quote}] += worth(entity);
    }
    return sums;
}

std::vector<std::string> reasons_unready(const service_readings& now) {
    std::vector<std::string> reasons;
    for (const auto& account : now.accounts) {
        const auto bound = passes_missed_max * account.pass_every;
        if (!account.passed_at)
            reasons.push_back(fmt::format("account {} was not read to its end yet", account.name));
        else if (account.pass_age >= bound)
            reasons.push_back(fmt::format("account {} was read to its end {} ago for the last time, expected within {}",
                                          account.name, seconds_text(account.pass_age), seconds_text(bound)));
        if (!account.key_refused.empty())
            reasons.push_back(fmt::format("account {}: {}", account.name, account.key_refused));
    }
    if (!now.journal_writable) reasons.emplace_back("the journal cannot be written, so nothing new is sent");
    return reasons;
}

} // namespace smarttrade::service
