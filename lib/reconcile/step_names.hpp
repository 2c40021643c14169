#pragma once

#include <string>
#include <utility>
#include <vector>

#include "reconcile/deciding.hpp"
#include "reconcile/differences.hpp"

namespace smarttrade::reconcile {

/// The plan's names of steps and what they are on the exchange.
using step_ids = std::vector<std::pair<std::string, trade::sub_trade_id>>;

/// The plan's name of the step at this place.
std::string step_name(const wish& w, std::size_t place);

/// Steps of the trade that are not journaled.
std::vector<trade::smart_trade::step_view> new_steps(const trade_history& past, const trade::smart_trade& entity);

/// Those that are journaled and, of the new ones, which they are of the plan: those that look like it, the others in
/// their order. `target`: the plan's steps as they should stand now.
step_ids match_new_steps(const wish& w, const trade_history& past, std::vector<trade::smart_trade::step_view> fresh,
                         const std::vector<trade::take_profit_step>& target, const sameness& same);

} // namespace smarttrade::reconcile
