#include "sim/invariants.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "sim/venue.hpp"

namespace smarttrade::sim {

namespace {

using namespace std::chrono_literals;
using broken = std::optional<std::string>;
using reconcile::verdict;

std::string when(mono_time at) {
    const auto s = std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
    return fmt::format("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

// ---- safety -----------------------------------------------------------------------------------------------------

/// Not even one after the other: an end is final for its revision. Outside the fault model there may be one extra.
broken one_trade_a_name(const evidence& of) {
    std::map<std::tuple<std::int64_t, std::string, int>, std::vector<std::int64_t>> made;
    for (const auto& each : of.requests)
        if (each.tag)
            for (const auto id : each.made) made[{each.account, each.tag->name, each.tag->revision}].push_back(id);
    for (const auto& [identity, ids] : made)
        if (ids.size() > (of.outside_model ? 2U : 1U))
            return fmt::format("{} revision {} was created {} times: {}", std::get<1>(identity), std::get<2>(identity),
                               ids.size(), fmt::join(ids, ", "));
    return {};
}

broken intent_first(const evidence& of) {
    for (const auto& each : of.requests)
        if (!each.intent_was_durable)
            return fmt::format("{} a create of {} left before its intent was on disk", when(each.left_at),
                               each.tag ? each.tag->text() : "a trade without a tag");
    return {};
}

/// The daemon writes nothing but creates that carry its own tag; a nonce is used once.
broken touches_only_its_own(const evidence& of) {
    std::set<std::string> nonces;
    for (const auto& each : of.requests) {
        if (each.method == "GET") continue;
        const bool ours = each.tag && each.tag->instance == venue::instance;
        if (each.method != "POST" || each.path != "/v2/smart_trades" || !ours)
            return fmt::format("{} {} {}{}", when(each.left_at), each.method, each.path,
                               ours ? "" : ", which does not carry its tag");
        if (!nonces.insert(each.tag->nonce).second)
            return fmt::format("{} the nonce of {} was sent twice", when(each.left_at), each.tag->text());
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

/// As the exchange counts, with its own clock, over every sliding window. The reserve is for cancels, of which this
/// version sends none, so it must stay free; but for what a failing disk made it forget.
broken windows_hold(const evidence& of) {
    for (const auto& limit : of.settings.rate_limits) {
        const auto most = of.disk_failed || of.outside_model ? limit.requests : limit.requests - limit.reserve;
        std::vector<mono_time> read;
        for (const auto& each : of.requests)
            if (is_counted(limit, each)) read.insert(read.end(), each.read_at.begin(), each.read_at.end());
        std::ranges::sort(read);
        for (std::size_t i = most; i < read.size(); ++i)
            if (read[i] - read[i - most] < limit.per)
                return fmt::format("more than {} requests in {} s, up to {}", most, limit.per.count() / 1000,
                                   when(read[i]));
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

// ---- liveness ---------------------------------------------------------------------------------------------------

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
        if (now.verdict != verdict::in_sync) continue;
        const auto found = wearing(of, now.identity);
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
            const bool known = !of.outside_model; // there a second of two may not be known to be ours
            if (known && is_naked(of.exchange.market.trades.at({id}).record) && !of.told_naked.contains(id))
                return fmt::format("{} was cancelled with coins held, and the log never said so", id);
        }
    for (const auto& now : of.standings)
        for (const auto* trade : wearing(of, now.identity))
            if (now.trade_id == trade->id && is_naked(*trade) && now.verdict != verdict::unprotected)
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
bool has_twin(const evidence& of, const reconcile::standing& now) { return wearing(of, now.identity).size() > 1; }
bool is_refused(const evidence& of, const reconcile::standing& now) {
    return 3 <= std::ranges::count_if(of.requests, [&](const auto& each) {
               return each.tag && each.tag->name == now.identity.name && each.status >= 400 && each.status < 500;
           });
}
bool has_stranger(const evidence& of, const reconcile::standing&) {
    std::set<std::string> nonces;
    for (const auto& each : of.requests)
        if (each.tag) nonces.insert(each.tag->nonce);
    return std::ranges::any_of(of.exchange.market.trades, [&](const auto& each) {
        return is_tagged_ours(each.second.record)
               && !nonces.contains(trade::tag::parse(each.second.record.request.note)->nonce);
    });
}
bool has_any(const evidence& of, const reconcile::standing& now) { return !wearing(of, now.identity).empty(); }
bool was_forgotten(const evidence& of, const reconcile::standing&) { return has_status(of, 404); }
bool has_failed(const evidence& of, const reconcile::standing& now) {
    return std::ranges::any_of(wearing(of, now.identity),
                               [](const auto* t) { return t->status == trade::trade_status::failed; });
}
constexpr std::array reasons{
    reason{"edited after it was created", has_any},
    reason{"edited, but it ended", has_any},
    reason{"refused three times", is_refused},
    reason{"second daemon", has_stranger},
    reason{"are both live", has_twin},
    reason{"lives under the same name", has_twin},
    reason{"does not know its id", was_forgotten},
    reason{"cannot be read back", was_forgotten},
    reason{"failed on the exchange", has_failed},
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

/// What we made is what was asked for.
broken created_as_wished(const evidence& of) {
    std::set<std::int64_t> made;
    for (const auto& each : of.requests) made.insert(each.made.begin(), each.made.end());
    for (const auto& now : of.standings) {
        const auto wish = std::ranges::find(of.wanted, now.identity, &trade::desired_trade::identity);
        if (now.verdict != verdict::in_sync || wish == of.wanted.end() || !now.trade_id
            || !made.contains(now.trade_id->value))
            continue;
        auto asked = wish->request;
        const auto& got = of.exchange.market.trades.at(*now.trade_id).record.request;
        asked.note = got.note;
        if (!(asked == got)) return fmt::format("{} is in sync, but is not what the plan says", now.identity.name);
    }
    return {};
}

/// A name with two live trades must say so; it is found in one pass.
broken duplicates_are_told(const evidence& of) {
    for (const auto& now : of.standings) {
        const auto found = wearing(of, now.identity);
        const auto alive = std::ranges::count_if(found, [](const auto* t) { return !trade::is_final(t->status); });
        if (alive > 1 && now.verdict == verdict::in_sync)
            return fmt::format("{} has {} live trades and is told in sync", now.identity.name, alive);
    }
    return {};
}

constexpr std::array safety_all{invariant{"one trade a name", one_trade_a_name},
                                invariant{"no write without a durable intent", intent_first},
                                invariant{"touches only its own", touches_only_its_own},
                                invariant{"writes where the mode fits", writes_where_the_mode_fits},
                                invariant{"no window exceeded", windows_hold},
                                invariant{"silent when told to be", silent_when_told},
                                invariant{"never throttled by its own fault", never_throttled_by_its_own_fault},
                                invariant{"nothing acknowledged is lost", nothing_acknowledged_is_lost},
                                invariant{"an end is told once", an_end_is_told_once},
                                invariant{"never fails by itself", never_fails_by_itself}};
constexpr std::array liveness_all{invariant{"everything settles", everything_settles},
                                  invariant{"in sync is true", in_sync_is_true},
                                  invariant{"naked is told", naked_is_told},
                                  invariant{"duplicates are told", duplicates_are_told},
                                  invariant{"every wish has a standing", every_wish_has_a_standing},
                                  invariant{"waits for a reason", waits_for_a_reason},
                                  invariant{"created as wished", created_as_wished}};

} // namespace

std::span<const invariant> safety() { return safety_all; }
std::span<const invariant> liveness() { return liveness_all; }

std::optional<violation> first_broken(std::span<const invariant> all, const evidence& of) {
    for (const auto& each : all)
        if (auto how = each.broken(of)) return violation{each.name, std::move(*how)};
    return std::nullopt;
}

} // namespace smarttrade::sim
