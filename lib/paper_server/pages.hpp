#pragma once

#include <optional>
#include <vector>

#include "http/transport.hpp"
#include "paper_server/call.hpp"
#include "paper_server/keeper.hpp"
#include "paper_server/routes.hpp"
#include "trade/market_rates.hpp"

namespace smarttrade::paper_server {

// Smart trades, api.md D rows 1..15.
executed list_trades(const asked& a);
executed create_trade(const asked& a);
executed show_trade(const asked& a);
executed update_trade(const asked& a);
executed cancel_trade(const asked& a);
executed reduce_funds_info(const asked& a);
executed reduce_funds(const asked& a);
executed add_funds(const asked& a);
executed close_by_market(const asked& a);
executed force_start(const asked& a);
executed force_process(const asked& a);
executed set_note(const asked& a);
executed list_orders(const asked& a);
executed close_order(const asked& a);
executed cancel_order(const asked& a);

// Users and accounts, api.md D.5.
executed validate(const asked& a);
executed current_mode(const asked& a);
executed change_mode(const asked& a);
executed permissions_info(const asked& a);
executed list_accounts(const asked& a);
executed show_account(const asked& a);
executed load_balances(const asked& a);
executed account_table_data(const asked& a);
executed active_trading_entities(const asked& a);
executed leverage_data(const asked& a);

/// The pages that need no signature: ping, time and the market's (api.md A.3, D.5), and OPTIONS of every page. Nothing:
/// `what` is none of them.
std::optional<http::response> open_page(const paper::state& in, base::utc_time now, const call& what);

/// The kinds of leverage that a market offers (api.md D.5, V13): a spot market none.
enum class market_kind { spot, contracts };
std::vector<trade::leverage_option> leverage_options(market_kind of);

// The exchange's own pages (design.md 7).
http::response show_balances(const paper::state& in);
http::response show_requests(const memory& in);

} // namespace smarttrade::paper_server
