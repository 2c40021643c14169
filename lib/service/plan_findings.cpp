#include "service/plan_findings.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "plan/locate.hpp"
#include "reconcile/lowered.hpp"
#include "trade/far_prices.hpp"
#include "trade/rules_market.hpp"

namespace smarttrade::service {

namespace {

using reconcile::action_kind;
using violations = std::vector<trade::violation>;
using findings_by_file = std::map<std::string, std::vector<plan::finding>>;

void add(violations& to, violations more) {
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

/// Adjustments of a trade that is yet to be created.
violations warn_of_adjustments(const trade::desired_trade& wanted, const trade::market_rates& rates) {
    violations all;
    for (std::size_t i = 0; i < wanted.life.adjustments.size(); ++i)
        add(all, trade::judge_adjustment_by_market(wanted, i, rates).breaches);
    for (auto& each : all) each.level = base::severity::warning;
    return all;
}

/// Of what breaks a limit already its distance needs no word.
violations warn_of_distance(const trade::trade_request& wanted, const trade::market_rates& rates, trade::entry_is entry,
                            const violations& told) {
    auto far = trade::far_from_market(wanted, rates, entry);
    std::erase_if(
        far, [&](const auto& each) { return std::ranges::find(told, each.at, &trade::violation::at) != told.end(); });
    return far;
}

/// Pairs whose markets were not read for one reason, and the first trade of those.
struct unread_markets {
    const trade::desired_trade* first = nullptr;
    std::set<trade::pair> pairs;
};

/// Once for all of them: an exchange that is down would be told for each trade.
trade::violation violation_of(const unread_markets& unread, const std::string& why) {
    trade::violation made;
    made.level = base::severity::warning;
    made.at = {"pair"};
    const auto pair = unread.first->request.pair.text();
    const auto more = unread.pairs.size() - 1;
    made.message =
        more == 0 ? fmt::format("pair {}, its market was not read, so its limits are not checked: {}", pair, why)
                  : fmt::format("pair {} and {} more, their markets were not read, so their limits are not checked: {}",
                                pair, more, why);
    return made;
}

class search {
public:
    explicit search(const dry_run& run) : run_{run} {
        for (const auto& each : run.decided.actions)
            if (each.kind == action_kind::create || each.kind == action_kind::update)
                written_[each.identity] = each.kind;
        for (const auto& each : run.decided.breaches) breaches_[each.identity] = &each;
    }

    /// By file.
    findings_by_file all() {
        findings_by_file found;
        for (std::size_t i = 0; i < run_.wishes.size() && i < run_.decided.standings.size(); ++i) {
            const auto& wanted = run_.wishes[i].trade;
            auto told = judge(wanted, run_.decided.standings[i]);
            if (!told.empty()) found[wanted.at.file].push_back({wanted.identity.name, std::move(told)});
        }
        for (const auto& [why, unread] : unread_)
            found[unread.first->at.file].push_back({unread.first->identity.name, {violation_of(unread, why)}});
        return found;
    }

private:
    violations judge(const trade::desired_trade& wanted, const reconcile::standing& at) {
        violations told;
        const auto breach = breaches_.find(wanted.identity);
        if (breach != breaches_.end()) told = breach->second->violations;
        const auto written = written_.find(wanted.identity);
        const bool is_new = !at.trade_id && at.phase == reconcile::phase::planned
                            && (at.verdict == reconcile::verdict::held || at.verdict == reconcile::verdict::blocked);
        const bool waits_for_price = !at.trade_id && at.phase == reconcile::phase::planned
                                     && at.verdict == reconcile::verdict::pending && at.why.starts_with("its price");
        const bool is_created =
            is_new || waits_for_price || (written != written_.end() && written->second == action_kind::create);
        if (!is_created && written == written_.end() && breach == breaches_.end()) return told;
        const std::pair key{wanted.identity.account, wanted.request.pair};
        if (const auto trouble = run_.seen.unpriced.find(key); trouble != run_.seen.unpriced.end() && is_created)
            note_unread(wanted, trouble->second.why);
        const auto market = run_.seen.markets.find(key);
        if (market == run_.seen.markets.end()) return told;
        const auto seen = at.trade_id ? run_.seen.trades.find(*at.trade_id) : run_.seen.trades.end();
        const bool is_entered = seen != run_.seen.trades.end() && trade::is_entered(seen->second.entity);
        const auto& rates = market->second.rates;
        add(told, warn_of_distance(wanted.request, rates, is_entered ? trade::entry_is::filled : trade::entry_is::open,
                                   told));
        if (is_created) add(told, warn_of_adjustments(wanted, rates));
        return told;
    }

    void note_unread(const trade::desired_trade& wanted, const std::string& why) {
        auto& unread = unread_[why];
        if (!unread.first) unread.first = &wanted;
        unread.pairs.insert(wanted.request.pair);
    }

    const dry_run& run_;
    std::map<std::string, unread_markets> unread_; ///< by the reason
    std::map<trade::trade_identity, action_kind> written_;
    std::map<trade::trade_identity, const reconcile::breach*> breaches_;
};

/// At their places, each once.
std::vector<base::diagnostic> place(const findings_by_file& by_file, const std::vector<source_file>& files) {
    std::vector<base::diagnostic> all;
    for (const auto& [name, found] : by_file) {
        const auto file = std::ranges::find(files, name, &source_file::name);
        if (file == files.end()) continue;
        auto told = plan::locate(file->text, name, found);
        all.insert(all.end(), std::make_move_iterator(told.begin()), std::make_move_iterator(told.end()));
    }
    base::sort_by_place(all);
    base::drop_twins(all);
    return all;
}

} // namespace

std::vector<base::diagnostic> plan_findings(const dry_run& run, const std::vector<source_file>& files) {
    return place(search{run}.all(), files);
}

std::vector<base::diagnostic> lowered_revisions(const std::vector<trade::desired_trade>& plans,
                                                const reconcile::history& past, const std::vector<source_file>& files) {
    auto lowered = reconcile::find_lowered(plans, past);
    if (lowered.empty()) return {};
    std::map<trade::trade_identity, const trade::desired_trade*> by_identity;
    for (const auto& each : plans) by_identity.emplace(each.identity, &each);
    findings_by_file found;
    for (auto& each : lowered)
        found[by_identity.at(each.identity)->at.file].push_back({each.identity.name, std::move(each.violations)});
    return place(found, files);
}

} // namespace smarttrade::service
