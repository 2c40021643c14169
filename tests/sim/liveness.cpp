// What must hold once the faults are over and time was given.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "paper/engine.hpp"
#include "sim/invariants.hpp"
#include "sim/venue.hpp"
#include "trade/percent_exits.hpp"

namespace smarttrade::sim {

namespace {

using broken = std::optional<std::string>;
using reconcile::verdict;

/// Waits for something outside: nobody can settle that but the end of another trade.
bool waits_for_an_end(const reconcile::standing& now) { return now.why.ends_with("waits for its end"); }

/// Waits for what the exchange, the price or a person may bring one day.
bool waits_for_the_market(const reconcile::standing& now) {
    constexpr std::array<std::string_view, 3> words{"waits: the exchange allows no", "is not filled yet",
                                                    "enters as soon as the exchange allows it"};
    return std::ranges::any_of(words, [&](auto word) { return now.why.find(word) != now.why.npos; });
}

/// Waits for a person to mend the configuration.
bool waits_for_a_mend(const reconcile::standing& now) { return now.why.find("its mode here is") != now.why.npos; }

broken everything_settles(const evidence& of) { return of.unsettled.empty() ? broken{} : of.unsettled; }

std::vector<const paper::trade_record*> wearing(const evidence& of, const trade::trade_identity& identity) {
    std::vector<const paper::trade_record*> found;
    for (const auto& [id, live] : of.exchange.market.trades) {
        const auto worn = trade::tag::parse(live.record.request.note);
        if (worn && worn->instance == venue::instance && worn->name == identity.name
            && worn->revision == identity.revision && live.record.request.account == identity.account)
            found.push_back(&live.record);
    }
    return found;
}

/// Whoever reads `in sync` can rely on it: there is that trade, alive or ended as told.
broken in_sync_is_true(const evidence& of) {
    for (const auto& now : of.standings) {
        const bool never_made =
            !now.trade_id && now.phase == reconcile::phase::ended && now.why.find("never") != now.why.npos;
        if (now.verdict != verdict::in_sync || never_made) continue;
        auto found = wearing(of, now.identity);
        const auto bound =
            now.trade_id ? of.exchange.market.trades.find(*now.trade_id) : of.exchange.market.trades.end();
        const bool has_note = now.phase != reconcile::phase::ended && !(now.trade_id && of.is_adopted(*now.trade_id));
        if (!has_note && bound != of.exchange.market.trades.end())
            found = {&bound->second.record}; // a rename comes too late for it, an adopted one keeps its own
        const bool ended = now.phase == reconcile::phase::ended;
        const bool matches = std::ranges::any_of(found, [&](const auto* trade) {
            return now.trade_id == trade->id && trade::is_final(trade->status) == ended;
        });
        if (!matches)
            return fmt::format("{} is told in sync and {}, the exchange has {} such trades", now.identity.name,
                               ended ? "ended" : "alive", found.size());
    }
    return {};
}

bool is_naked(const paper::trade_record& trade) {
    return trade.status == trade::trade_status::cancelled && trade.remaining().sign() > 0
           && !trade.request.skip_enter_step;
}

broken naked_is_told(const evidence& of) {
    for (const auto& each : of.requests)
        for (const auto id : each.made) {
            // A second of two, and what a lost journal knew, may not be known to be ours.
            const bool known = !of.outside_model && (of.journals_lost == 0 || of.bound.contains(id));
            if (known && is_naked(of.exchange.market.trades.at({id}).record) && !of.told_naked.contains(id))
                return fmt::format("{} was cancelled with coins held, and the log never said so", id);
        }
    for (const auto& now : of.standings)
        for (const auto* trade : wearing(of, now.identity))
            if (now.trade_id == trade->id && is_naked(*trade) && now.verdict != verdict::unprotected
                && now.verdict != verdict::released)
                return fmt::format("{} (id {}) was cancelled with coins held, and is told {}", now.identity.name,
                                   trade->id.value, base::name_of(now.verdict));
    return {};
}

broken every_wish_has_a_standing(const evidence& of) {
    for (const auto& wish : of.wanted)
        if (std::ranges::find(of.standings, wish.identity, &reconcile::standing::identity) == of.standings.end())
            return fmt::format("{} is in the plans, and nobody says where it stands", wish.identity.name);
    return {};
}

/// Why a wish may wait for a person, and what the exchange must show for it.
struct reason {
    std::string_view words;
    bool (*is_true)(const evidence& of, const reconcile::standing& now);
};
bool has_status(const evidence& of, int status) {
    return std::ranges::any_of(of.requests, [&](const auto& each) { return each.status == status; });
}
/// Its own trade may have lost its tag meanwhile.
bool has_twin(const evidence& of, const reconcile::standing& now) {
    const auto found = wearing(of, now.identity);
    return std::ranges::any_of(found, [&](const auto* trade) { return found.size() > 1 || now.trade_id != trade->id; });
}
bool is_refused(const evidence& of, const reconcile::standing& now) {
    return 3 <= std::ranges::count_if(of.requests, [&](const auto& each) {
               return each.tag && each.tag->name == now.identity.name && each.status >= 400 && each.status < 500;
           });
}
bool has_stranger(const evidence& of, const reconcile::standing&) {
    if (of.journals_lost != 0) return true; // one of its own that was under way
    std::set<std::string> nonces;
    for (const auto& each : of.requests)
        if (each.tag) nonces.insert(each.tag->nonce);
    return std::ranges::any_of(of.exchange.market.trades, [&](const auto& each) {
        return is_tagged_ours(each.second.record)
               && !nonces.contains(trade::tag::parse(each.second.record.request.note)->nonce);
    });
}
/// A live trade of ours that the plans no longer name.
bool has_removed(const evidence& of, const reconcile::standing&) {
    return std::ranges::any_of(of.exchange.market.trades, [&](const auto& each) {
        const auto worn = trade::tag::parse(each.second.record.request.note);
        return worn && worn->instance == venue::instance && !trade::is_final(each.second.record.status)
               && std::ranges::none_of(of.wanted, [&](const auto& wish) {
                      return wish.identity.name == worn->name
                             && wish.identity.account == each.second.record.request.account;
                  });
    });
}
bool has_any(const evidence& of, const reconcile::standing& now) {
    const bool is_bound = now.trade_id && of.exchange.market.trades.contains(*now.trade_id); // a rename may be ahead
    return is_bound || !wearing(of, now.identity).empty();
}
bool has_any_revision(const evidence& of, const reconcile::standing& now) {
    const bool is_adopted = std::ranges::any_of(of.plans, [&](const plans_in_force& set) {
        return std::ranges::any_of(
            set.trades, [&](const auto& wish) { return wish.life.adopt && wish.identity.name == now.identity.name; });
    });
    return is_adopted || std::ranges::any_of(of.requests, [&](const auto& each) {
               return each.tag && each.tag->name == now.identity.name;
           });
}
bool was_forgotten(const evidence& of, const reconcile::standing&) { return has_status(of, 404); }
const paper::trade_record* trade_of(const evidence& of, const reconcile::standing& now) {
    const auto found = now.trade_id ? of.exchange.market.trades.find(*now.trade_id) : of.exchange.market.trades.end();
    return found == of.exchange.market.trades.end() ? nullptr : &found->second.record;
}
bool has_failed(const evidence& of, const reconcile::standing& now) {
    const auto* trade = trade_of(of, now);
    return trade && trade->status == trade::trade_status::failed;
}
bool is_held(const evidence&, const reconcile::standing& now) { return now.verdict == verdict::held; }
bool is_entered(const evidence& of, const reconcile::standing& now) {
    const auto* trade = trade_of(of, now);
    return trade && trade->is_entered();
}
bool is_protected(const evidence& of, const reconcile::standing& now) {
    return of.protected_names.contains(now.identity.name);
}
bool is_conditional(const evidence& of, const reconcile::standing& now) {
    const auto wish = std::ranges::find(of.wanted, now.identity, &trade::desired_trade::identity);
    return wish != of.wanted.end() && wish->life.when;
}
/// A change of it was refused as often.
bool changes_refused(const evidence& of, const reconcile::standing& now) {
    return 3 <= std::ranges::count_if(of.requests, [&](const auto& each) {
               return each.change && now.trade_id == each.change->trade && each.status >= 400 && each.status < 500;
           });
}
/// The trade that it should adopt.
const paper::trade_record* to_adopt(const evidence& of, const reconcile::standing& now) {
    const auto wish = std::ranges::find(of.wanted, now.identity, &trade::desired_trade::identity);
    return wish == of.wanted.end() || !wish->life.adopt ? nullptr
                                                        : &of.exchange.market.trades.at(*wish->life.adopt).record;
}
/// The exchange itself would have refused its create.
bool breaks_its_market(const evidence& of, const reconcile::standing& now) {
    const auto wish = std::ranges::find(of.wanted, now.identity, &trade::desired_trade::identity);
    return wish != of.wanted.end() && !paper::market_errors(of.exchange.market, wish->request).empty();
}
bool has_ended_before(const evidence& of, const reconcile::standing& now) {
    const auto* trade = to_adopt(of, now);
    return trade && trade::is_final(trade->status);
}
bool is_another(const evidence& of, const reconcile::standing& now) {
    const bool was_renamed = std::ranges::any_of(of.plans, [&](const plans_in_force& set) {
        return std::ranges::any_of(set.trades, [&](const auto& wish) { return wish.life.was == now.identity.name; });
    });
    return to_adopt(of, now) && was_renamed;
}
bool is_of_another_pair(const evidence& of, const reconcile::standing& now) {
    const auto wish = std::ranges::find(of.wanted, now.identity, &trade::desired_trade::identity);
    const auto* trade = trade_of(of, now);
    return trade && wish != of.wanted.end() && trade->request.pair != wish->request.pair;
}
constexpr std::array reasons{
    reason{"`smarttraded confirm", is_held},
    reason{"`smarttraded resume`", is_held},
    reason{"no order of the trade fits it", has_any},
    reason{"orders of the trade fit it", has_any},
    reason{"entered: a cancel would leave", is_entered},
    reason{"protected: it is never", is_protected},
    reason{"is its last exit", has_any},
    reason{"was refused three times", changes_refused},
    reason{"edited, but it ended", has_any},
    reason{"adopt: trade", has_ended_before},
    reason{"in place of `adopt`", is_another},
    reason{"looks like a rename", has_removed},
    reason{"edit it, then: smarttraded reload", breaks_its_market},
    reason{"to run the trade once more", has_any_revision},
    reason{"cannot be changed while it lives", is_of_another_pair},
    reason{"refused three times", is_refused},
    reason{"second daemon", has_stranger},
    reason{"were both created", has_twin},
    reason{"are both live", has_twin},
    reason{"are both live", has_stranger},
    reason{"is of the same name", has_twin},
    reason{"does not know its id", was_forgotten},
    reason{"cannot be read back", was_forgotten},
    reason{"failed on the exchange", has_failed},
    reason{"missed: the price is", is_conditional},
    reason{"max_active_trades",
           [](const evidence& of, const auto&) { return of.settings.guardrails.max_active_trades.has_value(); }},
    reason{"max_changes.create",
           [](const evidence& of, const auto&) { return of.wanted.size() > of.settings.guardrails.create_max; }},
    reason{"resend is never", [](const evidence& of, const auto&) {
               return of.settings.reconcile.resend == config::resend_policy::never;
           }}};

broken waits_for_a_reason(const evidence& of) {
    for (const auto& now : of.standings) {
        if (now.verdict != verdict::blocked && now.verdict != verdict::held) continue;
        const bool good = std::ranges::any_of(reasons, [&](const reason& each) {
            return now.why.find(each.words) != now.why.npos && each.is_true(of, now);
        });
        if (!good)
            return fmt::format("{} is {} without need: '{}'", now.identity.name, base::name_of(now.verdict), now.why);
    }
    return {};
}

bool is_at(const trade::exit_level& level, const std::optional<money::price>& price) {
    const auto* wanted = std::get_if<money::price>(&level);
    return !wanted || price == *wanted;
}

/// The exits that still may fire are those of the plan; a stop may have become tighter, or move by itself.
bool has_exits_of(const trade::trade_request& asked, const paper::trade_record& got) {
    if (asked.pair != got.request.pair) return false;
    if (asked.stop_loss.has_value() != got.request.stop_loss.has_value()) return false;
    if (asked.stop_loss && got.stop && !asked.stop_loss->trailing && !asked.stop_loss->breakeven) {
        const auto* wanted = std::get_if<money::price>(&asked.stop_loss->trigger);
        if (wanted && got.stop->trigger
            && (got.is_long() ? *got.stop->trigger < *wanted : *got.stop->trigger > *wanted))
            return false;
    }
    return std::ranges::all_of(got.steps, [&](const paper::step_record& step) {
        return trade::is_final(step.order.status) || std::ranges::any_of(asked.take_profit, [&](const auto& wanted) {
                   return is_at(wanted.level, step.price);
               });
    });
}

/// What we made is what is asked for now: all of it before the entry, the exits after it.
broken created_as_wished(const evidence& of) {
    std::set<std::int64_t> made;
    for (const auto& each : of.requests) made.insert(each.made.begin(), each.made.end());
    for (const auto& now : of.standings) {
        const auto wish = std::ranges::find(of.wanted, now.identity, &trade::desired_trade::identity);
        if (now.verdict != verdict::in_sync || wish == of.wanted.end() || !now.trade_id
            || now.phase == reconcile::phase::ended || !made.contains(now.trade_id->value) || !now.why.empty())
            continue;
        auto asked = wish->request;
        const auto& got = of.exchange.market.trades.at(*now.trade_id).record;
        asked.note = got.request.note;
        if (trade::has_open_percents(asked)) { // sent as prices
            asked.take_profit = got.request.take_profit;
            asked.stop_loss = got.request.stop_loss;
        }
        if (got.is_entered() ? !has_exits_of(asked, got) : !(asked == got.request))
            return fmt::format("{} is in sync, but is not what the plan says", now.identity.name);
    }
    return {};
}

/// When the request that made a trade left; absent: it is not ours.
std::optional<mono_time> made_at(const evidence& of, trade::smart_trade_id id) {
    for (const auto& each : of.requests)
        if (std::ranges::find(each.made, id.value) != each.made.end()) return each.left_at;
    return std::nullopt;
}

/// An entry that waits longer than its plan allows is gone.
broken expired_is_gone(const evidence& of) {
    for (const auto& now : of.standings) {
        const auto wish = std::ranges::find(of.wanted, now.identity, &trade::desired_trade::identity);
        const auto* trade = trade_of(of, now);
        if (wish == of.wanted.end() || !wish->life.expires_after || !trade || now.verdict != verdict::in_sync
            || trade::is_final(trade->status) || trade->is_entered())
            continue;
        const auto made = made_at(of, trade->id);
        if (made && of.judged_at > *made + *wish->life.expires_after + std::chrono::minutes{2})
            return fmt::format("{} still waits for its entry, is in sync, and has expired", now.identity.name);
    }
    return {};
}

/// The newest text of an identity that was in force.
const trade::desired_trade* last_text(const evidence& of, const trade::trade_identity& whom) {
    for (auto set = of.plans.rbegin(); set != of.plans.rend(); ++set) {
        const auto found = std::ranges::find(set->trades, whom, &trade::desired_trade::identity);
        if (found != set->trades.end()) return &*found;
    }
    return nullptr;
}

/// A trade whose text is gone ends as the text said, or something is told about it.
broken removed_ends_as_told(const evidence& of) {
    if (of.journals_lost != 0 || of.outside_model) return {}; // what the text said is gone; a second of two is nobody's
    for (const auto& each : of.exchange.market.trades) {
        const auto id = each.first;
        const auto& record = each.second.record;
        const auto worn = trade::tag::parse(record.request.note);
        if (!worn || worn->instance != venue::instance || trade::is_final(record.status)
            || of.renamed.contains(id.value) || of.words.ordered.contains(id.value))
            continue;
        const trade::trade_identity whom{record.request.account, worn->name, worn->revision};
        const bool is_planned = std::ranges::any_of(of.wanted, [&](const auto& wish) {
            return wish.identity.name == whom.name && wish.identity.account == whom.account;
        });
        const auto* text = is_planned ? nullptr : last_text(of, whom);
        if (!text || text->life.protect || !made_at(of, id)) continue;
        const bool must_end = text->life.on_remove == trade::removal::close
                              || (text->life.on_remove == trade::removal::cancel && !record.is_entered());
        const bool is_told = std::ranges::any_of(of.left, [&](const reconcile::standing& left) {
            return left.trade_id == id && left.verdict != verdict::in_sync;
        });
        if (must_end && !is_told)
            return fmt::format("{} (id {}) is in no plan, lives on and nobody says why", whom.name, id.value);
    }
    return {};
}

/// A name with two live trades must say so; it is found in one pass.
broken duplicates_are_told(const evidence& of) {
    for (const auto& now : of.standings) {
        const auto found = wearing(of, now.identity);
        const auto alive = std::ranges::count_if(found, [&](const auto* t) {
            const bool is_anothers = of.renamed.contains(t->id.value) && now.trade_id != t->id; // its note comes later
            return !trade::is_final(t->status) && !is_anothers;
        });
        if (alive > 1 && now.verdict == verdict::in_sync)
            return fmt::format("{} has {} live trades and is told in sync", now.identity.name, alive);
    }
    return {};
}

constexpr std::array liveness_all{invariant{"everything settles", everything_settles},
                                  invariant{"in sync is true", in_sync_is_true},
                                  invariant{"naked is told", naked_is_told},
                                  invariant{"duplicates are told", duplicates_are_told},
                                  invariant{"every wish has a standing", every_wish_has_a_standing},
                                  invariant{"waits for a reason", waits_for_a_reason},
                                  invariant{"created as wished", created_as_wished},
                                  invariant{"expired is gone", expired_is_gone},
                                  invariant{"removed ends as told", removed_ends_as_told}};

} // namespace

bool is_settled(const reconcile::standing& now) {
    return now.verdict != verdict::unknown
           && (now.verdict != verdict::pending || waits_for_an_end(now) || waits_for_a_mend(now)
               || waits_for_the_market(now));
}

std::span<const invariant> liveness() { return liveness_all; }

} // namespace smarttrade::sim
