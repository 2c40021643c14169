#include "reconcile/lowered.hpp"

#include <fmt/format.h>

namespace smarttrade::reconcile {

namespace {

/// The highest revision of that name that ran, if it is above this one.
std::optional<int> newer_revision(const history& past, const trade::trade_identity& identity) {
    std::optional<int> newest;
    const auto& all = past.trades();
    for (auto i = all.upper_bound(identity);
         i != all.end() && i->first.account == identity.account && i->first.name == identity.name; ++i)
        if (i->second.trade_id || !i->second.settled()) newest = i->first.revision;
    return newest;
}

breach breach_of(const trade::trade_identity& identity, int newer) {
    trade::violation told;
    told.at = {"revision"};
    told.message = fmt::format("revision {0}, expected {1}, which ran already, or {2} to run the trade once more",
                               identity.revision, newer, newer + 1);
    return {identity, {std::move(told)}};
}

} // namespace

std::vector<breach> find_lowered(const std::vector<trade::desired_trade>& plans, const history& past) {
    std::vector<breach> all;
    for (const auto& each : plans)
        if (const auto newer = newer_revision(past, each.identity)) all.push_back(breach_of(each.identity, *newer));
    return all;
}

std::string refuse_lowered(deciding& of, const trade::trade_identity& identity) {
    const auto newer = newer_revision(of.past_, identity);
    if (!newer) return {};
    of.out_.breaches.push_back(breach_of(identity, *newer));
    return fmt::format("revision {0} ran already: set {0} again, or {1} to run the trade once more", *newer,
                       *newer + 1);
}

} // namespace smarttrade::reconcile
