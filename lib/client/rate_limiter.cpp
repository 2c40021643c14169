#include "client/rate_limiter.hpp"

#include <algorithm>
#include <tuple>

#include "base/assert.hpp"

namespace smarttrade::client {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

constexpr nanoseconds ageing = 15s; ///< how far a lane stands behind the one above it
constexpr nanoseconds ban_first = 10min;
constexpr nanoseconds ban_max = 72h; ///< the longest ban the API speaks of (api.md B)

/// What a lane that is not urgent is ordered by; urgent ones go before, in the order of their lanes.
mono_time due(lane who, mono_time asked_at) {
    if (is_urgent(who)) return mono_time::min() + static_cast<int>(who) * 1ns;
    return asked_at + ageing * (static_cast<int>(who) - static_cast<int>(lane::write));
}

/// Narrow limits before those that count more kinds of requests.
auto breadth(const rate_limit& limit) {
    return std::tuple{limit.match.empty(), std::ranges::count(limit.match, '*'), limit.requests};
}

} // namespace

rate_limiter::rate_limiter(std::vector<rate_limit> limits, nanoseconds timeout, std::shared_ptr<ip_ban> ban)
    : timeout_{timeout}, ban_{std::move(ban)} {
    SMARTTRADE_ASSERT(ban_);
    for (auto& limit : limits) buckets_.emplace_back(std::move(limit));
}

rate_limiter::bucket_list rate_limiter::buckets_of(std::string_view request) const {
    bucket_list found;
    for (std::size_t i = 0; i < buckets_.size(); ++i)
        if (counts(buckets_[i].limit().match, request)) found.push_back(i);
    std::ranges::stable_sort(found, {}, [this](std::size_t i) { return breadth(buckets_[i].limit()); });
    return found;
}

rate_limiter::line& rate_limiter::line_of(lane who, const bucket_list& buckets) {
    const auto found =
        std::ranges::find_if(lines_, [&](const line& each) { return each.who == who && each.buckets == buckets; });
    if (found != lines_.end()) return *found;
    return lines_.emplace_back(line{who, buckets, {}, 0});
}

ticket rate_limiter::ask(lane who, std::string_view request, mono_time now) {
    const ticket id{++last_id_};
    auto& joined = line_of(who, buckets_of(request));
    if (joined.queue.empty()) joined.passed_over = 0;
    joined.queue.emplace_hint(joined.queue.end(), id, waiter{std::string{request}, now});
    waiting_.emplace_hint(waiting_.end(), id, static_cast<std::size_t>(&joined - lines_.data()));
    return id;
}

void rate_limiter::drop_expired(mono_time now) {
    for (auto& each : buckets_)
        for (const auto id : each.drop_expired(now)) {
            const auto held = holders_.find(id);
            if (--held->second.held == 0) holders_.erase(held);
        }
}

bool rate_limiter::is_silenced(const bucket_list& buckets, mono_time now) const {
    return ban_->until > now || std::ranges::any_of(buckets, [&](std::size_t i) { return buckets_[i].is_silent(now); });
}

/// Whom the floor lets go next, in order of arrival.
std::vector<const rate_limiter::line*> rate_limiter::overdue_lines(mono_time now) const {
    std::vector<const line*> found;
    for (const auto& each : lines_)
        if (each.passed_over >= passes_max && !each.queue.empty() && !is_silenced(each.buckets, now))
            found.push_back(&each);
    std::ranges::sort(found, {}, [](const line* each) { return each->queue.begin()->first; });
    return found;
}

standing rate_limiter::standing_of(const line& of, std::size_t bucket, const kept_slots& before) {
    return {is_urgent(of.who), of.passed_over >= passes_max, before.empty() ? claims{} : before[bucket]};
}

/// When the first of a line may leave.
mono_time rate_limiter::opening(const line& of, const kept_slots& before, mono_time now) const {
    auto at = std::max(ban_->until, now);
    for (const auto i : of.buckets) at = std::max(at, buckets_[i].opening(standing_of(of, i, before), now));
    return at;
}

/// Keeps a slot for the first of a line that is overdue: of the narrowest limit, and of the next one only once that has
/// it. So it holds no slot of a wide limit idle while it waits for a narrow one, and none that has its slot loses it.
void rate_limiter::claim(const line& of, kept_slots& kept, mono_time now) const {
    for (const auto i : of.buckets) {
        const bool is_open = buckets_[i].opening(standing_of(of, i, kept), now) <= now;
        ++(is_urgent(of.who) ? kept[i].urgent : kept[i].plain);
        if (!is_open) return;
    }
}

