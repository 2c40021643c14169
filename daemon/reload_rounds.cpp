#include "reload_rounds.hpp"

#include <utility>

namespace smarttrade::daemon {

reload_rounds::reload_rounds(asio::any_io_executor ex, async::time_source& time, reloading work)
    : ex_{ex}, time_{time}, work_{std::move(work)}, asked_{std::move(ex)} {}

void reload_rounds::ask() {
    if (!next_) next_ = std::make_shared<round>(ex_);
    asked_.notify();
}

asio::awaitable<service::operator_answer> reload_rounds::verdict() {
    ask();
    const auto mine = next_;
    co_await mine->ended.wait();
    co_return mine->verdict;
}

asio::awaitable<void> reload_rounds::run() {
    for (;;) {
        co_await asked_.wait_until(time_, async::mono_time::max());
        const auto current = std::exchange(next_, nullptr);
        if (!current) continue;
        auto verdict = co_await work_();
        current->verdict = std::move(verdict);
        current->ended.set();
    }
}

} // namespace smarttrade::daemon
