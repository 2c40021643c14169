#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trade/body_reader.hpp"
#include "trade/lifecycle.hpp"

namespace smarttrade::plan {

/// The `adjustments` of a trade (V34, V35), right ones only; what is wrong is reported. They do not know their places.
std::vector<trade::adjustment> read_adjustments(trade::body_reader& reader, const trade::body_field& trade);

/// A name inside one trade, of a step or an adjustment: letters as in the names of trades. Empty: wrong and reported.
std::string read_id(trade::body_reader& reader, const trade::body_field& at);

/// What the order of the entry is, as written, right or wrong: `market`, `limit`, `conditional`, or empty.
std::string_view entry_type_of(const trade::body_field& trade);
bool is_trailing_entry(const trade::body_field& trade);
bool is_true(const trade::body_field& flag);

/// The error that two fields exclude each other, told at the first with a note at the other.
void contradiction(trade::body_reader& reader, std::string_view rule, const trade::body_field& at, std::string message,
                   const trade::body_field& other);

} // namespace smarttrade::plan
