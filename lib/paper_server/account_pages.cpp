#include "paper_server/listing.hpp"
#include "paper_server/pages.hpp"
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

trade::market_rates told(const trade::pair& pair, const paper::market& of) {
    const auto& [now, limits, book] = of;
    trade::market_rates made;
    made.last = made.orderbook_last = now.last;
    made.bid = made.orderbook_bid = now.bid;
    made.ask = made.orderbook_ask = now.ask;
    made.orderbook_price_currency = pair.quote;
    made.strategy_name = made.contract_strategy_name = "orderbook_price";
    made.instrument_kind = "spot";
    made.min_price = limits.min_price;
    made.max_price = limits.max_price;
    made.price_step = limits.price_step;
    made.min_lot = limits.min_lot;
    made.max_lot = limits.max_lot;
    made.lot_step = limits.lot_step;
    made.min_total = made.min_market_total = limits.min_total;
    made.max_total = limits.max_total;
    return made;
}

} // namespace

http::response list_accounts(const paper::state& in, const call& what, trade::account_mode mode) {
    const auto page = parse_whole(what.parameter("page").value_or("1"));
    const auto per_page = parse_whole(what.parameter("per_page").value_or("100"));
    attribute_list errors;
    if (!page || *page < 1 || *page > 1'000'000'000) errors.emplace_back("page", "does not have a valid value");
    if (!per_page || *per_page < 1 || *per_page > 100) errors.emplace_back("per_page", "does not have a valid value");
    if (!errors.empty()) return invalid_reply(400, errors);

    std::vector<trade::account> shown;
    auto skip = (*page - 1) * *per_page;
    for (const auto& [id, account] : in.accounts) {
        if (!is_of_mode(account, mode) || skip-- > 0) continue;
        if (static_cast<std::int64_t>(shown.size()) < *per_page) shown.push_back(told(account));
    }
    return json_reply(200, wire::write_accounts(shown));
}

http::response show_account(const paper::account& account) {
    return json_reply(200, wire::write_account(told(account)));
}

http::response currency_rates(const paper::state& in, const call& what) {
    attribute_list errors;
    for (const char* name : {"market_code", "pair"})
        if (!what.parameter(name)) errors.emplace_back(name, "is missing");
    if (!errors.empty()) return invalid_reply(400, errors);
    const auto pair = trade::pair::parse(*what.parameter("pair"));
    const auto found = pair ? in.markets.find(*pair) : in.markets.end();
    if (found == in.markets.end()) return invalid_reply(400, {{"pair", "does not have a valid value"}});
    return json_reply(200, wire::write_market_rates(told(*pair, found->second)));
}

} // namespace smarttrade::paper_server
