#include "client/rate_limiter.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace smarttrade::client {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

constexpr nanoseconds ageing = 15s;  ///< how far a lane stands behind the one above it
constexpr nanoseconds quiet = 10min; ///< without a 429 until our share is whole again
constexpr nanoseconds ban_first = 10min;
constexpr nanoseconds ban_max = 72h; ///< the longest ban the API speaks of (api.md B)

/// How long after its count a request weighs on a window: clocks differ by some 100 ppm, and timers are coarse.
nanoseconds hold_of(const rate_limit& limit) { return limit.per + 5ms + limit.per / 10'000; }

/// Takes the text up to the next `/` off the front.
std::string_view take_segment(std::string_view& text) {
    const auto end = std::min(text.find('/'), text.size());
    const auto segment = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return segment;
}

} // namespace

bool counts(std::string_view match, std::string_view request) {
    if (match.empty()) return true;
    if (std::ranges::count(match, '/') != std::ranges::count(request, '/')) return false;
    while (!match.empty() || !request.empty()) {
        const auto wanted = take_segment(match);
        const auto segment = take_segment(request);
        if (wanted != segment && (wanted != "*" || segment.empty())) return false;
    }
    return true;
}

rate_limiter::rate_limiter(std::vector<rate_limit> limits, nanoseconds timeout, std::shared_ptr<ip_ban> ban)
    : timeout_{timeout}, ban_{std::move(ban)} {
    SMARTTRADE_ASSERT(ban_);
    for (auto& limit : limits) {
        SMARTTRADE_ASSERT(limit.requests > 0);
        bucket made;
        made.limit = std::move(limit);
        buckets_.push_back(std::move(made));
    }
}

std::vector<std::size_t> rate_limiter::buckets_of(std::string_view request) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < buckets_.size(); ++i)
        if (counts(buckets_[i].limit.match, request)) found.push_back(i);
    return found;
}

ticket rate_limiter::ask(lane who, std::string_view request, mono_time now) {
    const ticket id{++last_id_};
    queues_.at(static_cast<std::size_t>(who)).push_back({id, std::string{request}, now});
    return id;
}

void rate_limiter::drop_expired(mono_time now) {
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        auto& leaving = buckets_[i].leaving;
        while (!leaving.empty() && leaving.begin()->first <= now) {
            const auto held = holders_.find(leaving.begin()->second);
            leaving.erase(leaving.begin());
            if (!held->second.remembered) --buckets_[i].forgotten;
            std::erase(held->second.buckets, i);
            if (held->second.buckets.empty()) holders_.erase(held);
        }
    }
}

mono_time rate_limiter::opening(const bucket& in, lane who, mono_time now) const {
    const bool halved = in.halved_until > now;
    const auto share = halved ? std::max<std::size_t>(1, in.limit.requests / 2) : in.limit.requests;
    const auto reserve = who == lane::cancel ? 0 : std::min(in.limit.reserve, share - 1);
    const auto used = in.in_flight + in.leaving.size();
    const bool too_forgetful = who != lane::cancel && in.forgotten >= std::max<std::size_t>(1, in.limit.reserve);
    if (used < share - reserve) return std::max(in.silent_until, too_forgetful ? first_forgotten_leaves(in) : now);
    const auto must_leave = used - (share - reserve); // and one more
    auto at = mono_time::max();
    if (must_leave < in.leaving.size())
        at = std::next(in.leaving.begin(), static_cast<std::ptrdiff_t>(must_leave))->first;
    if (halved) at = std::min(at, in.halved_until);
    if (too_forgetful) at = std::max(at, first_forgotten_leaves(in));
    return std::max(in.silent_until, at);
}

mono_time rate_limiter::first_forgotten_leaves(const bucket& in) const {
    for (const auto& [at, id] : in.leaving)
        if (!holders_.at(id).remembered) return at;
    return mono_time::max(); // all in flight
}

mono_time rate_limiter::opening(const waiter& of, lane who, mono_time now) const {
    auto at = std::max(ban_->until, now);
    for (const auto i : buckets_of(of.request)) at = std::max(at, opening(buckets_[i], who, now));
    return at;
}

/// The lane whose first waiter leaves next, if any can leave now.
std::optional<lane> rate_limiter::next_lane(mono_time now) const {
    std::optional<lane> best;
    mono_time best_due{};
    for (std::size_t i = 0; i < queues_.size(); ++i) {
        const auto who = static_cast<lane>(i);
        if (queues_[i].empty() || opening(queues_[i].front(), who, now) > now) continue;
        if (who == lane::cancel) return who;
        const auto due = queues_[i].front().asked_at + ageing * static_cast<int>(i);
        if (!best || due < best_due) {
            best = who;
            best_due = due;
        }
    }
    return best;
}

std::vector<held_slot> rate_limiter::admit(mono_time now, const std::function<bool(const held_slot&)>& remember) {
    drop_expired(now);
    std::vector<held_slot> admitted;
    while (const auto who = next_lane(now)) {
        auto& queue = queues_.at(static_cast<std::size_t>(*who));
        auto first = std::move(queue.front());
        queue.pop_front();
        admitted.push_back({first.id, std::move(first.request), std::nullopt});
        holder made{admitted.back().request, buckets_of(admitted.back().request), std::nullopt};
        made.remembered = !remember || remember(admitted.back());
        for (const auto i : made.buckets) {
            ++buckets_[i].in_flight;
            if (!made.remembered) ++buckets_[i].forgotten;
        }
        holders_.emplace(first.id, std::move(made));
    }
    return admitted;
}

