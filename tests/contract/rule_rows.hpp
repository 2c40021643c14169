#pragma once

#include <string>
#include <vector>

#include "contract/desk.hpp"

namespace smarttrade::contract {

/// One rule of api.md G: requests that break it, each the smallest change of one that does not, and the nearest that
/// does not break it.
struct rule_row {
    std::string name;   ///< begins with the rule, `V16: `
    std::string blamed; ///< a part of the field's name that the refusal must hold; empty: whatever it says
    edits base;         ///< what all requests of the row share
    std::vector<edits> broken, kept;
    int status = 400; ///< of the refusals: 400 parameters, 422 the market's limits
};

/// Posts every request of the rows on a pair of its own. The running case's name has to claim just their rules.
void check_rules(const std::vector<rule_row>& rows, market kind = market::spot);

} // namespace smarttrade::contract
