#pragma once

#include <variant>
#include <vector>

#include "http/transport.hpp"
#include "paper/event.hpp"
#include "paper_server/call.hpp"
#include "paper_server/keeper.hpp"
#include "trade/vocabulary.hpp"

namespace smarttrade::paper_server {

// GET /ver1/accounts, /ver1/accounts/{id}, /ver1/accounts/currency_rates (api.md D.5).
http::response list_accounts(const paper::state& in, const call& what, trade::account_mode mode);
http::response show_account(const paper::account& account);
http::response currency_rates(const paper::state& in, const call& what);

// The exchange's own pages (design.md 7).
http::response show_balances(const paper::state& in);
http::response show_requests(const memory& in);

/// One entry of POST /paper/ticks: the clock moves by `advance`, then the prices are set.
struct posted_tick {
    std::chrono::milliseconds advance{};
    paper::tick prices; ///< `now` is not set
};
/// Every tick of the body, or what is wrong with it in one line.
std::variant<std::vector<posted_tick>, std::string> read_ticks(std::string_view body);

} // namespace smarttrade::paper_server
