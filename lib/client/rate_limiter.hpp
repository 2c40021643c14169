#pragma once

#include <functional>
#include <map>

#include "client/rate_bucket.hpp"
#include "client/rate_limit.hpp"

namespace smarttrade::client {

/// Keeps the requests of one API key inside the API's limits *as the server counts* (design.md 6, api.md B). A slot is
/// taken when a request leaves and comes free `per` and a guard after its reply arrived: the server counted it no later
/// than that, so no window on its clock, fixed or sliding, ever holds more than `requests`. A request without a reply
/// may be counted up to `timeout` after its connection closed. Two limiters on one key would double the rate.
///
/// Clocks: all times are CLOCK_MONOTONIC's, so a step of the wall clock means nothing here. It stands still while the
/// machine is suspended and the server's clock runs on; that is safe, because whatever we wait is then no shorter on
/// the server's clock than on ours. Only the rates of the two may differ, for which the guard has 100 ppm.
///
/// Order: lane::cancel first, then lane::stop_edit, then the others by how long they waited, each lane some seconds
/// behind the one above; first come, first served within a lane. A request that waits for a narrow limit holds up
/// nobody who does not need that limit. The floor: whoever was passed over `passes_max` times in a row by requests that
/// took a slot it needs goes next: a slot of each of its limits is kept for it, the narrowest first, and what urgent
/// lanes hold does not count against the reserve that it leaves. So a flood of cancels leaves every other lane at least
/// one slot in some `passes_max`, and a request that needs two limits cannot be starved by those that need one. While a
/// limit is silent nobody is passed over: after a 429 cancels go first.
///
/// A disk that fails: see admit(). One breach is accepted: cancels and stop edits leave even if they cannot be written
/// down, and a process that is killed then is followed by one that does not know of them.
class rate_limiter {
public:
    static constexpr std::size_t passes_max = 20;

    rate_limiter(std::vector<rate_limit> limits, std::chrono::nanoseconds timeout, std::shared_ptr<ip_ban> ban);

    /// Joins the queue. `request` is `METHOD PATH` without the base URL's path and without a query.
    ticket ask(lane who, std::string_view request, mono_time now);
    /// Those that may leave now, in order; each holds its slots from here on. `remember` writes one down for the next
    /// process; false: it could not. But for urgent lanes a limit has at most `reserve` such slots (at least one)
    /// at a time: the next process does not know of them, but leaves as many free.
    std::vector<held_slot> admit(mono_time now, const std::function<bool(const held_slot&)>& remember = {});
    void all_remembered(); ///< what could not be written down is written now
    /// When admit() can have more: mono_time::max() if nobody waits, or if only the end of a request in flight helps.
    mono_time next_admission(mono_time now);

    void left(ticket id, mono_time now);            ///< the request is handed to the network; before that: at admit()
    bool may_leave(ticket id, mono_time now) const; ///< no silence began since it was admitted
    /// The end of a ticket, exactly one of these. A time to remember the slot until its limits are free of it.
    void not_sent(ticket id);                       ///< its slots are free at once; also leaves the queue
    mono_time replied(ticket id, mono_time at);     ///< any reply
    mono_time lost(ticket id, mono_time closed_at); ///< no reply

    /// Comes before replied(): 429. Every limit that counts the request is silent for the longest of their penalties,
    /// or for `retry_after` if longer. Our share is halved until ten minutes have passed after that without another,
    /// because somebody else seems to use the key (F18). A request that left before a silence we know of met the same
    /// block: it changes nothing, unless its `retry_after` ends later. What changed is to be kept for the next process:
    /// a kill is no way around a silence, nor around the halved share.
    std::vector<restraint> throttled(ticket id, mono_time at, std::chrono::nanoseconds retry_after);
    /// Comes before replied(): 418. The process is silent for ten minutes; for twice as long as the last time if that
    /// ended no longer ago than it lasted.
    std::vector<restraint> banned(mono_time at, std::chrono::nanoseconds retry_after);

    /// Takes up what an earlier process of the same boot left. What was in flight then counts as lost now.
    void restore(const limiter_memory& memory, mono_time now);
    /// Nothing is known of an earlier process: every window counts as full.
    void assume_full(mono_time now);
    limiter_memory memory(mono_time now); ///< what restore() wants

    rate_reading reading(mono_time now);
    std::size_t waiting() const { return waiting_.size(); }
    std::chrono::nanoseconds hold_max() const; ///< the longest a settled slot weighs on a limit

private:
    using bucket_list = std::vector<std::size_t>;
    struct waiter {
        std::string request;
        mono_time asked_at;
    };
    /// Those of one lane that the same limits count, in order of arrival.
    struct line {
        lane who;
        bucket_list buckets;
        std::map<ticket, waiter> queue;
        std::size_t passed_over = 0; ///< in a row
    };
    using kept_slots = std::vector<claims>; ///< by bucket; empty: none
    struct holder {
        std::string request;
        bucket_list buckets;
        rate_bucket::use by;
        std::size_t held = 0; ///< buckets that still hold it
        mono_time left_at;
        std::optional<mono_time> settled_at;
    };

    bucket_list buckets_of(std::string_view request) const; ///< the narrowest first
    line& line_of(lane who, const bucket_list& buckets);
    void drop_expired(mono_time now);
    bool is_silenced(const bucket_list& buckets, mono_time now) const;
    std::vector<const line*> overdue_lines(mono_time now) const;
    static standing standing_of(const line& of, std::size_t bucket, const kept_slots& before);
    mono_time opening(const line& of, const kept_slots& before, mono_time now) const;
    void claim(const line& of, kept_slots& kept, mono_time now) const;
    void each_opening(mono_time now, const std::function<bool(const line&, mono_time)>& visit) const;
    const line* next_line(mono_time now) const;
    void pass_over(const line& by, mono_time now);
    void settle(ticket id, mono_time at);

    std::vector<rate_bucket> buckets_;
    std::chrono::nanoseconds timeout_;
    std::shared_ptr<ip_ban> ban_;
    std::vector<line> lines_;               ///< some six for each set of limits that requests were seen to fall under
    std::map<ticket, std::size_t> waiting_; ///< in which line
    std::map<ticket, holder> holders_;
    std::int64_t last_id_ = 0;
    std::size_t throttled_ = 0, banned_ = 0;
};

} // namespace smarttrade::client
