#pragma once

#include <vector>

#include <boost/asio/awaitable.hpp>

#include "async/time_source.hpp"
#include "config/settings.hpp"
#include "service/account_port.hpp"
#include "service/doctor.hpp"

namespace smarttrade::service {

/// The part of doctor that asks the exchange: whether it answers, its clock, what each key may do, what each account
/// is. Changes nothing there: one request, one more a key and one an account, in the lane that gives way to all others,
/// none of them repeated. Ends within a minute. `accounts`: in the order of the configuration, at least one.
boost::asio::awaitable<std::vector<finding>>
examine_exchange(const config::settings& settings, const std::vector<account_port>& accounts, async::time_source& time);

} // namespace smarttrade::service
