#include "reconcile/deciding.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace smarttrade::reconcile {

using namespace std::chrono_literals;

namespace {

constexpr auto price_age_max = 60s; ///< older prices are read again before they hold or block anything
constexpr int refusals_max = 3;     ///< of one and the same write: then somebody has to look (design.md 5, F7)

bool ends_whole(action_kind kind) { return kind == action_kind::close || kind == action_kind::cancel; }

/// What ends a trade cannot do harm twice: where a person waits for it in a moving market it is tried often.
std::chrono::seconds pause_after(const write_attempt& last, action_kind kind, asked_by whom) {
    const auto longest = ends_whole(kind) && whom == asked_by::person ? 5s : 60s;
    switch (last.is) {
    case attempt_state::refused: return last.refused <= 1 ? 30s : 300s;
    case attempt_state::throttled: return 1s;
    case attempt_state::unknown:
    case attempt_state::not_sent: return std::min<std::chrono::seconds>(longest, 1s * (1 << std::min(last.same, 6)));
    default: return 0s;
    }
}

} // namespace

bool deciding::wait_until(mono_time at) {
    if (at <= now_) return true;
    out_.wake_at = std::min(out_.wake_at, at);
    return false;
}

action& deciding::act(action_kind kind, const trade::trade_identity& identity, std::string nonce,
                      std::optional<trade::smart_trade_id> id, std::string reason) {
    action made;
    made.kind = kind;
    made.identity = identity;
    made.nonce = std::move(nonce);
    made.trade_id = id;
    made.reason = std::move(reason);
    return out_.actions.emplace_back(std::move(made));
}

std::optional<refusal> deciding::refuse_write(const trade_history& trade, const trade::trade_identity& identity,
                                              action_kind kind, std::string_view detail, std::string_view body,
                                              asked_by whom) {
    auto& standing = account(identity.account);
    if (!standing.closed.empty())
        return refusal{standing.opens_by_itself ? verdict::pending : verdict::blocked, standing.closed};
    if (past_.is_halted() && (whom == asked_by::plans || !ends_whole(kind)))
        return refusal{verdict::held, "halted: nothing is sent until `smarttraded resume`"};
    if (trade.is_recovered && whom == asked_by::plans) {
        auto held = hold_back(hold_id("recovered", std::to_string(identity.account.value), {}),
                              "trades were found that an earlier journal made: what was applied to them is not known",
                              identity);
        if (held) return held;
    }
    if (whom == asked_by::plans && !rules_.is_awake) return just_woken();
    if (whom == asked_by::plans)
        if (auto held = hold_restored(identity)) return held;
    const auto& last = trade.write;
    if (last && last->is == attempt_state::in_flight)
        return refusal{verdict::pending, fmt::format("its {} is on its way", last->word)};
    if (last && last->is == attempt_state::unknown && !ends_whole(kind))
        return refusal{verdict::unknown,
                       fmt::format("the outcome of its {} is unknown: {}", last->word, last->message)};
    const bool same = last && last->word == base::name_of(kind) && last->detail == detail && last->body == body;
    if (same && last->is == attempt_state::refused && last->refused >= refusals_max)
        return refusal{verdict::blocked,
                       fmt::format("{} was refused three times: {}; edit it, or `smarttraded retry {}`", last->word,
                                   last->message, identity.name)};
    if (same && !wait_until(last->since + pause_after(*last, kind, whom)))
        return refusal{verdict::pending, fmt::format("{} was {}: {}; tried again {} s later", last->word,
                                                     last->is == attempt_state::refused   ? "refused"
                                                     : last->is == attempt_state::unknown ? "sent, its outcome unknown"
                                                                                          : "not sent",
                                                     last->message, pause_after(*last, kind, whom).count())};
    if (standing.probe_only) standing.close_for_now("waits for the request that shows whether the key is good again");
    return std::nullopt;
}

refusal just_woken() {
    return {verdict::pending, "the machine slept, or its clock was set: the account is read again first"};
}

std::optional<refusal> deciding::hold_back(const std::string& id, const std::string& why,
                                           const trade::trade_identity& whom) {
    if (past_.is_confirmed(id)) return std::nullopt;
    const auto known = std::ranges::find(out_.holds, id, &hold::id);
    auto& held = known != out_.holds.end() ? *known : out_.holds.emplace_back(hold{id, why, {}});
    held.trades.push_back(whom);
    return refusal{verdict::held, fmt::format("{}: `smarttraded confirm {}`", why, id)};
}

