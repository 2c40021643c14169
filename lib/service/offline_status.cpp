#include "service/offline_status.hpp"

#include "journal/journal.hpp"
#include "service/plan_reader.hpp"
#include "wire/entity.hpp"

namespace smarttrade::service {

status_report offline_status(const std::string& journal_file, const plan::surroundings& around,
                             const std::string& instance, base::utc_time now) {
    reconcile::history past;
    for (const auto& fact : journal::read_facts(journal_file)) past.apply(fact, {});
    past.close_open_attempts({});
    reconcile::observed seen;
    for (const auto& [identity, trade] : past.trades()) {
        seen.gates_open.insert(identity.account);
        const auto entity = wire::read_smart_trade(trade.last_observed);
        if (entity) seen.trades.insert_or_assign(entity->id, reconcile::sighting{*entity, {}});
    }
    source_reading sources;
    sources.files = decode_files(past.accepted_plans());
    std::vector<reconcile::wish> wishes;
    for (auto& trade : plan_reader{}.judge(sources, around).trades) {
        auto body = create_body(trade.request);
        wishes.push_back({std::move(trade), std::move(body)});
    }
    reconcile::policy rules;
    rules.instance = instance;
    rules.create_max = wishes.size();
    rules.utc_now = now;
    rules.creates_asked = reconcile::count_missing(wishes, past, now);
    const auto standing = reconcile::reconcile(wishes, seen, past, rules, {});
    status_report report;
    report.trades = status_rows(standing, wishes, seen, now);
    for (auto& row : report.trades) // of different moments: beside each other they would mislead
        if (row.phase != base::name_of(reconcile::phase::ended)) row.now = row.profit = {};
    report.plans = past.accepted_plans().empty()
                       ? "unknown: no daemon has accepted any on this state directory yet"
                       : "as last seen at " + base::format_utc(past.newest()) + ", no daemon runs";
    return report;
}

} // namespace smarttrade::service
