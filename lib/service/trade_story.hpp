#pragma once

#include <string>
#include <vector>

#include "service/log_event.hpp"
#include "trade/smart_trade.hpp"

namespace smarttrade::service {

/// What happened to a trade between two sightings of it, as a trader tells it: entry, steps taken, stop moved, end.
/// `before` null: seen for the first time. Nothing if the two tell the same story.
std::vector<log_event> story(const std::string& name, const trade::smart_trade* before,
                             const trade::smart_trade& after);

} // namespace smarttrade::service
