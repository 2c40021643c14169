#pragma once

#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "async/wakeup.hpp"
#include "service/operator_port.hpp"

namespace smarttrade::daemon {

namespace asio = boost::asio;

/// SIGHUP and `smarttraded reload`, one after the other, however many come: whoever asks while one is under way shares
/// the next.
class reload_rounds {
public:
    using reloading = std::function<asio::awaitable<service::operator_answer>()>;
    reload_rounds(asio::any_io_executor ex, async::time_source& time, reloading work);

    void ask();                                          ///< for SIGHUP: nobody waits for the verdict
    asio::awaitable<service::operator_answer> verdict(); ///< of a round that begins after this call
    asio::awaitable<void> run();                         ///< works until cancelled

private:
    struct round {
        explicit round(asio::any_io_executor ex) : ended{std::move(ex)} {}
        async::latch ended;
        service::operator_answer verdict;
    };
    asio::any_io_executor ex_;
    async::time_source& time_;
    reloading work_;
    async::wakeup asked_;
    std::shared_ptr<round> next_; ///< null: nobody has asked
};

} // namespace smarttrade::daemon
