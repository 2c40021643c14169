#pragma once

#include "paper/trade_record.hpp"
#include "trade/rules_update.hpp"

namespace smarttrade::paper_server {

/// A trade as the rules of a change see it: what the API shows of it, so that a client that sends back what it read
/// changes nothing. Cancelled steps are not shown and are not in it.
trade::update_context standing(const paper::trade_record& of);

} // namespace smarttrade::paper_server