std::optional<refusal> deciding::hold_restored(const trade::trade_identity& whom) {
    if (!rules_.restored) return std::nullopt;
    return hold_back(*rules_.restored,
                     "the journal is a restored backup: what was done since is not known, and might be done again",
                     whom);
}

const market_sighting* deciding::market_of(trade::account_id account, const trade::pair& pair) const {
    const auto found = seen_.markets.find({account, pair});
    return found == seen_.markets.end() ? nullptr : &found->second;
}

const market_sighting* deciding::fresh_market(const trade::trade_identity& whom, trade::account_id account,
                                              const trade::pair& pair) {
    const auto* known = market_of(account, pair);
    const bool failed = seen_.unpriced.contains({account, pair}); // its newest read
    if (known && !failed && now_ - known->read_begun <= price_age_max) return known;
    ask_market(whom, pair, {}, "its price decides what is sent");
    return nullptr;
}

bool deciding::is_unreadable(trade::account_id account, const trade::pair& pair) const {
    const auto trouble = seen_.unpriced.find({account, pair});
    return trouble != seen_.unpriced.end() && now_ - trouble->second.at <= price_age_max;
}

void deciding::ask_market(const trade::trade_identity& whom, const trade::pair& pair,
                          std::optional<trade::smart_trade_id> id, std::string why) {
    if (!markets_asked_.emplace(whom.account, pair).second) return;
    act(action_kind::read_market, whom, {}, id, std::move(why)).pair = pair;
}

bool may_live(const observed& seen, trade::smart_trade_id id) {
    const auto found = seen.trades.find(id);
    return found == seen.trades.end() || !found->second.entity.is_final();
}

account_standing& deciding::account(trade::account_id id) {
    const auto [found, is_new] = accounts_.try_emplace(id);
    if (is_new) found->second = look_at_account(*this, id);
    return found->second;
}

retrospect& deciding::look_back() {
    if (back_) return *back_;
    auto& back = back_.emplace();
    for (const auto& each : past_.trades()) {
        const auto& [identity, trade] = each;
        if (trade.trade_id ? may_live(seen_, *trade.trade_id) : !trade.settled()) ++back.active;
        for (const auto& name : trade.former_names) {
            auto former = identity;
            former.name = name;
            back.renamed.emplace(std::move(former), identity);
        }
        if (trade.is_recovered) back.recovered.insert(identity.account);
        if (!trade.removed_at || !trade.trade_id) continue;
        back.removed.push_back(&each);
        back.removals.push_back(*trade.removed_at);
    }
    std::ranges::sort(back.removals);
    return back;
}

standing stand(const trade::trade_identity& identity, phase where, verdict what, std::string why,
               std::optional<trade::smart_trade_id> id) {
    return {identity, where, what, std::move(why), id};
}

phase phase_of(const trade::smart_trade& entity) {
    using enum trade::trade_status;
    switch (entity.status.type) {
    case panic_sell_pending:
    case panic_sell_in_progress:
    case cancellation_pending:
    case cancellation_in_progress:
    case stop_loss_in_progress: return phase::ending;
    default: return trade::is_entered(entity) ? phase::entered : phase::waiting;
    }
}

std::string why_missing(trade::smart_trade_id id, const std::string& name) {
    return fmt::format(
        "the exchange does not know its id {} any more: look for it in the app, then: smarttraded release {}", id.value,
        name);
}

std::string hold_id(std::string_view what, std::string_view whom, std::string_view bound_to) {
    if (bound_to.empty()) return fmt::format("{}-{}", what, whom);
    // FNV-1a: a few letters that differ when what they stand for differs.
    std::uint32_t hash = 2'166'136'261U;
    for (const char c : bound_to) hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
    return fmt::format("{}-{}-{:06x}", what, whom, hash & 0xFFFFFFU);
}

std::string frozen_hold(trade::account_id id, const account_standing& account) {
    return hold_id("account", std::to_string(id.value), account.frozen);
}

std::string edit_hold_id(std::string_view what, const wish& of) {
    const auto& identity = of.trade.identity;
    return hold_id(what, identity.name, fmt::format("{} {}", identity.revision, of.body.string()));
}

} // namespace smarttrade::reconcile
