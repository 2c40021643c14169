#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "trade/rules.hpp"

namespace smarttrade::plan {

/// What is wrong with one trade of a file that its text alone does not show.
struct finding {
    std::string trade; ///< by name
    std::vector<trade::violation> violations;
};

/// The findings as diagnostics, each at its field: in the trade, in the defaults that it comes from, or at the nearest
/// group around it. Places of fields are not kept, they would cost more than the trades: the text, which is one that
/// was accepted, is read again, once for all. A trade that is not there is told at the begin of the file.
std::vector<base::diagnostic> locate(std::string_view text, const std::string& file, const std::vector<finding>& all);

} // namespace smarttrade::plan