/// Visits whoever waits first in a line, those that are overdue in their order before all others, until told to stop.
void rate_limiter::each_opening(mono_time now, const std::function<bool(const line&, mono_time)>& visit) const {
    const auto overdue = overdue_lines(now);
    kept_slots kept(overdue.empty() ? 0 : buckets_.size());
    for (const auto* each : overdue) {
        if (!visit(*each, opening(*each, kept, now))) return;
        claim(*each, kept, now);
    }
    for (const auto& each : lines_)
        if (!each.queue.empty() && std::ranges::find(overdue, &each) == overdue.end()
            && !visit(each, opening(each, kept, now)))
            return;
}

/// The line whose first leaves now, if any can.
const rate_limiter::line* rate_limiter::next_line(mono_time now) const {
    const line* best = nullptr;
    const auto rank = [](const line& of) {
        return std::tuple{of.passed_over < passes_max, due(of.who, of.queue.begin()->second.asked_at), of.who,
                          of.queue.begin()->first};
    };
    each_opening(now, [&](const line& each, mono_time at) {
        if (at <= now && (!best || rank(each) < rank(*best))) best = &each;
        return best == nullptr || best->passed_over < passes_max; // the first that is overdue and can leave, leaves
    });
    return best;
}

/// Somebody of that line took a slot in each of its buckets.
void rate_limiter::pass_over(const line& by, mono_time now) {
    for (auto& each : lines_) {
        if (&each == &by || each.queue.empty()) {
            each.passed_over = 0;
            continue;
        }
        const bool was_needed = std::ranges::any_of(
            by.buckets, [&](std::size_t i) { return std::ranges::find(each.buckets, i) != each.buckets.end(); });
        if (was_needed && !is_silenced(each.buckets, now)) ++each.passed_over;
    }
}

std::vector<held_slot> rate_limiter::admit(mono_time now, const std::function<bool(const held_slot&)>& remember) {
    drop_expired(now);
    std::vector<held_slot> admitted;
    if (waiting_.empty()) return admitted;
    while (const auto* next = next_line(now)) {
        auto& from = lines_[static_cast<std::size_t>(next - lines_.data())];
        auto first = from.queue.extract(from.queue.begin());
        waiting_.erase(first.key());
        admitted.push_back({first.key(), std::move(first.mapped().request), std::nullopt});
        holder made{admitted.back().request, from.buckets, {first.key(), is_urgent(from.who)},
                    from.buckets.size(),     now,          std::nullopt};
        made.by.remembered = !remember || remember(admitted.back());
        for (const auto i : made.buckets) buckets_[i].take(made.by);
        holders_.emplace_hint(holders_.end(), first.key(), std::move(made));
        pass_over(from, now);
    }
    return admitted;
}

void rate_limiter::all_remembered() {
    for (auto& [id, held] : holders_) held.by.remembered = true;
    for (auto& each : buckets_) each.all_remembered();
}

mono_time rate_limiter::next_admission(mono_time now) {
    drop_expired(now);
    auto earliest = mono_time::max();
    each_opening(now, [&](const line&, mono_time at) {
        earliest = std::min(earliest, at);
        return earliest > now;
    });
    return earliest;
}

void rate_limiter::left(ticket id, mono_time now) { holders_.at(id).left_at = now; }

bool rate_limiter::may_leave(ticket id, mono_time now) const { return !is_silenced(holders_.at(id).buckets, now); }

void rate_limiter::not_sent(ticket id) {
    if (const auto found = waiting_.find(id); found != waiting_.end()) {
        lines_[found->second].queue.erase(id);
        waiting_.erase(found);
        return;
    }
    const auto held = holders_.find(id);
    if (held == holders_.end()) return;
    SMARTTRADE_ASSERT(!held->second.settled_at);
    for (const auto i : held->second.buckets) buckets_[i].give_back(held->second.by);
    holders_.erase(held);
}

void rate_limiter::settle(ticket id, mono_time at) {
    const auto held = holders_.find(id);
    SMARTTRADE_ASSERT(held != holders_.end() && !held->second.settled_at);
    held->second.settled_at = at;
    for (const auto i : held->second.buckets) buckets_[i].settle(held->second.by, at);
    if (held->second.buckets.empty()) holders_.erase(held);
}

mono_time rate_limiter::replied(ticket id, mono_time at) {
    settle(id, at);
    return at;
}

