#pragma once

#include <algorithm>
#include <compare>
#include <set>

#include "client/rate_limit.hpp"

namespace smarttrade::client {

/// Without another unexplained 429 for so long, our share is whole again.
inline constexpr std::chrono::nanoseconds quiet = std::chrono::minutes{10};

/// Slots kept for those that are overdue (rate_limiter).
struct claims {
    std::size_t urgent = 0, plain = 0;
};

/// How a request stands before a bucket.
struct standing {
    bool urgent = false;  ///< may use the reserve
    bool overdue = false; ///< passed over too often: what urgent ones hold does not count against the reserve it leaves
    claims before;        ///< it
};

/// The slots of one limit (see rate_limiter).
class rate_bucket {
public:
    /// A slot that a request holds.
    struct use {
        ticket id;
        bool urgent = false;
        bool remembered = true; ///< written down for the next process
    };

    explicit rate_bucket(rate_limit limit);
    const rate_limit& limit() const { return limit_; }

    /// When a request of that standing may leave, if nothing else leaves before: `now`, later, or mono_time::max() if
    /// only the end of a request in flight helps. drop_expired(now) came before.
    mono_time opening(const standing& who, mono_time now) const;

    void take(const use& by);
    void give_back(const use& by);                   ///< it was never sent
    void settle(const use& by, mono_time at);        ///< the server counted it no later than `at`
    std::vector<ticket> drop_expired(mono_time now); ///< whose slots came free by then
    void all_remembered();

    /// A 429 answered a request that left at `left_at`: known to the silence that began while it was under way?
    bool explains(mono_time left_at, mono_time now) const;
    void fall_silent(mono_time since, std::chrono::nanoseconds length); ///< an unexplained 429
    void lengthen_silence(mono_time until);                             ///< the same 429 again, with a Retry-After
    void assume_full(mono_time until, std::chrono::nanoseconds length);
    /// An earlier process may have forgotten as many slots as its reserve has. They are left free beside the reserve,
    /// which the urgent ones of this process may need.
    void doubt_few(mono_time until) { doubtful_until_ = until; }
    void restore(const restraint& kept);
    void memorize(std::vector<restraint>& into, mono_time now) const;

    bool is_silent(mono_time now) const { return silent_until() > now; }
    mono_time silent_until() const { return std::max(silent_.until, full_.until); }
    std::chrono::nanoseconds hold() const; ///< how long a settled slot weighs on this limit
    rate_reading::limit reading(mono_time now) const;

private:
    struct leaving_slot {
        mono_time at; ///< when it comes free
        use by;
        friend bool operator<(const leaving_slot& a, const leaving_slot& b) {
            return a.at != b.at ? a.at < b.at : a.by.id < b.by.id;
        }
    };
    struct span {
        mono_time until{};
        std::chrono::nanoseconds length{};
    };

    std::size_t share(mono_time now) const;
    std::size_t forgotten_max() const;
    bool is_open(const standing& who, std::size_t used, std::size_t plain, mono_time now) const;
    mono_time slot_free(const standing& who, mono_time now) const;
    mono_time first_forgotten_leaves() const;
    void drop(const use& by);

    rate_limit limit_;
    std::size_t in_flight_ = 0;
    std::size_t plain_ = 0;     ///< of those held: not urgent
    std::size_t forgotten_ = 0; ///< of those held: not written down
    std::set<leaving_slot> leaving_;
    mono_time doubtful_until_{};
    span silent_, full_, halved_;
    std::optional<mono_time> silent_since_; ///< of the silence that we saw begin
};

} // namespace smarttrade::client
