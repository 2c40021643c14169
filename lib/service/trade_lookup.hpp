#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/operator_port.hpp"

namespace smarttrade::service {

/// The trade that NAME means, or why there is none: a sentence that ends in what to type.
struct lookup {
    std::optional<named_trade> found;
    std::string why;
};

/// NAME means the trade in the plans, else the one on `account` (design.md 4). `account` empty: not given. `command` is
/// what the person typed before the name, for the answer: `close`.
lookup find_trade(const std::vector<named_trade>& all, const std::vector<std::string>& accounts,
                  const std::string& name, const std::string& account, std::string_view command);

/// Empty if this is an account of the configuration, else why not.
std::string refuse_account(const std::vector<std::string>& accounts, const std::string& account);

/// `no trade 'btc-swng', did you mean 'btc-swing'`
std::string unknown_name(std::string_view name, const std::vector<std::string_view>& known);

/// Whether `name` is of the form `pattern`: * for any letters, ? for one, [..] for one of a set.
bool matches(const std::string& pattern, const std::string& name);

} // namespace smarttrade::service
