#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/utc_time.hpp"
#include "trade/trade_request.hpp"

namespace smarttrade::wire {

/// One call of the API. `path` is without the base URL's own (`/v2/smart_trades/1`); `query` and `body` are the very
/// bytes that are signed and sent (api.md A.4). Never both a query and a body.
struct api_request {
    std::string method;
    std::string path;
    std::string query; ///< percent-encoded, without the `?`
    std::string body;  ///< JSON, or empty
};

/// GET /v2/smart_trades (api.md D.1), always in `created_at desc`, so that nothing moves between pages but by creation.
struct list_query {
    trade::account_id account;
    std::string_view status = "active"; ///< all, active, finished, ...
    std::optional<trade::pair> pair{};
    std::optional<base::utc_time> from{}; ///< created at or after
    int page = 1;                         ///< from 1
    static constexpr int per_page = 100;
};

api_request list_trades(const list_query& query);
api_request create_trade(const trade::trade_request& body);
api_request get_trade(trade::smart_trade_id id);
api_request cancel_trade(trade::smart_trade_id id);
/// Bid, ask, last and the limits of a pair (api.md D.5); unsigned.
api_request currency_rates(std::string_view market_code, const trade::pair& pair);
api_request get_account(trade::account_id id);

} // namespace smarttrade::wire
