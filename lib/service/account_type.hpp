#pragma once

#include <string>

#include "trade/account.hpp"

namespace smarttrade::service {

/// Why nothing may be written to an account that its `mode` does not fit; empty: it fits. The account's id decides
/// whether real money moves, whatever Forced-Mode says (api.md A.7), so `paper` wants an account that says it is a
/// simulator, and `real` one that says it is something else. One that says nothing, or both, fits neither.
std::string contradiction(trade::account_mode mode, const trade::account& of);

} // namespace smarttrade::service
