#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include "trade/outcome.hpp"

namespace smarttrade::trade {

/// value() on a failed api_result throws std::runtime_error with its message. Stands in this namespace because it is
/// found by argument-dependent lookup.
[[noreturn]] void throw_exception_from_error(const request_failure& failure, const boost::source_location& where);

} // namespace smarttrade::trade

namespace smarttrade::client {

template <class T> using api_result = boost::system::result<T, trade::request_failure>;

} // namespace smarttrade::client
