#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "money/amount.hpp"
#include "trade/vocabulary.hpp"
#include "wire/json_document.hpp"

namespace smarttrade::wire {

// The small answers of the API (api.md D.4, D.5), each as what it says.

/// reduce_funds_info: `{"max_reduce_funds_amount":"28.819532219570405727923627685"}`, every decimal kept: cut it to the
/// lot step before use (api.md H.14).
reading<money::quantity> read_reduce_funds_info(std::string_view json);
std::string write_reduce_funds_info(const money::quantity& max);

/// time: `{"server_time":1700000000}`.
reading<std::chrono::sys_seconds> read_server_time(std::string_view json);
std::string write_server_time(std::chrono::sys_seconds now);

/// validate: `{"valid":true}`. A refusal is a 401 and never gets here.
reading<bool> read_valid(std::string_view json);
std::string write_valid(bool valid);

/// ping: `{"pong":"pong"}`; the text is not documented, so any counts.
reading<std::string> read_pong(std::string_view json);
std::string write_pong();

/// current_mode and change_mode. Their shape is not documented: a `mode` or `current_mode` member or a bare word.
reading<trade::account_mode> read_mode(std::string_view json);
std::string write_mode(trade::account_mode mode);

/// permissions_info: the names of the key's permissions (`SMART_TRADES_READ`, api.md A.3). Its shape is not documented:
/// a list of words, alone or as the member `permissions`, or an object of flags.
reading<std::vector<std::string>> read_permissions(std::string_view json);
std::string write_permissions(const std::vector<std::string>& names);

} // namespace smarttrade::wire