mono_time rate_limiter::lost(ticket id, mono_time closed_at) {
    settle(id, closed_at + timeout_);
    return closed_at + timeout_;
}

std::vector<restraint> rate_limiter::throttled(ticket id, mono_time at, nanoseconds retry_after) {
    ++throttled_;
    const auto& hit = holders_.at(id);
    SMARTTRADE_ASSERT(!hit.buckets.empty()); // the configuration has a limit that counts every request
    auto length = retry_after;
    bool known = false;
    for (const auto i : hit.buckets) {
        length = std::max(length, buckets_[i].limit().penalty);
        known = known || buckets_[i].explains(hit.left_at, at);
    }
    std::vector<restraint> changed;
    for (const auto i : hit.buckets) {
        if (!known)
            buckets_[i].fall_silent(at, length);
        else if (buckets_[i].explains(hit.left_at, at))
            buckets_[i].lengthen_silence(at + retry_after);
        buckets_[i].memorize(changed, at);
    }
    for (auto& each : lines_)
        if (is_silenced(each.buckets, at)) each.passed_over = 0;
    return changed;
}

std::vector<restraint> rate_limiter::banned(mono_time at, nanoseconds retry_after) {
    ++banned_;
    if (at >= ban_->until) {
        const bool soon_again = at < ban_->until + ban_->length;
        ban_->length = soon_again ? std::min(ban_->length * 2, ban_max) : ban_first;
        ban_->until = at + ban_->length;
    } // else it was in flight with the first, and met the same ban
    ban_->until = std::max(ban_->until, at + retry_after);
    for (auto& each : lines_) each.passed_over = 0;
    return {{restraint_kind::ban, {}, ban_->until, ban_->until - at},
            {restraint_kind::ban_memory, {}, ban_->until + ban_->length, ban_->length}};
}

void rate_limiter::restore(const limiter_memory& memory, mono_time now) {
    for (const auto& slot : memory.slots) {
        last_id_ = std::max(last_id_, slot.id.value);
        holder made{slot.request, buckets_of(slot.request), {slot.id}, 0, now, std::nullopt};
        made.held = made.buckets.size();
        if (made.buckets.empty() || !holders_.emplace(slot.id, made).second) continue;
        for (const auto i : made.buckets) buckets_[i].take(made.by);
        settle(slot.id, std::min(slot.settled_at.value_or(mono_time::max()), now + timeout_));
    }
    for (const auto& one : memory.restraints) {
        if (one.kind == restraint_kind::ban) ban_->until = std::max(ban_->until, one.until);
        if (one.kind == restraint_kind::ban_memory) {
            ban_->until = std::max(ban_->until, one.until - one.length);
            ban_->length = std::max(ban_->length, one.length);
        }
        for (auto& each : buckets_) each.restore(one);
    }
    for (auto& each : buckets_) each.doubt_few(now + timeout_ + each.hold());
    drop_expired(now);
}

void rate_limiter::assume_full(mono_time now) {
    for (auto& each : buckets_) {
        const auto length = timeout_ + each.hold();
        each.assume_full(now + length, length);
    }
}

limiter_memory rate_limiter::memory(mono_time now) {
    drop_expired(now);
    limiter_memory all;
    for (const auto& [id, held] : holders_) all.slots.push_back({id, held.request, held.settled_at});
    for (const auto& each : buckets_) each.memorize(all.restraints, now);
    if (ban_->until > now) all.restraints.push_back({restraint_kind::ban, {}, ban_->until, ban_->until - now});
    if (ban_->until + ban_->length > now)
        all.restraints.push_back({restraint_kind::ban_memory, {}, ban_->until + ban_->length, ban_->length});
    return all;
}

rate_reading rate_limiter::reading(mono_time now) {
    drop_expired(now);
    rate_reading all;
    for (const auto& each : buckets_) {
        auto& told = all.limits.emplace_back(each.reading(now));
        if (ban_->until <= told.silent_until) continue;
        told.silent_until = ban_->until;
        told.why = restraint_kind::ban;
    }
    all.waiting.fill(0);
    for (const auto& each : lines_) all.waiting.at(static_cast<std::size_t>(each.who)) += each.queue.size();
    all.throttled = throttled_;
    all.banned = banned_;
    return all;
}

nanoseconds rate_limiter::hold_max() const {
    nanoseconds longest{};
    for (const auto& each : buckets_) longest = std::max(longest, each.hold());
    return longest;
}

} // namespace smarttrade::client
