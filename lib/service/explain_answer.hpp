#pragma once

#include "service/operator_desk.hpp"

namespace smarttrade::service {

/// `explain NAME` on the control socket: within look_max. Throws only when cancelled.
asio::awaitable<control_answer> explain_answer(operator_port& port, async::time_source& time, control_request what);

} // namespace smarttrade::service
