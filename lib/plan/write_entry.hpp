#pragma once

#include <string>
#include <string_view>
#include <vector>

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

/// What a plan says of a step beside its order: keys to stand before the others, or a comment behind it.
struct step_words {
    std::string keys;    ///< `id: half, `
    std::string comment; ///< ` # finished`
};

/// What the exchange is asked for, from `position` on; one of `steps` for each take-profit step. `when` goes into the
/// entry's condition.
std::string write_orders(const trade::trade_request& request, const std::vector<step_words>& steps,
                         std::string_view when = {});
/// The lines from `pair` up to `position`. `note` is the user's.
std::string write_terms(const trade::trade_request& request, const std::string& note);

/// A text as YAML: plain where nothing else can be read from it, else in quotes.
std::string scalar_text(std::string_view text);

} // namespace smarttrade::plan
