#pragma once

#include <string>
#include <string_view>

#include <boost/json.hpp>

namespace smarttrade::service {

/// The text of a member; empty if it is not there or no text.
std::string text_at(const boost::json::object& from, std::string_view key);

} // namespace smarttrade::service
