#pragma once

#include <string>

#include "paper/account.hpp"
#include "paper/event.hpp"

namespace smarttrade::paper {

/// The balances of one account, changed with a note of what was touched.
class purse {
public:
    purse(account& of, changes& touched) : of_{of}, touched_{touched} {}

    money::decimal available(const std::string& currency) const;
    void add(const std::string& currency, const money::decimal& amount);     ///< negative: takes
    void reserve(const std::string& currency, const money::decimal& amount); ///< negative: frees

private:
    balance& of(const std::string& currency);
    account& of_;
    changes& touched_;
};

} // namespace smarttrade::paper
