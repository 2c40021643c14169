#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/utc_time.hpp"
#include "trade/trade_request.hpp"
#include "trade/trade_update.hpp"

namespace smarttrade::wire {

/// One call of the API. `path` is without the base URL's own (`/v2/smart_trades/1`); `query` and `body` are the very
/// bytes that are signed and sent (api.md A.4). Never both a query and a body.
struct api_request {
    std::string method;
    std::string path;
    std::string query;     ///< percent-encoded, without the `?`
    std::string body;      ///< JSON, or empty
    bool is_signed = true; ///< false: the API wants neither key nor signature (api.md D.5)
};

/// Which call of the API it is, without what it is about: `GET /v2/smart_trades/{id}`. There are as many as the API
/// has.
std::string endpoint_of(const api_request& what);

/// GET /v2/smart_trades (api.md D.1), always in `created_at desc`, so that nothing moves between pages but by creation.
struct list_query {
    trade::account_id account;
    std::string_view status = "active"; ///< all, active, finished, successfully_finished, cancelled, failed
    std::optional<trade::pair> pair{};
    std::optional<base::utc_time> from{};       ///< created at or after
    std::optional<base::utc_time> to{};         ///< created at or before
    std::optional<std::string> base{}, quote{}; ///< currencies
    std::optional<trade::trade_type> type{};
    int page = 1; ///< from 1
    static constexpr int per_page = 100;
};

// Smart trades (api.md D.1 to D.4). Each answers with the entity unless said otherwise.
api_request list_trades(const list_query& query); ///< a list of entities
api_request create_trade(const trade::trade_request& body);
api_request get_trade(trade::smart_trade_id id);
api_request update_trade(trade::smart_trade_id id, const trade::trade_update& body);
api_request cancel_trade(trade::smart_trade_id id);
/// max_reduce_funds_amount. Docs and seed name two verbs: ask by GET and, when that is not there, by POST (api.md D.6).
api_request reduce_funds_info(trade::smart_trade_id id);
api_request reduce_funds_info_by_post(trade::smart_trade_id id);
api_request reduce_funds(trade::smart_trade_id id, const trade::funds_order& body);
api_request add_funds(trade::smart_trade_id id, const trade::funds_order& body);
api_request close_by_market(trade::smart_trade_id id);
api_request force_start(trade::smart_trade_id id);
api_request force_process(trade::smart_trade_id id);
api_request set_note(trade::smart_trade_id id, std::string_view note); ///< 1..300 characters (V32)
api_request list_sub_trades(trade::smart_trade_id id);                 ///< a list of sub-trades (api.md E.3)
api_request close_sub_trade(trade::smart_trade_id id, trade::sub_trade_id which);
api_request cancel_sub_trade(trade::smart_trade_id id, trade::sub_trade_id which);

// Neighbours (api.md D.5). Unsigned where said.
api_request ping();        ///< unsigned
api_request server_time(); ///< unsigned
api_request validate();
api_request current_mode();
/// Switches what the user's browser shows as well: prefer Forced-Mode.
api_request change_mode(trade::account_mode to);
api_request permissions_info();
api_request list_accounts(int page = 1); ///< a list of accounts of the mode asked in, 100 a page
api_request get_account(trade::account_id id);
api_request load_balances(trade::account_id id);      ///< the account, refreshed
api_request account_table_data(trade::account_id id); ///< a list of balances
api_request active_trading_entities(trade::account_id id);
api_request leverage_data(trade::account_id id, const trade::pair& pair);
api_request market_list();                              ///< unsigned
api_request market_pairs(std::string_view market_code); ///< unsigned; a list of pairs
/// Bid, ask, last and the limits of a pair; unsigned.
api_request currency_rates(std::string_view market_code, const trade::pair& pair);
api_request currency_rates_with_leverage_data(std::string_view market_code, const trade::pair& pair); ///< unsigned

} // namespace smarttrade::wire
