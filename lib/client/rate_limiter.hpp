#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strong_id.hpp"

namespace smarttrade::client {

using mono_time = std::chrono::steady_clock::time_point;

/// Who goes first when slots are short (design.md 6): close and cancel, then create and edit, then settling unknown
/// creates, then polling, then audits.
enum class lane { cancel, write, settle, poll, audit };

/// One limit of the API. `match` is `METHOD PATH` without the base URL's path, `*` for one segment; empty: all
/// requests.
struct rate_limit {
    std::string match;
    std::size_t requests = 0;
    std::chrono::nanoseconds per{};
    std::chrono::nanoseconds penalty{};
    std::size_t reserve = 0; ///< slots that only lane::cancel may take
};

/// Whether a limit with that `match` counts the request `METHOD PATH`.
bool counts(std::string_view match, std::string_view request);

/// One request at the limiter: first waiting, then holding a slot in every limit that counts it.
using ticket = base::strong_id<struct ticket_tag>;

/// A slot as it is remembered over a restart.
struct held_slot {
    ticket id;
    std::string request;                 ///< `METHOD PATH`
    std::optional<mono_time> settled_at; ///< the server counted it no later than this; absent: still in flight
};

/// No request of that limit before `until`.
struct silence {
    std::string match; ///< of the limit; ip_ban::name: of everything
    mono_time until{};
    std::chrono::nanoseconds length{};
};

struct limiter_memory {
    std::vector<held_slot> slots;
    std::vector<silence> silences;
};

/// A 418 bans the address, so it silences every key of the process: one of these, shared by all limiters.
struct ip_ban {
    static constexpr std::string_view name = "ip_ban";
    mono_time until{};
    std::chrono::nanoseconds length{}; ///< of the newest one
};

/// Keeps the requests of one API key inside the API's limits *as the server counts* (design.md 6, api.md B). A slot is
/// taken when a request leaves and comes free `per` and a guard after its reply arrived: the server counted it no later
/// than that, so no window on its clock, fixed or sliding, ever holds more than `requests`. A request without a reply
/// may be counted up to `timeout` after its connection closed. Two limiters on one key would double the rate.
///
/// Waiting requests go cancel first, then by how long they waited, each lane some seconds behind the one above: so a
/// lower lane is late but never starves. First come, first served within a lane.
class rate_limiter {
public:
    rate_limiter(std::vector<rate_limit> limits, std::chrono::nanoseconds timeout, std::shared_ptr<ip_ban> ban);

    /// Joins the queue. `request` is `METHOD PATH` without the base URL's path and without a query.
    ticket ask(lane who, std::string_view request, mono_time now);
    /// Those that may leave now, in order; each holds its slots from here on. `remember` writes one down for the next
    /// process; false: it could not. But for lane::cancel a limit has at most `reserve` such slots (at least one)
    /// at a time: the next process does not know of them, but leaves as many free.
    std::vector<held_slot> admit(mono_time now, const std::function<bool(const held_slot&)>& remember = {});
    void all_remembered(); ///< what could not be written down is written now
    /// When admit() can have more: mono_time::max() if nobody waits, or if only the end of a request in flight helps.
    mono_time next_admission(mono_time now);

    /// The end of a ticket, exactly one of these. A time to remember the slot until its limits are free of it.
    void not_sent(ticket id);                       ///< its slots are free at once; also leaves the queue
    mono_time replied(ticket id, mono_time at);     ///< any reply
    mono_time lost(ticket id, mono_time closed_at); ///< no reply

    /// To add to replied(): 429. Every limit that counts the request is silent for the longest of their penalties, or
    /// for `retry_after` if longer; our share is halved until ten minutes without another have passed, because
    /// somebody else seems to use the key (F18).
    std::vector<silence> throttled(std::string_view request, mono_time at, std::chrono::nanoseconds retry_after);
    /// To add to replied(): 418. The process is silent for ten minutes; for twice as long as the last time if that
    /// ended no longer ago than it lasted.
    silence banned(mono_time at, std::chrono::nanoseconds retry_after);

    /// Takes up what an earlier process of the same boot left. What was in flight then counts as lost now.
    void restore(const limiter_memory& memory, mono_time now);
    /// Nothing is known of an earlier process: every window counts as full.
    void assume_full(mono_time now);
    limiter_memory memory(mono_time now); ///< what restore() wants

    struct usage {
        std::string match;
        std::size_t used = 0;
        std::size_t requests = 0;
        mono_time silent_until{};
    };
    std::vector<usage> usages(mono_time now); ///< one for each limit, in their order
    std::size_t waiting() const;
    std::chrono::nanoseconds hold_max() const; ///< the longest a settled slot weighs on a limit

private:
    struct bucket {
        rate_limit limit;
        std::size_t in_flight = 0;
        std::size_t forgotten = 0;                      ///< of those held
        std::set<std::pair<mono_time, ticket>> leaving; ///< when a settled slot comes free
        mono_time silent_until{};
        std::chrono::nanoseconds silence_length{};
        mono_time halved_until{};
    };
    struct waiter {
        ticket id;
        std::string request;
        mono_time asked_at;
    };
    struct holder {
        std::string request;
        std::vector<std::size_t> buckets; ///< that still hold it
        std::optional<mono_time> settled_at;
        bool remembered = true;
    };

    mono_time first_forgotten_leaves(const bucket& in) const;
    std::vector<std::size_t> buckets_of(std::string_view request) const;
    void drop_expired(mono_time now);
    mono_time opening(const bucket& in, lane who, mono_time now) const;
    mono_time opening(const waiter& of, lane who, mono_time now) const;
    std::optional<lane> next_lane(mono_time now) const;
    void settle(ticket id, mono_time at);
    void silence_bucket(bucket& which, mono_time until, std::chrono::nanoseconds length);

    std::vector<bucket> buckets_;
    std::chrono::nanoseconds timeout_;
    std::shared_ptr<ip_ban> ban_;
    std::array<std::deque<waiter>, 5> queues_; ///< by lane
    std::map<ticket, holder> holders_;
    std::int64_t last_id_ = 0;
};

} // namespace smarttrade::client
