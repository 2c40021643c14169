#pragma once

#include <set>
#include <string>
#include <vector>

#include "system/exchange_process.hpp"

namespace smarttrade::test {

/// What three books say of the same trades: the exchange's, the daemon's journal, and the plans.
struct books {
    std::size_t existing = 0;   ///< trades there ever were
    std::size_t attempts = 0;   ///< creates the journal intended
    std::size_t duplicates = 0; ///< of them, beyond the first of their name and revision
    std::size_t lost = 0;       ///< planned names without a trade
    exchange_truth truth;
    std::vector<std::string> wrong; ///< everything that should not be, in words
};

/// `journal`: the file, while nobody writes it.
books books_of(const exchange_process& exchange, const std::string& journal, const std::set<std::string>& planned);

} // namespace smarttrade::test
