#pragma once

#include <map>
#include <string>
#include <utility>

#include "reconcile/history.hpp"
#include "reconcile/observed.hpp"

namespace smarttrade::reconcile {

/// Trades by whose tag an entry is found again, and the nonce of that tag.
using found_tags = std::map<trade::trade_identity, std::pair<trade::smart_trade_id, std::string>>;

/// Those that were seen, wear a tag of this instance, and are not in the journal. Of two that wear the same nonce it is
/// the older one: a nonce is sent once, and notes are copied.
found_tags unbound_tags(const observed& seen, const history& past, const std::string& instance);

} // namespace smarttrade::reconcile
