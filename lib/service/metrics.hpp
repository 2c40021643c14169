#pragma once

#include <string>
#include <string_view>

#include "service/meters.hpp"
#include "service/readings.hpp"

namespace smarttrade::service {

/// The body of /metrics: the families of design.md 9, in that order. Labels are words of the product, the templates of
/// the API's calls, and names of the configuration: never a trade's. What is of one account or key carries its name
/// where there are several.
std::string metrics_page(const service_readings& now, const meters& counted, std::string_view version);

} // namespace smarttrade::service
