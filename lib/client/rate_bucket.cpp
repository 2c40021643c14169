#include "client/rate_bucket.hpp"

#include <utility>

#include "base/assert.hpp"

namespace smarttrade::client {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

rate_bucket::rate_bucket(rate_limit limit) : limit_{std::move(limit)} {
    SMARTTRADE_ASSERT(limit_.requests > 0);
    limit_.reserve = std::min(limit_.reserve, limit_.requests - 1);
}

/// Clocks differ by some 100 ppm, and timers are coarse.
nanoseconds rate_bucket::hold() const { return limit_.per + 5ms + limit_.per / 10'000; }

std::size_t rate_bucket::share(mono_time now) const {
    return halved_.until > now ? std::max<std::size_t>(1, limit_.requests / 2) : limit_.requests;
}

/// As many as the next process leaves free without knowing of them: see doubt_few().
std::size_t rate_bucket::forgotten_max() const { return std::max<std::size_t>(1, limit_.reserve); }

/// Whether a slot is free for it when `used` are held, `plain` of them by requests that are not urgent.
bool rate_bucket::is_open(const standing& who, std::size_t used, std::size_t plain, mono_time now) const {
    const auto all = share(now);
    const auto reserve = std::min(limit_.reserve, all - 1);
    const auto doubted = doubtful_until_ > now ? std::min(forgotten_max(), all - reserve - 1) : 0;
    const auto plain_left = all - reserve - std::min(all - reserve, plain + doubted);
    used += doubted + who.before.urgent;
    if (who.urgent) return used + std::min(who.before.plain, plain_left) < all; // the reserve is for nobody else
    if (who.overdue) return used + who.before.plain < all && who.before.plain < plain_left;
    return used + who.before.plain + reserve < all;
}

mono_time rate_bucket::slot_free(const standing& who, mono_time now) const {
    auto used = in_flight_ + leaving_.size();
    auto plain = plain_;
    if (is_open(who, used, plain, now)) return now;
    auto at = mono_time::max();
    for (const auto& each : leaving_) {
        --used;
        if (!each.by.urgent) --plain;
        if (!is_open(who, used, plain, now)) continue;
        at = each.at;
        break;
    }
    for (const auto change : {halved_.until, doubtful_until_}) // then it is worth another look
        if (change > now) at = std::min(at, change);
    return at;
}

mono_time rate_bucket::opening(const standing& who, mono_time now) const {
    auto at = std::max({now, silent_until(), slot_free(who, now)});
    if (!who.urgent && forgotten_ >= forgotten_max()) at = std::max(at, first_forgotten_leaves());
    return at;
}

mono_time rate_bucket::first_forgotten_leaves() const {
    const auto first = std::ranges::find(leaving_, false, [](const leaving_slot& each) { return each.by.remembered; });
    return first == leaving_.end() ? mono_time::max() : first->at; // max: all in flight
}

void rate_bucket::take(const use& by) {
    ++in_flight_;
    if (!by.urgent) ++plain_;
    if (!by.remembered) ++forgotten_;
}

void rate_bucket::drop(const use& by) {
    if (!by.urgent) --plain_;
    if (!by.remembered) --forgotten_;
}

void rate_bucket::give_back(const use& by) {
    --in_flight_;
    drop(by);
}

void rate_bucket::settle(const use& by, mono_time at) {
    --in_flight_;
    leaving_.insert({at + hold(), by});
}

std::vector<ticket> rate_bucket::drop_expired(mono_time now) {
    std::vector<ticket> gone;
    while (!leaving_.empty() && leaving_.begin()->at <= now) {
        gone.push_back(leaving_.begin()->by.id);
        drop(leaving_.begin()->by);
        leaving_.erase(leaving_.begin());
    }
    return gone;
}

void rate_bucket::all_remembered() {
    std::set<leaving_slot> known;
    for (auto each : leaving_) {
        each.by.remembered = true;
        known.insert(known.end(), each);
    }
    leaving_ = std::move(known);
    forgotten_ = 0;
}

bool rate_bucket::explains(mono_time left_at, mono_time now) const {
    return silent_since_ && left_at <= *silent_since_ && now < silent_.until;
}

void rate_bucket::fall_silent(mono_time since, nanoseconds length) {
    if (since + length > silent_.until) silent_ = {since + length, length};
    silent_since_ = since;
    halved_ = {silent_.until + quiet, silent_.length + quiet};
}

void rate_bucket::lengthen_silence(mono_time until) {
    if (until <= silent_.until) return;
    const auto more = until - silent_.until;
    silent_ = {until, silent_.length + more};
    halved_ = {halved_.until + more, halved_.length + more};
}

void rate_bucket::assume_full(mono_time until, nanoseconds length) {
    if (until > full_.until) full_ = {until, length};
}

void rate_bucket::restore(const restraint& kept) {
    if (kept.match != limit_.match) return;
    const auto take_up = [&kept](span& mine) {
        if (kept.until > mine.until) mine = {kept.until, kept.length};
    };
    if (kept.kind == restraint_kind::silence) take_up(silent_);
    if (kept.kind == restraint_kind::full_window) take_up(full_);
    if (kept.kind == restraint_kind::half_share) take_up(halved_);
}

void rate_bucket::memorize(std::vector<restraint>& into, mono_time now) const {
    const auto keep = [&](restraint_kind kind, const span& mine) {
        if (mine.until > now) into.push_back({kind, limit_.match, mine.until, mine.length});
    };
    keep(restraint_kind::silence, silent_);
    keep(restraint_kind::full_window, full_);
    keep(restraint_kind::half_share, halved_);
}

rate_reading::limit rate_bucket::reading(mono_time now) const {
    const bool assumed = full_.until > silent_.until;
    return {limit_.match,   in_flight_ + leaving_.size(),
            share(now),     limit_.requests,
            silent_until(), assumed ? restraint_kind::full_window : restraint_kind::silence,
            halved_.until};
}

} // namespace smarttrade::client