void rate_limiter::all_remembered() {
    for (auto& [id, held] : holders_) held.remembered = true;
    for (auto& each : buckets_) each.forgotten = 0;
}

mono_time rate_limiter::next_admission(mono_time now) {
    drop_expired(now);
    auto at = mono_time::max();
    for (std::size_t i = 0; i < queues_.size(); ++i)
        if (!queues_[i].empty()) at = std::min(at, opening(queues_[i].front(), static_cast<lane>(i), now));
    return at;
}

void rate_limiter::not_sent(ticket id) {
    for (auto& queue : queues_) std::erase_if(queue, [id](const waiter& w) { return w.id == id; });
    const auto held = holders_.find(id);
    if (held == holders_.end()) return;
    SMARTTRADE_ASSERT(!held->second.settled_at);
    for (const auto i : held->second.buckets) {
        --buckets_[i].in_flight;
        if (!held->second.remembered) --buckets_[i].forgotten;
    }
    holders_.erase(held);
}

void rate_limiter::settle(ticket id, mono_time at) {
    const auto held = holders_.find(id);
    SMARTTRADE_ASSERT(held != holders_.end() && !held->second.settled_at);
    held->second.settled_at = at;
    for (const auto i : held->second.buckets) {
        --buckets_[i].in_flight;
        buckets_[i].leaving.emplace(at + hold_of(buckets_[i].limit), id);
    }
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

void rate_limiter::silence_bucket(bucket& which, mono_time until, nanoseconds length) {
    if (until <= which.silent_until) return;
    which.silent_until = until;
    which.silence_length = length;
}

std::vector<silence> rate_limiter::throttled(std::string_view request, mono_time at, nanoseconds retry_after) {
    auto length = retry_after;
    for (const auto i : buckets_of(request)) length = std::max(length, buckets_[i].limit.penalty);
    std::vector<silence> all;
    for (const auto i : buckets_of(request)) {
        auto& hit = buckets_[i];
        silence_bucket(hit, at + length, length);
        hit.halved_until = hit.silent_until + quiet;
        all.push_back({hit.limit.match, hit.silent_until, length});
    }
    return all;
}

silence rate_limiter::banned(mono_time at, nanoseconds retry_after) {
    // Requests that were in flight together meet one ban, not several.
    if (at >= ban_->until) {
        const bool soon_again = at < ban_->until + ban_->length;
        ban_->length = soon_again ? std::min(ban_->length * 2, ban_max) : ban_first;
    }
    ban_->until = std::max(ban_->until, at + std::max(ban_->length, retry_after));
    return {std::string{ip_ban::name}, ban_->until, ban_->length};
}

void rate_limiter::restore(const limiter_memory& memory, mono_time now) {
    for (const auto& slot : memory.slots) {
        last_id_ = std::max(last_id_, slot.id.value);
        holder made{slot.request, buckets_of(slot.request), std::nullopt};
        if (made.buckets.empty() || !holders_.emplace(slot.id, made).second) continue;
        for (const auto i : made.buckets) ++buckets_[i].in_flight;
        settle(slot.id, std::min(slot.settled_at.value_or(mono_time::max()), now + timeout_));
    }
    for (const auto& one : memory.silences) {
        if (one.match == ip_ban::name && one.until > ban_->until) {
            ban_->until = one.until;
            ban_->length = one.length;
        }
        for (auto& each : buckets_)
            if (each.limit.match == one.match) silence_bucket(each, one.until, one.length);
    }
    drop_expired(now);
}

void rate_limiter::assume_full(mono_time now) {
    for (auto& each : buckets_) {
        const auto length = timeout_ + hold_of(each.limit);
        silence_bucket(each, now + length, length);
    }
}

limiter_memory rate_limiter::memory(mono_time now) {
    drop_expired(now);
    limiter_memory all;
    for (const auto& [id, held] : holders_) all.slots.push_back({id, held.request, held.settled_at});
    for (const auto& each : buckets_)
        if (each.silent_until > now) all.silences.push_back({each.limit.match, each.silent_until, each.silence_length});
    if (ban_->until > now) all.silences.push_back({std::string{ip_ban::name}, ban_->until, ban_->length});
    return all;
}

std::vector<rate_limiter::usage> rate_limiter::usages(mono_time now) {
    drop_expired(now);
    std::vector<usage> all;
    for (const auto& each : buckets_)
        all.push_back({each.limit.match, each.in_flight + each.leaving.size(), each.limit.requests,
                       std::max(each.silent_until, ban_->until)});
    return all;
}

nanoseconds rate_limiter::hold_max() const {
    nanoseconds longest{};
    for (const auto& each : buckets_) longest = std::max(longest, hold_of(each.limit));
    return longest;
}

std::size_t rate_limiter::waiting() const {
    std::size_t sum = 0;
    for (const auto& queue : queues_) sum += queue.size();
    return sum;
}

} // namespace smarttrade::client
