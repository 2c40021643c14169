#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trade/account.hpp"
#include "wire/json_document.hpp"

namespace smarttrade::wire {

/// An account of /ver1/accounts (api.md D.5). Unreadable only without an id.
reading<trade::account> read_account(std::string_view json);
reading<std::vector<trade::account>> read_accounts(std::string_view json); ///< a bare JSON array
std::string write_account(const trade::account& account);
std::string write_accounts(const std::vector<trade::account>& accounts);

/// account_table_data: a bare array. The API writes its amounts as numbers; a balance without a currency is unreadable.
reading<std::vector<trade::balance>> read_balances(std::string_view json);
std::string write_balances(const std::vector<trade::balance>& balances);

/// active_trading_entities: `{"data":{"active_smart_trades_count":3,...}}`.
reading<trade::active_counts> read_active_counts(std::string_view json);
std::string write_active_counts(const trade::active_counts& counts);

} // namespace smarttrade::wire
