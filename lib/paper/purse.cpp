#include "paper/purse.hpp"

#include "base/assert.hpp"

namespace smarttrade::paper {

using money::decimal;

balance& purse::of(const std::string& currency) {
    touched_.balances.emplace_back(of_.id, currency);
    return of_.balances[currency];
}

decimal purse::available(const std::string& currency) const {
    const auto found = of_.balances.find(currency);
    return found == of_.balances.end() ? decimal{} : found->second.available();
}

void purse::add(const std::string& currency, const decimal& amount) {
    auto& changed = of(currency);
    changed.total = changed.total + amount;
}

void purse::reserve(const std::string& currency, const decimal& amount) {
    auto& changed = of(currency);
    changed.reserved = changed.reserved + amount;
    SMARTTRADE_ASSERT(changed.reserved.sign() >= 0);
}

} // namespace smarttrade::paper
