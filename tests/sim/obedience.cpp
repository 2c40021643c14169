// What must hold at every moment about what people and their plans asked for.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>

#include <fmt/format.h>

#include "money/amount.hpp"
#include "sim/invariants.hpp"
#include "sim/story.hpp"
#include "sim/venue.hpp"

namespace smarttrade::sim {

void peoples_words::end_halts(mono_time at) {
    for (auto& each : halts) each.until = std::min(each.until, at);
}

bool peoples_words::has_confirmed(std::string_view what, std::string_view whom, mono_time by) const {
    const auto beginning = whom.empty() ? fmt::format("{}-", what) : fmt::format("{}-{}", what, whom);
    return std::ranges::any_of(confirmed, [&](const word& each) {
        const bool is_it = each.hold == beginning || each.hold.starts_with(whom.empty() ? beginning : beginning + '-');
        return is_it && each.at <= by && by <= each.forgotten_at;
    });
}

bool evidence::is_adopted(trade::smart_trade_id id, mono_time by) const {
    return std::ranges::any_of(plans, [&](const plans_in_force& set) {
        return set.from <= by
               && std::ranges::any_of(set.trades, [&](const auto& wish) { return wish.life.adopt == id; });
    });
}

namespace {

using namespace std::chrono_literals;
using broken = std::optional<std::string>;

/// What has its slot and its intent is sent, whatever was said a moment before.
constexpr auto on_its_way = 1s;
constexpr auto clocks_differ = 10s; ///< that of the machine and that of the exchange

/// Also of a request that has not arrived yet.
bool was_ordered(const evidence& of, const sent_request& each) {
    constexpr std::string_view trades = "/v2/smart_trades/";
    return each.path.starts_with(trades) && of.words.ordered.contains(std::atoll(each.path.c_str() + trades.size()));
}

bool ends_whole(const sent_request& each) { return cancels_whole(each) || closes_whole(each); }

/// Nothing but the cancel and the close that the operator orders leaves while he has halted it.
broken halted_is_silent(const evidence& of) {
    for (const auto& each : of.requests) {
        if (each.method == "GET" || (was_ordered(of, each) && ends_whole(each))) continue;
        for (const auto& halt : of.words.halts)
            if (each.left_at > halt.from && each.left_at < halt.until)
                return fmt::format("{} {} left although the daemon was halted", each.method, each.path);
    }
    return {};
}

/// The sets that were in force in the last moments before `at`.
std::vector<const plans_in_force*> plans_before(const evidence& of, mono_time at) {
    std::vector<const plans_in_force*> found;
    for (std::size_t i = 0; i < of.plans.size(); ++i) {
        const bool is_over = i + 1 < of.plans.size() && of.plans[i + 1].from < at - on_its_way;
        if (of.plans[i].from <= at && !is_over) found.push_back(&of.plans[i]);
    }
    return found;
}

broken creates_what_is_planned(const evidence& of) {
    for (const auto& each : of.requests) {
        if (!each.tag) continue;
        const auto sets = plans_before(of, each.left_at);
        const trade::trade_identity made{{each.account}, each.tag->name, each.tag->revision};
        bool is_planned = false, is_as_planned = false;
        for (const auto* set : sets) {
            const auto wish = std::ranges::find(set->trades, made, &trade::desired_trade::identity);
            if (wish == set->trades.end()) continue;
            is_planned = true;
            const auto& asked = wish->request;
            const bool is_same = asked.pair.text() == each.pair && asked.position.units.to_short_string() == each.units;
            is_as_planned = is_as_planned || (is_same && (!wish->life.adopt || made.revision > 1));
        }
        if (!is_as_planned)
            return fmt::format("{} revision {} was created {}", made.name, made.revision,
                               is_planned ? fmt::format("with {} {}, which no plan says", each.units, each.pair)
                                          : "although no plan names it");
    }
    return {};
}

/// How far a market may run between the look and the create.
constexpr int run_max = 5; // percent

/// A conditional entry is created on the side of the price that its plan names.
broken missed_is_not_created(const evidence& of) {
    for (const auto& each : of.requests) {
        if (!each.tag || !each.ask) continue;
        const trade::trade_identity made{{each.account}, each.tag->name, each.tag->revision};
        const auto sets = plans_before(of, each.left_at);
        const bool is_missed = !sets.empty() && std::ranges::all_of(sets, [&](const plans_in_force* set) {
            const auto wish = std::ranges::find(set->trades, made, &trade::desired_trade::identity);
            return wish != set->trades.end() && wish->life.when == trade::trigger_side::above
                   && wish->request.position.conditional->trigger < *each.ask * money::decimal{100 - run_max, 2};
        });
        if (is_missed)
            return fmt::format("{} was created below a price of {} that its trigger should be above", made.name,
                               each.ask->to_short_string());
    }
    return {};
}

/// An entry that could not be sent in its time is not sent later.
broken late_is_not_created(const evidence& of) {
    // Since when it is wanted is forgotten, or cannot be known.
    if (of.journals_lost != 0 || of.disk_failed || of.clock_was_off) return {};
    std::map<trade::trade_identity, mono_time> since;
    for (const auto& set : of.plans)
        for (const auto& wish : set.trades) since.emplace(wish.identity, set.from);
    for (const auto& each : of.requests) {
        if (!each.tag) continue;
        const trade::trade_identity made{{each.account}, each.tag->name, each.tag->revision};
        if (of.words.renamed_away.contains(made)) continue; // a new trade under a former name
        const bool may_be_forgotten =
            std::ranges::any_of(of.deaths, [&](mono_time death) { // before its account was read
                const auto first = since.find(made);
                return first != since.end() && death >= first->second && death <= each.left_at;
            });
        if (may_be_forgotten) continue;
        const auto sets = plans_before(of, each.left_at);
        const bool is_late = !sets.empty() && std::ranges::all_of(sets, [&](const plans_in_force* set) {
            const auto wish = std::ranges::find(set->trades, made, &trade::desired_trade::identity);
            return wish != set->trades.end() && wish->life.submit_within
                   && each.left_at > since.at(made) + *wish->life.submit_within + clocks_differ;
        });
        if (is_late) return fmt::format("{} was created later than its submit_within allows", made.name);
    }
    return {};
}

/// Raising a revision waits for the end of the older one; that is no removal.
broken older_revision_lives_on(const evidence& of) {
    for (const auto& each : of.requests) {
        if (!each.change || !ends_whole(each) || was_ordered(of, each)) continue;
        const auto worn = trade::tag::parse(each.change->note);
        const auto sets = plans_before(of, each.left_at);
        const auto has_newer = [&](const plans_in_force* set) {
            return std::ranges::any_of(set->trades, [&](const trade::desired_trade& wish) {
                return wish.identity.name == worn->name && wish.identity.account == each.change->account
                       && wish.identity.revision > worn->revision;
            });
        };
        if (worn && !sets.empty() && std::ranges::all_of(sets, has_newer))
            return fmt::format("{} {} ended revision {} of {} because a newer one is planned", each.method, each.path,
                               worn->revision, worn->name);
    }
    return {};
}

/// Whether the plans end that trade, of `whom`, or have stopped to name it and said before that it ends then.
bool is_ended_by_plans(const evidence& of, const trade::trade_identity& whom, mono_time at) {
    const auto says = [&](const trade::desired_trade& wish) {
        using enum trade::wanted_state;
        return wish.life.state == closed || wish.life.state == cancelled || wish.life.expires_at
               || wish.life.expires_after;
    };
    bool ends_on_removal = false;
    for (const auto& set : of.plans) {
        if (set.from > at) break;
        const auto wish = std::ranges::find(set.trades, whom, &trade::desired_trade::identity);
        if (wish != set.trades.end()) ends_on_removal = wish->life.on_remove != trade::removal::leave;
    }
    return std::ranges::any_of(plans_before(of, at), [&](const plans_in_force* set) {
        const auto wish = std::ranges::find(set->trades, whom, &trade::desired_trade::identity);
        return wish == set->trades.end() ? ends_on_removal : says(*wish);
    });
}

/// Whose trade that may be by the plans, or is by its note; a rename is told later. Several revisions may adopt it: a
/// lost journal does not know of the older one.
std::set<trade::trade_identity> owners_of(const evidence& of, const change_seen& change) {
    std::set<trade::trade_identity> owners;
    for (const auto& set : of.plans)
        for (const auto& wish : set.trades)
            if (wish.life.adopt == change.trade) owners.insert(wish.identity);
    if (const auto worn = trade::tag::parse(change.note)) owners.insert({change.account, worn->name, worn->revision});
    for (const auto& set : of.plans) // a rename may be in the journal and not told
        for (const auto& wish : set.trades) {
            const auto is_former = [&](const trade::trade_identity& owner) {
                return owner.name == wish.life.was && owner.account == wish.identity.account;
            };
            if (std::ranges::any_of(owners, is_former)) owners.insert(wish.identity);
        }
    return owners;
}

broken nothing_ends_unasked(const evidence& of) {
    if (of.outside_model) return {}; // of two, an order may end the other one
    for (const auto& each : of.requests) {
        if (!each.change || !ends_whole(each) || was_ordered(of, each)) continue;
        const auto owners = owners_of(of, *each.change);
        const bool is_asked = std::ranges::any_of(
            owners, [&](const trade::trade_identity& owner) { return is_ended_by_plans(of, owner, each.left_at); });
        if (!owners.empty() && !of.renamed.contains(each.change->trade.value) && !is_asked)
            return fmt::format("{} {} ended {}, and no plan says so", each.method, each.path, owners.begin()->name);
    }
    return {};
}

/// Its trade has another name now; whether the old name means a second one, a person says.
broken renamed_is_not_run_again(const evidence& of) {
    for (const auto& each : of.requests) {
        if (!each.tag || of.journals_lost != 0) continue;
        const auto gone = of.words.renamed_away.find({{each.account}, each.tag->name, each.tag->revision});
        if (gone != of.words.renamed_away.end() && each.left_at > gone->second
            && !of.words.has_confirmed("rename", each.tag->name, each.left_at))
            return fmt::format("{} was created again after its trade was renamed", each.tag->name);
    }
    return {};
}

/// Its stop is a share of what was paid, so it moves with the average price.
bool follows_average(const evidence& of, const sent_request& each, const trade::tag& worn) {
    if (!each.change->was_entered) return false;
    return std::ranges::any_of(of.plans, [&](const plans_in_force& set) {
        return std::ranges::any_of(set.trades, [&](const trade::desired_trade& wish) {
            const auto& stop = wish.request.stop_loss;
            return wish.identity.name == worn.name && stop && std::holds_alternative<money::percent>(stop->trigger);
        });
    });
}

/// An older journal does not know what was done since; whether that is all there, a person says.
broken restored_writes_after_a_word(const evidence& of) {
    if (!of.restored) return {};
    const auto since = *of.restored;
    const bool knew_all = std::ranges::none_of(of.requests, [since](const sent_request& each) {
        return each.method != "GET" && each.left_at > since.copied && each.left_at < since.restored;
    });
    for (const auto& each : of.requests)
        if (!knew_all && each.method != "GET" && each.left_at > since.restored && !was_ordered(of, each)
            && !of.words.has_confirmed("journal", "restored", each.left_at))
            return fmt::format("{} {} left on a restored journal without a word", each.method, each.path);
    return {};
}

/// A guardrail yields to a word on that very hold.
broken far_stops_have_a_word(const evidence& of) {
    const auto& max = of.settings.guardrails.max_stop_move;
    for (const auto& each : of.requests) {
        if (!max || each.method != "PATCH" || each.status != 200 || !each.change || !each.change->stop_before
            || !each.change->stop_after)
            continue;
        const auto before = each.change->stop_before->value();
        const auto moved = each.change->stop_after->value() - before;
        // It may have moved by itself since it was read.
        const auto most = before * money::as_fraction(*max) * money::decimal{15, 1};
        const auto worn = trade::tag::parse(each.change->note);
        if ((moved.sign() < 0 ? -moved : moved) > most && worn && !follows_average(of, each, *worn)
            && !of.words.has_confirmed("stop", worn->name, each.left_at))
            return fmt::format("the stop of {} was moved {}->{} without a word on it", worn->name,
                               each.change->stop_before->to_short_string(), each.change->stop_after->to_short_string());
    }
    return {};
}

/// Its orders are what moves of funds are told from; they do not show its note, nor its exits.
enum class look { whole, orders_too };

/// Whether a reply to a request that left after `since` has shown that trade by `until`.
bool was_read_between(const evidence& of, const change_seen& trade, mono_time since, mono_time until,
                      look at = look::whole) {
    const auto own = fmt::format("/v2/smart_trades/{}", trade.trade.value);
    const auto live = fmt::format("account_id={}&status=active", trade.account.value);
    return std::ranges::any_of(of.requests, [&](const sent_request& each) {
        const bool is_its_own = each.path == own || (at == look::orders_too && each.path == own + "/trades");
        const bool shows = is_its_own || (each.query.starts_with(live) && (!each.was_wrong || each.was_late));
        const auto shown_at = each.left_at - (each.was_late ? lag_max : milliseconds{});
        return each.method == "GET" && shows && shown_at > since && each.heard_at && *each.heard_at <= until
               && each.heard_status == 200;
    });
}

/// Somebody has changed that trade in the app, and nobody had read it when the change left.
bool was_edited_unseen(const evidence& of, const sent_request& each) {
    const auto edits = of.words.edited.find(each.change->trade.value);
    if (edits == of.words.edited.end()) return false;
    return std::ranges::any_of(edits->second, [&](mono_time at) {
        const auto executed = each.read_at.empty() ? each.left_at : each.read_at.front();
        return at < executed && !was_read_between(of, *each.change, at, each.left_at);
    });
}

/// A stop that is tighter than what we sent last is looser only by an edit: never back to what we sent before.
broken no_stop_is_loosened(const evidence& of) {
    std::map<std::int64_t, money::price> sent; // by trade: as we left it
    for (const auto& each : of.requests) {
        if (!each.change || each.method != "PATCH" || each.status != 200 || !each.change->stop_after) continue;
        const auto& [before, after] = std::pair{each.change->stop_before, *each.change->stop_after};
        // An older journal takes an edit for new that was made long ago; that needs a word.
        const bool is_old = of.restored && each.left_at > of.restored->restored
                            && of.words.has_confirmed("journal", "restored", each.left_at);
        const bool looser = !is_old && before && (each.change->is_long ? after < *before : after > *before);
        const auto last = sent.find(each.change->trade.value);
        if (looser && last != sent.end() && after == last->second && !was_edited_unseen(of, each))
            return fmt::format("the stop of {} was loosened {}->{} without an edit", each.change->trade.value,
                               before->to_short_string(), after.to_short_string());
        sent.insert_or_assign(each.change->trade.value, after);
    }
    return {};
}

/// Whoever takes a tag away releases the trade.
broken untagged_is_left_alone(const evidence& of) {
    for (const auto& each : of.requests) {
        if (!each.change || was_ordered(of, each)) continue;
        const auto id = each.change->trade.value;
        const auto gone = of.words.untagged.find(id);
        if (gone == of.words.untagged.end() || trade::tag::parse(each.change->note)) continue;
        const auto known_at = gone->second + lag_max; // a list may be older
        if (each.left_at <= known_at || !was_read_between(of, *each.change, known_at, each.left_at)) continue;
        if (!of.words.has_confirmed("tag", {}, each.left_at))
            return fmt::format("{} {} left although its tag was taken away", each.method, each.path);
    }
    return {};
}

/// What became of a change is read before the next one is sent.
broken one_change_at_a_time(const evidence& of) {
    std::map<std::int64_t, const sent_request*> unknown;
    for (const auto& each : of.requests) {
        if (!each.change) continue;
        const auto id = each.change->trade.value;
        const auto before = unknown.find(id);
        const bool waits_for_nothing =
            cancels_whole(each) || (closes_whole(each) && before != unknown.end() && !closes_whole(*before->second));
        if (before != unknown.end() && !waits_for_nothing
            && !was_read_between(of, *each.change, before->second->left_at, each.left_at, look::orders_too))
            return fmt::format("{} {} left while the outcome of a {} was unknown", each.method, each.path,
                               before->second->method);
        if (!each.heard_at || each.heard_status >= 500)
            unknown.insert_or_assign(id, &each);
        else
            unknown.erase(id);
    }
    return {};
}

/// What was accepted is not sent again because of a look from before it.
broken nothing_is_sent_twice(const evidence& of) {
    std::map<std::int64_t, const sent_request*> accepted;
    mono_time last_left{};
    for (const auto& each : of.requests) {
        if (of.restored && last_left <= of.restored->restored && each.left_at > of.restored->restored) accepted.clear();
        last_left = each.left_at;             // an older journal knows nothing of those
        if (each.was_wrong) accepted.clear(); // that look was from before, and nobody can know
        if (!each.change || each.method != "PATCH") continue;
        const auto before = accepted.find(each.change->trade.value);
        if (before != accepted.end() && each.status == 200 && !each.change->changed_terms)
            return fmt::format("{} {} was sent although it was accepted before", each.method, each.path);
        if (each.heard_at && each.heard_status == 200)
            accepted.insert_or_assign(each.change->trade.value, &each);
        else
            accepted.erase(each.change->trade.value);
    }
    return {};
}

constexpr std::array obedience_all{invariant{"halted is silent", halted_is_silent},
                                   invariant{"creates what is planned", creates_what_is_planned},
                                   invariant{"missed is not created", missed_is_not_created},
                                   invariant{"late is not created", late_is_not_created},
                                   invariant{"an older revision lives on", older_revision_lives_on},
                                   invariant{"nothing ends unasked", nothing_ends_unasked},
                                   invariant{"renamed is not run again", renamed_is_not_run_again},
                                   invariant{"restored writes after a word", restored_writes_after_a_word},
                                   invariant{"far stops have a word", far_stops_have_a_word},
                                   invariant{"no stop is loosened", no_stop_is_loosened},
                                   invariant{"untagged is left alone", untagged_is_left_alone},
                                   invariant{"one change at a time", one_change_at_a_time},
                                   invariant{"nothing is sent twice", nothing_is_sent_twice}};

} // namespace

std::span<const invariant> obedience() { return obedience_all; }

} // namespace smarttrade::sim
