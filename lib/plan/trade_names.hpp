#pragma once

#include <set>
#include <string>
#include <string_view>

#include "trade/smart_trade.hpp"

namespace smarttrade::plan {

/// Gives names to trades that have none in the plans yet; no name twice.
class trade_names {
public:
    explicit trade_names(std::set<std::string> taken) : taken_{std::move(taken)} {}

    bool is_taken(const std::string& name) const { return taken_.contains(name); }
    void take(const std::string& name) { taken_.insert(name); }
    /// From its note, if that makes a name (`swing, weekly` -> `swing-weekly`), else `btc-usdt-smart-trade-1`.
    std::string name_for(const trade::smart_trade& of, std::string_view note);

private:
    std::set<std::string> taken_;
};

} // namespace smarttrade::plan
