#pragma once

#include <string_view>

#include "plan/default_use.hpp"
#include "plan/plan_file.hpp"
#include "plan/problems.hpp"
#include "yaml/node.hpp"

namespace smarttrade::plan {

/// One trade of a file whose expanded defaults are `defaults`; `source` is the file's text. What is wrong with it is
/// told, and it is then without a request.
draft read_trade(yaml::member member, const yaml::node& defaults, default_use& used, std::string_view source,
                 problems& told);

} // namespace smarttrade::plan
