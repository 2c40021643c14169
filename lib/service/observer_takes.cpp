// What reads have shown, taken up: told, and journaled if it changed something.
#include "service/observer.hpp"

#include <algorithm>
#include <utility>

#include "reconcile/tags.hpp"
#include "service/trade_story.hpp"
#include "trade/tag.hpp"
#include "wire/entity.hpp"

namespace smarttrade::service {

namespace {

constexpr std::chrono::hours history_overlap{1}; ///< how far before the newest journaled fact a start reads again

} // namespace

asio::awaitable<bool> observer::read_history(account_port account) {
    const bool read_before = book_.past().history_read(account.id);
    wire::list_query all{.account = account.id, .status = "all"};
    if (read_before) all.from = book_.known_until() - history_overlap;
    // Rows only move to later pages, so a long first reading goes on where it was cut off.
    all.page = std::exchange(history_page_.try_emplace(account.id, 1).first->second, 1);
    const auto listed = co_await read_list(account, client::lane::poll, all);
    if (!listed.complete) {
        if (!read_before) history_page_[account.id] = listed.page;
        co_return false;
    }
    if (read_before) co_return true;
    // Tags found in this first reading are bound before it counts as read: afterwards an unknown tag is a second
    // writer.
    auto facts = facts_of_tags(account.id);
    auto found = facts;
    reconcile::fact done;
    done.kind = reconcile::fact_kind::history_read;
    done.at = time_.utc_now();
    done.identity.account = account.id;
    facts.push_back(std::move(done));
    const bool durable = co_await book_.record(std::move(facts));
    if (durable)
        for (const auto& bound : found) tell_adopted(bound);
    co_return durable;
}

std::vector<reconcile::fact> observer::facts_of_tags(trade::account_id account) const {
    std::vector<reconcile::fact> facts;
    for (const auto& [identity, evidence] : reconcile::unbound_tags(seen_, book_.past(), how_.instance)) {
        const bool is_issued =
            book_.past().owner_of_nonce(evidence.second) != nullptr; // reconcile knows what it asked for
        if (identity.account != account || is_issued) continue;
        auto& bound = facts.emplace_back();
        bound.kind = reconcile::fact_kind::bound;
        bound.at = time_.utc_now();
        bound.identity = identity;
        bound.nonce = evidence.second;
        bound.trade_id = evidence.first;
        bound.text = "its tag was found in the account's history";
    }
    return facts;
}

void observer::tell_adopted(const reconcile::fact& bound) {
    log_event line;
    line.what = event::trade_adopted;
    line.trade = bound.identity.name;
    line.id = bound.trade_id;
    line.why = bound.text;
    const auto port = std::ranges::find(how_.accounts, bound.identity.account, &account_port::id);
    if (port != how_.accounts.end()) line.account = port->name;
    log_.write(line);
    tell_of(*bound.trade_id);
}

std::vector<reconcile::fact> observer::take(const std::vector<trade::smart_trade>& entities, async::mono_time begun) {
    auto changes = std::exchange(unrecorded_, {});
    for (const auto& entity : entities) {
        if (!concerns_us(entity)) continue;
        seen_.missing.erase(entity.id); // a list may show again what a GET did not
        take_one(entity, begun, changes);
    }
    return changes;
}

bool observer::concerns_us(const trade::smart_trade& entity) const {
    const bool is_known = seen_.trades.contains(entity.id); // also one whose tag somebody has taken away since
    if (is_known || book_.past().owner_of_trade(entity.id) || asked_for_.contains(entity.id)) return true;
    const auto worn = trade::tag::parse(entity.note_raw.value_or(entity.note));
    return worn && worn->instance == how_.instance;
}

void observer::take_one(const trade::smart_trade& entity, async::mono_time begun,
                        std::vector<reconcile::fact>& changes) {
    const auto known = seen_.trades.find(entity.id);
    if (known != seen_.trades.end()) {
        const bool older = known->second.read_begun > begun;
        const bool back_from_the_end = known->second.entity.is_final() && !entity.is_final();
        if (older || back_from_the_end) return; // a stale list; ends are final
    }
    const auto* owner = book_.past().owner_of_trade(entity.id);
    if (!owner) { // told once it is bound; that is decided at once, not after the rest of the pass
        seen_.trades.insert_or_assign(entity.id, reconcile::sighting{entity, begun});
        untold_.insert(entity.id);
        changed_.notify();
        return;
    }
    const auto earlier = told_before_.extract(entity.id);
    const bool is_told = untold_.erase(entity.id) == 0 && known != seen_.trades.end();
    const auto* before = !earlier.empty() ? &earlier.mapped() : is_told ? &known->second.entity : nullptr;
    auto lines = story(owner->name, before, entity);
    const bool has_ended = entity.is_final() && !(before && before->is_final());
    const auto* past = book_.past().find(*owner);
    if (has_ended && past && how_.trade_ended) how_.trade_ended(ending_of(entity, *past));
    const bool changed = !before || !lines.empty() || before->status != entity.status;
    tell(std::move(lines), *owner, entity);
    seen_.trades.insert_or_assign(entity.id, reconcile::sighting{entity, begun});
    if (!changed) return;
    reconcile::fact observed;
    observed.kind = reconcile::fact_kind::observed;
    observed.at = time_.utc_now();
    observed.identity = *owner;
    observed.trade_id = entity.id;
    observed.text = wire::write_smart_trade(entity);
    changes.push_back(std::move(observed));
}

namespace {

void say_who(log_event& line, const trade::smart_trade& entity, const reconcile::trade_history& past) {
    const bool is_end = line.what == event::trade_cancelled || line.what == event::trade_closed;
    const bool is_moved = line.what == event::stop_moved && line.fields.empty();
    if (is_end) {
        const auto who = ending_of(entity, past).by;
        line.fields.emplace_back("by", base::name_of(who));
        if (who == end_by::elsewhere && line.why.empty())
            line.why = "in the app or by another program; it is not created again unless you raise its revision";
    }
    // A change of ours that is on its way, or whose reply was lost, may be what is seen.
    const bool may_be_ours = past.write && past.write->is != reconcile::attempt_state::accepted;
    if (is_moved && !may_be_ours) line.fields.emplace_back("by", "elsewhere");
}

} // namespace

void observer::tell(std::vector<log_event> lines, const trade::trade_identity& owner,
                    const trade::smart_trade& entity) {
    const auto* past = book_.past().find(owner);
    const auto port = std::ranges::find(how_.accounts, owner.account, &account_port::id);
    for (auto& line : lines) {
        if (is_told(line, entity.id)) continue;
        if (past) say_who(line, entity, *past);
        if (port != how_.accounts.end()) {
            line.account = port->name;
            if (port->mode == trade::account_mode::paper) line.fields.emplace_back("mode", "paper");
        }
        log_.write(line);
    }
}

bool observer::is_told(const log_event& line, trade::smart_trade_id id) {
    const auto told = stops_told_.find(id);
    if (line.what != event::stop_moved || told == stops_told_.end()) return false;
    const bool is_same = line.change.ends_with("->" + told->second);
    stops_told_.erase(told);
    return is_same;
}

void observer::tell_of(trade::smart_trade_id bound) {
    const auto found = seen_.trades.find(bound);
    if (found == seen_.trades.end() || !untold_.contains(bound)) return;
    const auto sight = found->second;
    take_one(sight.entity, sight.read_begun, unrecorded_);
}

} // namespace smarttrade::service
