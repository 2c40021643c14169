// What the log is told of plans and decisions; what becomes of requests is told by whoever sends them.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "reconcile/renames.hpp"
#include "service/plan_source.hpp"
#include "service/reconciler.hpp"

namespace smarttrade::service {

using reconcile::verdict;

/// Live trades that these wishes name no more, in no revision and under no new name.
void reconciler::tell_removed(const std::vector<reconcile::wish>& wishes) {
    const reconcile::named_trades named{wishes, book_.past(), eyes_.seen()};
    for (const auto& [identity, trade] : book_.past().trades()) {
        if (!trade.trade_id || named.contains(identity)) continue;
        if (trade.is_released() || (trade.removed_at && !trade.is_managed)) continue; // was told
        const auto seen = eyes_.seen().trades.find(*trade.trade_id);
        if (seen != eyes_.seen().trades.end() && seen->second.entity.is_final()) continue;
        auto line = line_of(event::trade_removed, identity);
        line.id = trade.trade_id;
        line.fields = {{"on_remove", std::string{base::name_of(trade.on_remove)}}};
        const bool stays = trade.is_protected || trade.on_remove == trade::removal::leave;
        line.why = stays ? "no longer in the plans: it stays as it is on the exchange, and is not led any more"
                   : trade.on_remove == trade::removal::close
                       ? "no longer in the plans: to be closed at market, or cancelled before its entry"
                       : "no longer in the plans: to be cancelled if it has not entered yet";
        log_.write(line);
    }
}

/// Live trades that an earlier set had, the one in force has not, and these wishes name again.
void reconciler::tell_returned(const std::vector<reconcile::wish>& wishes) {
    for (const auto& wish : wishes) {
        const auto* trade = book_.past().find(wish.trade.identity);
        if (!trade || !trade->trade_id || trade->is_managed || !trade->removed_at) continue;
        const auto seen = eyes_.seen().trades.find(*trade->trade_id);
        if (seen != eyes_.seen().trades.end() && seen->second.entity.is_final()) continue;
        auto line = line_of(event::trade_returned, wish.trade.identity);
        line.id = trade->trade_id;
        line.why = fmt::format("in the plans again: it is led as before, {}", place_of(wish.trade));
        log_.write(line);
    }
}

void reconciler::tell_changes() {
    const auto tell = [this](const reconcile::standing& now) {
        auto& told = told_[now.identity];
        auto text = fmt::format("{} {}", base::name_of(now.verdict), now.why);
        if (told == text) return;
        told = std::move(text);
        tell_standing(now);
    };
    for (const auto& now : decision_.standings) tell(now);
    for (const auto& now : decision_.left) tell(now);
}

void reconciler::tell_standing(const reconcile::standing& now) {
    // The others are told by what leads to them; a hold once for all trades that wait for it.
    if (now.verdict != verdict::blocked) return;
    auto line = line_of(event::trade_blocked, now.identity);
    line.id = now.trade_id;
    line.why = now.why;
    log_.write(line);
}

/// Each hold once, with what lets it go.
void reconciler::tell_holds() {
    std::set<std::string> now;
    for (const auto& each : decision_.holds) {
        now.insert(each.id);
        if (told_holds_.contains(each.id)) continue;
        log_event line;
        if (each.trades.size() == 1) line = line_of(event::hold_made, each.trades.front());
        line.what = event::hold_made;
        line.fields = {{"hold", each.id}, {"trades", std::to_string(each.trades.size())}};
        line.why = fmt::format("{}: `smarttraded confirm {}`", each.why, each.id);
        log_.write(line);
        told_holds_.emplace(each.id, std::move(line));
    }
    for (auto told = told_holds_.begin(); told != told_holds_.end();) {
        auto& [id, line] = *told;
        if (now.contains(id)) {
            ++told;
            continue;
        }
        line.what = event::hold_lapsed;
        line.why = "what it kept back is not asked for any more";
        if (!book_.past().is_confirmed(id)) log_.write(line);
        told = told_holds_.erase(told);
    }
}

/// Where nothing is created until a person has looked: a second writer, notes that are not kept.
void reconciler::tell_frozen() {
    for (const auto& [id, why] : decision_.frozen) {
        if (std::exchange(told_frozen_[id], why) == why) continue;
        log_event line;
        line.what = event::account_frozen;
        if (const auto* account = account_of(id)) line.account = account->name;
        line.why =
            why + "; nothing is created on this account until you have looked: `smarttraded confirm` lists what waits";
        log_.write(line);
    }
}

log_event reconciler::line_of(event what, const trade::trade_identity& whom) const {
    log_event line;
    line.what = what;
    line.trade = whom.name;
    if (const auto* account = account_of(whom.account)) line.account = account->name;
    return line;
}

std::size_t reconciler::count_waiting() const {
    return static_cast<std::size_t>(
        std::ranges::count(decision_.standings, verdict::pending, &reconcile::standing::verdict));
}

} // namespace smarttrade::service
