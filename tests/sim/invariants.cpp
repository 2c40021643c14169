#include "sim/invariants.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "sim/venue.hpp"
#include "trade/percent_exits.hpp"

namespace smarttrade::sim {

bool cancels_whole(const sent_request& each) {
    return each.method == "DELETE" && each.path.find("/trades/") == each.path.npos;
}
bool closes_whole(const sent_request& each) {
    return each.path.ends_with("/close_by_market") && each.path.find("/trades/") == each.path.npos;
}

namespace {

using namespace std::chrono_literals;
using broken = std::optional<std::string>;
using reconcile::verdict;

std::string when(mono_time at) {
    const auto s = std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
    return fmt::format("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

// ---- safety -----------------------------------------------------------------------------------------------------

/// How often something may be there that is meant once.
std::size_t most_times(const evidence& of) {
    return 1U + (of.outside_model ? 1U : 0U) + static_cast<std::size_t>(of.journals_lost);
}

/// Not even one after the other: an end is final for its revision. Outside the fault model each breach makes at most
/// one extra.
broken one_trade_a_name(const evidence& of) {
    std::map<std::tuple<std::int64_t, std::string, int>, std::vector<std::int64_t>> made;
    std::map<std::tuple<std::int64_t, std::string, int>, std::size_t> breaches; // of the fault model
    const auto is_renamed = [&](std::int64_t id, const std::string& name) {
        const auto trade = of.exchange.market.trades.find({id});
        if (trade == of.exchange.market.trades.end()) return false;
        const auto worn = trade::tag::parse(trade->second.record.request.note);
        return of.renamed.contains(id) || (worn && worn->name != name);
    };
    for (const auto& each : of.requests) {
        if (!each.tag) continue;
        const std::tuple identity{each.account, each.tag->name, each.tag->revision};
        if (of.words.has_confirmed("rename", each.tag->name, each.left_at)) continue; // a person wants another
        for (const auto id : each.made)
            if (!is_renamed(id, each.tag->name)) made[identity].push_back(id);
        const bool is_late = !each.read_at.empty() && each.read_at.back() > each.left_at + of.settings.reconcile.settle;
        breaches[identity] += (each.read_at.size() > 1 ? 1U : 0U) + (is_late ? 1U : 0U);
    }
    for (const auto& [identity, ids] : made)
        if (ids.size() > std::max(most_times(of), 1 + (of.outside_model ? breaches[identity] : 0)))
            return fmt::format("{} revision {} was created {} times: {}", std::get<1>(identity), std::get<2>(identity),
                               ids.size(), fmt::join(ids, ", "));
    return {};
}

broken intent_first(const evidence& of) {
    for (const auto& each : of.requests)
        if (!each.intent_was_durable)
            return fmt::format("{} {} {} left before its intent was on disk", when(each.left_at), each.method,
                               each.path);
    return {};
}

bool creates(const sent_request& each) { return each.method == "POST" && each.path == "/v2/smart_trades"; }

/// The daemon creates only under its own tag, each nonce once, and changes only what wears its tag or was adopted.
broken touches_only_its_own(const evidence& of) {
    std::set<std::string> nonces;
    std::set<std::int64_t> made; // by us, whatever became of their notes
    for (const auto& each : of.requests) made.insert(each.made.begin(), each.made.end());
    for (const auto& each : of.requests) {
        if (each.method == "GET") continue;
        const auto worn = creates(each) ? each.tag : each.change ? trade::tag::parse(each.change->note) : std::nullopt;
        const bool adopted = // whether it may be touched without its tag: obedience
            each.change
            && (of.is_adopted(each.change->trade, each.left_at) || made.contains(each.change->trade.value)
                || of.words.untagged.contains(each.change->trade.value)); // worn until somebody took it
        const bool ours = (worn && worn->instance == venue::instance) || adopted;
        if (!ours && (creates(each) || each.change))
            return fmt::format("{} {} {}, which does not carry its tag", when(each.left_at), each.method, each.path);
        if (creates(each) && !nonces.insert(each.tag->nonce).second)
            return fmt::format("{} the nonce of {} was sent twice", when(each.left_at), each.tag->text());
    }
    return {};
}

broken protected_stays(const evidence& of) {
    for (const auto& each : of.requests) {
        if (!each.change || (!cancels_whole(each) && !closes_whole(each))) continue;
        const auto worn = trade::tag::parse(each.change->note);
        if (worn && of.protected_names.contains(worn->name))
            return fmt::format("{} {} {} although {} is protected", when(each.left_at), each.method, each.path,
                               worn->name);
    }
    return {};
}

/// A cancel leaves only right after a look that showed an entry that waits; what it finds entered all the same has
/// been filled in between, and is told (naked_is_told).
broken cancels_after_a_look(const evidence& of) {
    for (const auto& each : of.requests) {
        if (!cancels_whole(each)) continue;
        const bool looked = std::ranges::any_of(of.requests, [&](const sent_request& look) {
            return look.method == "GET" && look.path == each.path && look.heard_at && look.heard_status == 200
                   && *look.heard_at <= each.left_at && each.left_at - look.left_at < 2s
                   && look.showed_entered == false;
        });
        if (!looked)
            return fmt::format("{} {} left without a look that showed it waiting", when(each.left_at), each.path);
    }
    return {};
}

/// Funds have no tag on the exchange; the worlds give each adjustment of a trade a size of its own.
broken funds_move_once(const evidence& of) {
    for (const auto& [id, live] : of.exchange.market.trades) {
        const auto worn = trade::tag::parse(live.record.request.note);
        if (!worn || worn->instance != venue::instance) continue;
        for (const auto* all : {&live.record.additions, &live.record.reductions})
            for (const auto& one : *all) {
                const auto times =
                    std::ranges::count_if(*all, [&](const auto& other) { return other.wish.units == one.wish.units; });
                // Outside the model a move may be late as well, and a person then says that it was not made.
                if (static_cast<std::size_t>(times) > most_times(of) + (of.outside_model ? 1U : 0U))
                    return fmt::format("{} of {} (id {}) were moved {} times", one.wish.units.to_short_string(),
                                       worn->name, id.value, times);
            }
    }
    return {};
}

/// Forced-Mode does not keep a write from an account: its id decides whether real money moves (api.md A.7).
broken writes_where_the_mode_fits(const evidence& of) {
    for (const auto& each : of.requests) {
        if (each.method == "GET") continue;
        const auto account = of.exchange.market.accounts.find({each.account});
        if (account != of.exchange.market.accounts.end() && account->second.type != "paper_trading")
            return fmt::format("{} a write with mode: paper to account {}, which is real", when(each.left_at),
                               each.account);
    }
    return {};
}

/// No limit of a world has a wildcard.
bool is_counted(const config::rate_limit& limit, const sent_request& by) {
    return limit.match.empty() || limit.match == by.method + " " + by.path;
}

/// What may take the reserve: changes of trades, and the looks that they rest on.
bool is_urgent(const sent_request& each) {
    constexpr std::string_view trades = "/v2/smart_trades/";
    return each.path.starts_with(trades);
}

/// As the exchange counts, with its own clock, over every sliding window; but of what something in between repeated
/// nobody could know. The reserve is for closing, cancelling and
/// stops, so windows without a change leave it free; but for what a failing disk made it forget.
broken windows_hold(const evidence& of) {
    for (const auto& limit : of.settings.rate_limits) {
        std::vector<std::pair<mono_time, bool>> read;
        for (const auto& each : of.requests)
            if (is_counted(limit, each) && !each.read_at.empty())
                read.emplace_back(each.read_at.front(), is_urgent(each));
        std::ranges::sort(read);
        const auto spared = of.disk_failed || of.outside_model ? 0 : limit.reserve;
        std::size_t urgent = 0, first = 0;
        for (std::size_t i = 0; i < read.size(); ++i) {
            urgent += read[i].second ? 1 : 0;
            while (read[i].first - read[first].first >= limit.per) urgent -= read[first++].second ? 1 : 0;
            // A cancel and its look are two.
            const auto most = limit.requests - spared + std::min(spared, 2 * urgent);
            if (i - first + 1 > most)
                return fmt::format("more than {} requests in {} s, up to {}", most, limit.per.count() / 1000,
                                   when(read[i].first));
        }
    }
    return {};
}

broken never_throttled_by_its_own_fault(const evidence& of) {
    for (const auto& each : of.requests) {
        if (each.status != 429 && each.status != 418) continue;
        const bool explained = std::ranges::any_of(of.throttle_causes, [&](const auto& cause) {
            return each.status == cause.status && each.read_at.back() >= cause.from
                   && each.read_at.back() <= cause.until;
        });
        if (!explained)
            return fmt::format("{} {} {} was answered {}", when(each.left_at), each.method, each.path, each.status);
    }
    return {};
}

/// The answers that forbid to send, in the order in which the daemon heard them.
std::vector<const sent_request*> prohibitions(const evidence& of) {
    std::vector<const sent_request*> found;
    for (const auto& each : of.requests)
        if (each.heard_at && (each.heard_status == 429 || each.heard_status == 418)) found.push_back(&each);
    std::ranges::sort(found, {}, [](const sent_request* each) { return *each->heard_at; });
    return found;
}

/// How long nothing that a limit of that request counts may leave.
std::chrono::milliseconds silence_after(const sent_request& answered, const evidence& of) {
    if (answered.heard_status == 418) return 10min;
    std::chrono::milliseconds longest{};
    for (const auto& limit : of.settings.rate_limits)
        if (is_counted(limit, answered)) longest = std::max(longest, limit.penalty);
    return longest;
}

bool share_a_limit(const sent_request& one, const sent_request& other, const evidence& of) {
    return std::ranges::any_of(of.settings.rate_limits,
                               [&](const auto& limit) { return is_counted(limit, one) && is_counted(limit, other); });
}

/// The next process knows of it unless the last one died before that was on the disk; after a loss of power it counts
/// the silence anew, so it is longer then.
bool was_forgotten(mono_time heard_at, mono_time by, const evidence& of) {
    return std::ranges::any_of(of.deaths, [&](mono_time death) {
        return death == heard_at || (of.disk_failed && heard_at < death && death <= by);
    });
}

broken left_in_silence(const sent_request& answered, const evidence& of) {
    const auto from = *answered.heard_at;
    const auto until = from + silence_after(answered, of);
    for (const auto& each : of.requests) {
        if (each.left_at <= from || each.left_at >= until || was_forgotten(from, each.left_at, of)) continue;
        if (answered.heard_status == 418 || share_a_limit(answered, each, of))
            return fmt::format("{} {} {} left although an answer {} at {} forbids it until {}", when(each.left_at),
                               each.method, each.path, answered.heard_status, when(from), when(until));
    }
    return {};
}

/// After a 429 or a 418 nothing leaves before its time is over. Those that had left by then meet the same block: their
/// answers make it no longer.
broken silent_when_told(const evidence& of) {
    std::map<int, mono_time> began; // by status
    for (const auto* answered : prohibitions(of)) {
        const auto before = began.find(answered->heard_status);
        if (before != began.end() && answered->left_at <= before->second) continue;
        began[answered->heard_status] = *answered->heard_at;
        if (auto how = left_in_silence(*answered, of)) return how;
    }
    return {};
}

broken nothing_acknowledged_is_lost(const evidence& of) { return of.losses.empty() ? broken{} : of.losses.front(); }

broken an_end_is_told_once(const evidence& of) {
    return of.contradictions.empty() ? broken{} : of.contradictions.front();
}

broken never_fails_by_itself(const evidence& of) { return of.failures.empty() ? broken{} : of.failures.front(); }

constexpr std::array safety_all{invariant{"one trade a name", one_trade_a_name},
                                invariant{"no write without a durable intent", intent_first},
                                invariant{"touches only its own", touches_only_its_own},
                                invariant{"protected stays", protected_stays},
                                invariant{"cancels after a look", cancels_after_a_look},
                                invariant{"funds move once", funds_move_once},
                                invariant{"writes where the mode fits", writes_where_the_mode_fits},
                                invariant{"no window exceeded", windows_hold},
                                invariant{"silent when told to be", silent_when_told},
                                invariant{"never throttled by its own fault", never_throttled_by_its_own_fault},
                                invariant{"nothing acknowledged is lost", nothing_acknowledged_is_lost},
                                invariant{"an end is told once", an_end_is_told_once},
                                invariant{"never fails by itself", never_fails_by_itself}};
} // namespace

std::span<const invariant> safety() { return safety_all; }

std::optional<violation> first_broken(std::span<const invariant> all, const evidence& of) {
    for (const auto& each : all)
        if (auto how = each.broken(of)) return violation{each.name, std::move(*how)};
    return std::nullopt;
}

} // namespace smarttrade::sim
