#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace smarttrade::trade {

/// Is this a number as a plan writes it: digits and perhaps a point, without leading zeros, sign or exponent?
bool is_plain_number(std::string_view text);

/// How a number that is written in another way should be written: `1_000` and `1,000` -> `1000`, `1e-5` -> `0.00001`,
/// `010` -> `10`, `.5` -> `0.5`, `+3` -> `3`, `0,01` -> `0.01`, `58 000` and `58k` -> `58000`, `$5` and `5 USD` -> `5`,
/// `%5` -> `5%`. Nothing where that would be a guess.
std::optional<std::string> wanted_spelling(std::string_view text);

} // namespace smarttrade::trade
