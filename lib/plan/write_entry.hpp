#pragma once

#include <string>
#include <string_view>

#include "trade/smart_trade.hpp"
#include "trade/trade_request.hpp"

namespace smarttrade::plan {

/// One entry of a plan: its name and how it is to be adopted.
struct entry_head {
    std::string name;
    int revision = 1;
    std::string note; ///< the user's; empty: none
};

/// The entry as lines of a plan, two spaces in, in short forms. `of` tells the id, and beside each step that it ended.
std::string write_entry(const entry_head& head, const trade::trade_request& request, const trade::smart_trade& of);

/// A text as YAML: plain where nothing else can be read from it, else in quotes.
std::string scalar_text(std::string_view text);

} // namespace smarttrade::plan
