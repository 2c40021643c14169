#pragma once

#include <optional>
#include <vector>

#include <boost/json.hpp>

#include "service/status_report.hpp"

namespace smarttrade::service {

// What the JSON of `status` and of `plan` have in common.

boost::json::array rows_to_json(const std::vector<status_row>& rows);
/// The rows under `trades`; nothing if these are none.
std::optional<std::vector<status_row>> rows_from_json(const boost::json::object& all);

boost::json::array holds_to_json(const std::vector<hold_row>& holds);
std::vector<hold_row> holds_from_json(const boost::json::object& all); ///< those under `holds`

} // namespace smarttrade::service
