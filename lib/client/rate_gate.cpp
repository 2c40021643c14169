#include "client/rate_gate.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "base/assert.hpp"

namespace smarttrade::client {

/// One coroutine in acquire(), from asking to its slot. Leaving without a slot gives back whatever it had.
struct rate_gate::waiter {
    waiter(rate_gate& at, ticket mine, mono_time until)
        : gate{at}, id{mine}, give_up{until}, parked{at.executor_, mono_time::max()} {
        gate.waiters_.emplace(id, this);
    }
    waiter(const waiter&) = delete;
    waiter& operator=(const waiter&) = delete;
    ~waiter() {
        gate.waiters_.erase(id);
        if (gate.watcher_ == this) gate.watcher_ = nullptr;
        if (!taken) gate.limiter_.not_sent(id);
        if (admitted && !taken) gate.remember(!gate.store_ || gate.store_->forget(id));
        gate.after_end();
    }
    void wake() {
        woken = true;
        parked.cancel();
    }

    rate_gate& gate;
    ticket id;
    mono_time give_up;
    asio::steady_timer parked; // never expires
    bool admitted = false;     // holds its slots
    bool taken = false;        // they are a slot object now
    bool woken = false;
};

namespace {

asio::awaitable<void> park(asio::steady_timer& timer, const bool& woken) {
    if (!woken) co_await timer.async_wait(async::nothrow);
}

} // namespace

rate_gate::rate_gate(asio::any_io_executor executor, std::vector<rate_limit> limits, async::time_source& time,
                     std::chrono::nanoseconds timeout, std::unique_ptr<slot_store> store, std::shared_ptr<ip_ban> ban)
    : executor_{std::move(executor)}, limiter_{std::move(limits), timeout, ban ? ban : std::make_shared<ip_ban>()},
      time_{time}, store_{std::move(store)} {
    if (!store_) return;
    const auto now = time_.now();
    const auto found = store_->load(now);
    const bool was_doubtful = found.how == left_behind::trust::doubtful;
    limiter_.restore(found.memory, now);
    if (was_doubtful) limiter_.assume_full(now);
    remembers_ = store_->replace(limiter_.memory(now));
    // Those before us may have left slots that could not be written down either.
    if (!remembers_ && !was_doubtful) limiter_.assume_full(now);
}

asio::awaitable<slot> rate_gate::acquire(lane who, std::string request) {
    auto got = co_await acquire_before(who, std::move(request), mono_time::max());
    SMARTTRADE_ASSERT(got);
    co_return std::move(*got);
}

asio::awaitable<std::optional<slot>> rate_gate::acquire_before(lane who, std::string request, mono_time give_up) {
    waiter me{*this, limiter_.ask(who, request, time_.now()), give_up};
    for (;;) {
        me.woken = false;
        if (!me.admitted) admit();
        if (me.admitted || time_.now() >= give_up) break;
        co_await wait(me);
    }
    if (!me.admitted) co_return std::nullopt;
    me.taken = true;
    co_return slot{*this, me.id};
}

/// Until woken or out of time; the watcher also until the limiter's next moment.
asio::awaitable<void> rate_gate::wait(waiter& who) {
    using namespace asio::experimental::awaitable_operators;
    auto until = who.give_up;
    if (watcher_ && watcher_ != &who) {
        look_again(); // who joins may have an earlier moment than those the watcher knew of
    } else {
        watcher_ = &who;
        watched_until_ = limiter_.next_admission(time_.now());
        until = std::min(until, watched_until_);
    }
    if (until == mono_time::max())
        co_await park(who.parked, who.woken);
    else
        co_await (time_.sleep_until(until) || park(who.parked, who.woken));
}

void rate_gate::admit() {
    if (!remembers_) remember(false); // it may be writable again
    const auto write_down = [this](const held_slot& one) {
        remembers_ = remembers_ && (!store_ || store_->take(one, time_.now() - limiter_.hold_max()));
        return remembers_;
    };
    for (const auto& one : limiter_.admit(time_.now(), write_down)) {
        const auto asked = waiters_.find(one.id);
        SMARTTRADE_ASSERT(asked != waiters_.end());
        asked->second->admitted = true;
        asked->second->wake();
    }
}

void rate_gate::after_end() {
    admit();
    look_again();
}

/// The limiter's next moment may have changed, or the watcher has left.
void rate_gate::look_again() {
    if (watcher_) {
        if (limiter_.next_admission(time_.now()) < watched_until_) watcher_->wake();
    } else if (!waiters_.empty()) {
        waiters_.begin()->second->wake();
    }
}

/// After a failure the store is behind, so the next word to it is everything at once.
void rate_gate::remember(bool stored) {
    if (!store_) return;
    remembers_ = remembers_ && stored;
    if (remembers_) return;
    remembers_ = store_->replace(limiter_.memory(time_.now()));
    if (remembers_) limiter_.all_remembered();
}

slot::slot(slot&& other) noexcept : gate_{std::exchange(other.gate_, nullptr)}, id_{other.id_}, left_{other.left_} {}

slot::~slot() {
    if (!gate_) return;
    if (left_)
        lost();
    else
        not_sent();
}

bool slot::may_leave() const { return gate_->limiter_.may_leave(id_, gate_->time_.now()); }

void slot::leaves() {
    left_ = true;
    gate_->limiter_.left(id_, gate_->time_.now());
}

void slot::not_sent() {
    auto& gate = *std::exchange(gate_, nullptr);
    gate.limiter_.not_sent(id_);
    gate.remember(!gate.store_ || gate.store_->forget(id_));
    gate.after_end();
}

void slot::replied() {
    auto& gate = *std::exchange(gate_, nullptr);
    const auto settled_at = gate.limiter_.replied(id_, gate.time_.now());
    gate.remember(!gate.store_ || gate.store_->settle(id_, settled_at));
    gate.after_end();
}

void slot::lost() {
    auto& gate = *std::exchange(gate_, nullptr);
    const auto settled_at = gate.limiter_.lost(id_, gate.time_.now());
    gate.remember(!gate.store_ || gate.store_->settle(id_, settled_at));
    gate.after_end();
}

void slot::throttled(std::chrono::nanoseconds retry_after) {
    auto& gate = *gate_;
    for (const auto& one : gate.limiter_.throttled(id_, gate.time_.now(), retry_after))
        gate.remember(!gate.store_ || gate.store_->keep(one));
    replied();
}

void slot::banned(std::chrono::nanoseconds retry_after) {
    auto& gate = *gate_;
    for (const auto& one : gate.limiter_.banned(gate.time_.now(), retry_after))
        gate.remember(!gate.store_ || gate.store_->keep(one));
    replied();
}

} // namespace smarttrade::client
