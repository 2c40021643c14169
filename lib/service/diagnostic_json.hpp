#pragma once

#include <vector>

#include <boost/json.hpp>

#include "base/diagnostic.hpp"

namespace smarttrade::service {

/// `{file, line, column, severity, rule, message, notes}` of each, as `check --json` and `plan --json` have them.
boost::json::array diagnostics_to_json(const std::vector<base::diagnostic>& all);
/// Those under `diagnostics`; what is none is passed over.
std::vector<base::diagnostic> diagnostics_from_json(const boost::json::object& all);

} // namespace smarttrade::service
