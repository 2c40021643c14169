#include "http/pool.hpp"

#include <boost/asio/error.hpp>

#include "async/wakeup.hpp"

namespace smarttrade::http {

/// Stands in line while it lives. Called up, it owns a place until that is taken from it.
struct pool::waiter {
    explicit waiter(pool& of) : line{of.line_}, spot{line.insert(line.end(), this)}, called{of.ex_} {}
    ~waiter() {
        if (!called.is_set()) line.erase(spot);
    }
    waiter(const waiter&) = delete;
    waiter& operator=(const waiter&) = delete;

    void call_up(place granted) {
        line.erase(spot);
        turn = std::move(granted);
        called.set();
    }

    std::list<waiter*>& line;
    std::list<waiter*>::iterator spot;
    async::latch called;
    place turn;
};

pool::place pool::try_enter() {
    if (!line_.empty() || taken_ >= max_) return {};
    ++taken_;
    return place{this};
}

asio::awaitable<boost::system::result<pool::place>> pool::enter() {
    auto free = try_enter();
    if (free) co_return free;
    waiter self{*this};
    co_await self.called.wait();
    if (!self.called.is_set()) co_return async::error_code{asio::error::operation_aborted};
    co_return std::move(self.turn);
}

void pool::pass_on() {
    if (line_.empty())
        --taken_;
    else
        line_.front()->call_up(place{this});
}

std::unique_ptr<connection> pool::take_idle(async::mono_time now) {
    for (; !idle_.empty() && now - idle_.front().since > idle_max; idle_.pop_front()) idle_.front().on->say_goodbye();
    while (!idle_.empty()) {
        auto newest = std::move(idle_.back().on);
        idle_.pop_back();
        if (newest->is_quiet()) return newest;
        newest->say_goodbye();
    }
    return nullptr;
}

void pool::keep(std::unique_ptr<connection> on, async::mono_time now) { idle_.push_back({std::move(on), now}); }

void pool::close_idle() {
    for (const auto& one : idle_) one.on->say_goodbye();
    idle_.clear();
}

} // namespace smarttrade::http
