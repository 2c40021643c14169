#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "async/time_source.hpp"
#include "client/rate_limiter.hpp"
#include "client/slot_store.hpp"

namespace smarttrade::client {

namespace asio = boost::asio;

class rate_gate;

/// A slot in every limit that counts one request. Ends by exactly one of sent-and-replied, lost or given back; on
/// destruction it is given back if the request never left, else it counts as lost.
class slot {
public:
    slot(slot&& other) noexcept;
    slot& operator=(slot&&) = delete;
    ~slot();

    /// False: a silence or a ban began since it was taken, and a request sent now would make it worse; give it back.
    bool may_leave() const;
    void leaves(); ///< the request is about to be handed to the network
    void not_sent();
    void replied();
    void throttled(std::chrono::nanoseconds retry_after); ///< replied with 429
    void banned(std::chrono::nanoseconds retry_after);    ///< replied with 418
    void lost();

private:
    friend class rate_gate;
    slot(rate_gate& gate, ticket id) : gate_{&gate}, id_{id} {}

    rate_gate* gate_; ///< null: ended
    ticket id_;
    bool left_ = false;
};

/// The awaitable side of one rate_limiter: one per API key. Waiting is event-driven: one waiter sleeps until the
/// limiter's next moment, all are woken the moment a slot is theirs. While nobody waits, or nothing but a reply helps,
/// no timer runs. Must outlive its slots and waiters.
class rate_gate {
public:
    /// `timeout`: of one request. `store` remembers the slots over a restart and is loaded at once; null: nothing is
    /// remembered. `ban`: shared by all gates of the process; null: one of its own.
    rate_gate(asio::any_io_executor executor, std::vector<rate_limit> limits, async::time_source& time,
              std::chrono::nanoseconds timeout = std::chrono::seconds{15}, std::unique_ptr<slot_store> store = nullptr,
              std::shared_ptr<ip_ban> ban = nullptr);
    rate_gate(const rate_gate&) = delete;
    rate_gate& operator=(const rate_gate&) = delete;

    /// Waits for a slot. `request` is `METHOD PATH` without the base URL's path. Throws only when cancelled.
    asio::awaitable<slot> acquire(lane who, std::string request);
    /// The same until `give_up`: no slot by then is none. A moment in the past: only what is free at once.
    asio::awaitable<std::optional<slot>> acquire_before(lane who, std::string request, mono_time give_up);

    rate_reading reading() { return limiter_.reading(time_.now()); }

private:
    friend class slot;
    struct waiter;

    void admit();
    void after_end();
    void look_again();
    void remember(bool stored);
    asio::awaitable<void> wait(waiter& who);

    asio::any_io_executor executor_;
    rate_limiter limiter_;
    async::time_source& time_;
    std::unique_ptr<slot_store> store_;
    bool remembers_ = true; ///< false: the store fails, and a restart may not know all slots
    std::map<ticket, waiter*> waiters_;
    waiter* watcher_ = nullptr; ///< the one that sleeps until the limiter's next moment
    mono_time watched_until_{}; ///< that moment
};

} // namespace smarttrade::client
