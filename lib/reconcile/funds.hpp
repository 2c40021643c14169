#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "reconcile/living.hpp"

namespace smarttrade::reconcile {

inline bool is_funds(std::string_view word) { return word == "add_funds" || word == "reduce_funds"; }

/// Where the trade stands while the outcome of a move of funds is unknown; asks for what settles it.
standing settle_funds(living_trade& of, const write_attempt& unknown);

/// Adjustments, once only and in order (design.md 4): the next one is sent, one under way is followed by the orders of
/// the trade. Nothing: all are done, or there are none.
std::optional<standing> move_funds(living_trade& of, const trade::desired_trade& wanted);

} // namespace smarttrade::reconcile
