#pragma once

#include <vector>

#include "golden/day.hpp"

namespace smarttrade::golden {

/// The day of tests/golden/log: lived through once, for all tests.
const std::vector<told_line>& the_day();

} // namespace smarttrade::golden
