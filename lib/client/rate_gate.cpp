#include "client/rate_gate.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "base/assert.hpp"

namespace smarttrade::client {

/// One coroutine in acquire(), from asking to its slot. Leaving without a slot gives back whatever it had.
struct rate_gate::waiter {
    waiter(rate_gate& at, ticket mine) : gate{at}, id{mine}, parked{at.executor_, mono_time::max()} {
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
    was_doubtful_ = found.how == left_behind::trust::doubtful;
    limiter_.restore(found.memory, now);
    if (was_doubtful_) limiter_.assume_full(now);
    remembers_ = store_->replace(limiter_.memory(now));
    // Those before us may have left slots that could not be written down either.
    if (!remembers_ && !was_doubtful_) limiter_.assume_full(now);
}

asio::awaitable<slot> rate_gate::acquire(lane who, std::string request) {
    waiter me{*this, limiter_.ask(who, request, time_.now())};
    for (;;) {
        me.woken = false;
        admit();
        if (me.admitted) break;
        co_await wait(me);
    }
    me.taken = true;
    co_return slot{*this, me.id, std::move(request)};
}

/// Until woken; the watcher also until the limiter's next moment.
asio::awaitable<void> rate_gate::wait(waiter& who) {
    using namespace asio::experimental::awaitable_operators;
    if (!watcher_) watcher_ = &who;
    const auto next = watcher_ == &who ? limiter_.next_admission(time_.now()) : mono_time::max();
    if (next == mono_time::max())
        co_await park(who.parked, who.woken);
    else
        co_await (time_.sleep_until(next) || park(who.parked, who.woken));
}

rate_gate::budget_reading rate_gate::budget() {
    const auto all = usages();
    const auto general = std::ranges::find(all, std::string{}, &rate_limiter::usage::match);
    if (general != all.end()) return {general->used, general->requests};
    return all.empty() ? budget_reading{} : budget_reading{all.front().used, all.front().requests};
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

/// Something came free, or the watcher left: whoever watches looks again.
void rate_gate::after_end() {
    admit();
    if (watcher_)
        watcher_->wake();
    else if (!waiters_.empty())
        waiters_.begin()->second->wake();
}

/// After a failure the store is behind, so the next word to it is everything at once.
void rate_gate::remember(bool stored) {
    if (!store_) return;
    remembers_ = remembers_ && stored;
    if (remembers_) return;
    remembers_ = store_->replace(limiter_.memory(time_.now()));
    if (remembers_) limiter_.all_remembered();
}

slot::slot(rate_gate& gate, ticket id, std::string request) : gate_{&gate}, id_{id}, request_{std::move(request)} {}

slot::slot(slot&& other) noexcept
    : gate_{std::exchange(other.gate_, nullptr)}, id_{other.id_}, request_{std::move(other.request_)},
      left_{other.left_} {}

slot::~slot() {
    if (!gate_) return;
    if (left_)
        lost();
    else
        not_sent();
}

void slot::leaves() { left_ = true; }

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
    for (const auto& one : gate.limiter_.throttled(request_, gate.time_.now(), retry_after))
        gate.remember(!gate.store_ || gate.store_->keep(one));
    replied();
}

void slot::banned(std::chrono::nanoseconds retry_after) {
    auto& gate = *gate_;
    const auto whole = gate.limiter_.banned(gate.time_.now(), retry_after);
    gate.remember(!gate.store_ || gate.store_->keep(whole));
    replied();
}

} // namespace smarttrade::client
