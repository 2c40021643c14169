#pragma once

#include "yaml/problems.hpp"

namespace smarttrade::plan {

using yaml::problems;

} // namespace smarttrade::plan
