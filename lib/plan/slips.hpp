#pragma once

#include "plan/problems.hpp"
#include "yaml/node.hpp"

namespace smarttrade::plan {

/// Slips that YAML takes for something else without a word, each told in its own words and then read as it was meant,
/// so that it is one mistake and not three:
/// `{price: 60,000}` is a price of 60 and a key `000`; `{price:61000}` is a key without a value; a stop's `price` alone
/// is the price of its limit order, not its trigger.
void mend_slips(yaml::node& value, problems& told);
void mend_stop_price(yaml::node& trade, problems& told); ///< once the defaults are in

/// `note: swing #2`: the text behind the # is a comment. A warning: it may be meant.
void warn_of_lost_text(const yaml::node& value, std::string_view key, std::string_view source, problems& told);

} // namespace smarttrade::plan
