#pragma once

#include <chrono>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "async/time_source.hpp"
#include "service/control_protocol.hpp"
#include "service/operator_port.hpp"
#include "service/peer.hpp"

namespace smarttrade::service {

/// How long one waits for a verdict. Then the answer is `pending`, for the command line as much as refused (exit 1):
/// what was ordered goes on, but that it was done cannot be said.
inline constexpr std::chrono::seconds verdict_max{35};
/// For what reads an account: plan, import and doctor.
inline constexpr std::chrono::seconds look_max{60};

/// Takes the requests of the control socket to the service: who may, which trade is meant, how it ended. `port` and
/// `time` must outlive it.
class operator_desk {
public:
    operator_desk(operator_port& port, async::time_source& time) : port_{port}, time_{time} {}

    /// One request line, one answer line. Throws only when cancelled.
    asio::awaitable<std::string> answer(std::string line, peer who);

private:
    asio::awaitable<control_answer> obey(control_request what);
    asio::awaitable<control_answer> order(operator_word word, control_request what);
    asio::awaitable<control_answer> close_all(control_request what);
    asio::awaitable<control_answer> confirm(control_request what);
    asio::awaitable<control_answer> plan(control_request what);
    asio::awaitable<control_answer> doctor();
    asio::awaitable<control_answer> explain(control_request what);
    asio::awaitable<control_answer> import(control_request what);
    asio::awaitable<control_answer> judge(asio::awaitable<operator_answer> word, std::string look);
    control_answer holds() const;

    operator_port& port_;
    async::time_source& time_;
};

} // namespace smarttrade::service
