#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smarttrade::service {

/// Which leaves of two JSON documents differ, by path: `{"stop_loss.conditional.price.value", "58500->58800"}`, in the
/// order of the newer one; `-` stands for a leaf that is not there. Nothing if one of them is not JSON.
std::vector<std::pair<std::string, std::string>> changed_leaves(std::string_view before, std::string_view after);

} // namespace smarttrade::service
