#pragma once

#include "http/transport.hpp"
#include "paper/state.hpp"
#include "paper_server/call.hpp"
#include "trade/vocabulary.hpp"

namespace smarttrade::paper_server {

/// Whether an account is seen in a mode: paper accounts in paper mode, the others in real mode (api.md A.7).
bool is_of_mode(const paper::account& account, trade::account_mode mode);

/// GET /v2/smart_trades with every filter, order and page of api.md D.1. Without `account_id` only accounts of the mode
/// are looked at, so the wrong mode answers 200 with an empty array (A.7). Pages after the first begin `missed` rows
/// too late.
http::response list_page(const paper::state& in, const call& what, trade::account_mode mode, std::size_t missed = 0);

} // namespace smarttrade::paper_server
