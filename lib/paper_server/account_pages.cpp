#include <algorithm>

#include "paper/engine.hpp"
#include "paper_server/listing.hpp"
#include "paper_server/pages.hpp"
#include "paper_server/parameters.hpp"
#include "wire/account.hpp"
#include "wire/market_rates.hpp"

namespace smarttrade::paper_server {

namespace {

trade::account told(const paper::account& of) {
    const bool contracts = of.type == "binance_futures";
    trade::account made;
    made.id = of.id;
    made.name = of.name;
    made.type = of.type;
    made.market = of.market;
    made.exchange_name = of.market;
    made.market_code = of.type;
    made.smart_trading_supported = made.smart_selling_supported = made.trading_supported = true;
    made.market_buy_supported = made.market_sell_supported = made.conditional_buy_supported = true;
    made.is_locked = made.api_key_invalid = false;
    made.api_keys_state = "ok";
    made.supported_market_types = {contracts ? "futures" : "spot"};
    return made;
}

const paper::account* find_account(const asked& a) {
    const auto& accounts = a.floor.state().accounts;
    const auto found = accounts.find(trade::account_id{a.ids[0]});
    return found == accounts.end() ? nullptr : &found->second;
}

/// Every entity of ver1 that is not there is told so (api.md C.3).
executed not_found() { return {error_reply(404, "not_found", "Not Found"), {}}; }

executed account_reply(const asked& a, int status) {
    const auto* account = find_account(a);
    if (!account) return not_found();
    return {json_reply(status, wire::write_account(told(*account))), {}};
}

/// Smart trades that are not over, and their orders that rest on the exchange.
trade::active_counts count_active(const paper::state& in, trade::account_id of) {
    std::int64_t trades = 0, orders = 0;
    for (const auto& [id, live] : in.trades) {
        if (live.record.request.account != of || trade::is_final(live.record.status)) continue;
        ++trades;
        orders += std::ranges::count_if(paper::sub_trades(in, id), [](const trade::sub_trade& each) {
            return each.status.type == trade::order_status::order_placed;
        });
    }
    return {trades, orders, 0, 0, 0};
}

} // namespace

executed list_accounts(const asked& a) {
    const auto page = parse_whole(a.what.parameter("page").value_or("1"));
    const auto per_page = parse_whole(a.what.parameter("per_page").value_or("100"));
    attribute_list errors;
    if (!page || *page < 1 || *page > 1'000'000'000) errors.emplace_back("page", "does not have a valid value");
    if (!per_page || *per_page < 1 || *per_page > 100) errors.emplace_back("per_page", "does not have a valid value");
    if (!errors.empty()) return {invalid_reply(400, errors), {}};

    std::vector<trade::account> shown;
    auto skip = (*page - 1) * *per_page;
    for (const auto& [id, account] : a.floor.state().accounts) {
        if (!is_of_mode(account, a.mode) || skip-- > 0) continue;
        if (static_cast<std::int64_t>(shown.size()) < *per_page) shown.push_back(told(account));
    }
    return {json_reply(200, wire::write_accounts(shown)), {}};
}

executed show_account(const asked& a) { return account_reply(a, 200); }

/// The balances here are never old, so there is nothing to load.
executed load_balances(const asked& a) { return account_reply(a, 201); }

/// 201 as every other POST (api.md C.2).
executed account_table_data(const asked& a) {
    const auto* account = find_account(a);
    if (!account) return not_found();
    std::vector<trade::balance> shown;
    for (const auto& [currency, amount] : account->balances)
        shown.push_back({currency, money::quantity{amount.total}, money::quantity{amount.available()},
                         money::quantity{amount.reserved}, money::quantity{amount.total}});
    return {json_reply(201, wire::write_balances(shown)), {}};
}

executed active_trading_entities(const asked& a) {
    const auto* account = find_account(a);
    if (!account) return not_found();
    return {json_reply(200, wire::write_active_counts(count_active(a.floor.state(), account->id))), {}};
}

/// 201 for its POST, as every other (api.md C.2).
executed leverage_data(const asked& a) {
    const auto* account = find_account(a);
    if (!account) return not_found();
    const auto text = text_of(a.parameters, "pair");
    if (!text) return {invalid_reply(400, {{"pair", "is missing"}}), {}};
    const auto pair = trade::pair::parse(*text);
    if (!pair || !a.floor.state().markets.contains(*pair))
        return {invalid_reply(400, {{"pair", "does not have a valid value"}}), {}};
    const auto options = leverage_options(account->leverage ? market_kind::contracts : market_kind::spot);
    return {json_reply(a.what.method == "POST" ? 201 : 200, wire::write_leverage_options(options)), {}};
}

} // namespace smarttrade::paper_server
