#include <boost/json.hpp>

#include "paper_server/listing.hpp"
#include "paper_server/pages.hpp"

namespace smarttrade::paper_server {

namespace json = boost::json;

namespace {

json::object account_object(const paper::account& of) {
    const bool contracts = of.type == "binance_futures";
    return {{"id", of.id.value},
            {"name", of.name},
            {"type", of.type},
            {"market", of.market},
            {"exchange_name", of.market},
            {"market_code", of.type},
            {"smart_trading_supported", true},
            {"smart_selling_supported", true},
            {"trading_supported", true},
            {"market_buy_supported", true},
            {"market_sell_supported", true},
            {"conditional_buy_supported", true},
            {"is_locked", false},
            {"lock_reason", nullptr},
            {"api_key_invalid", false},
            {"api_keys_state", "ok"},
            {"supported_market_types", json::array{contracts ? "futures" : "spot"}}};
}

} // namespace

http::response list_accounts(const paper::state& in, const call& what, trade::account_mode mode) {
    const auto page = parse_whole(what.parameter("page").value_or("1"));
    const auto per_page = parse_whole(what.parameter("per_page").value_or("100"));
    attribute_list errors;
    if (!page || *page < 1 || *page > 1'000'000'000) errors.emplace_back("page", "does not have a valid value");
    if (!per_page || *per_page < 1 || *per_page > 100) errors.emplace_back("per_page", "does not have a valid value");
    if (!errors.empty()) return invalid_reply(400, errors);

    json::array shown;
    auto skip = (*page - 1) * *per_page;
    for (const auto& [id, account] : in.accounts) {
        if (!is_of_mode(account, mode) || skip-- > 0) continue;
        if (static_cast<std::int64_t>(shown.size()) < *per_page) shown.push_back(account_object(account));
    }
    return json_reply(200, json::serialize(shown));
}

http::response show_account(const paper::account& account) {
    return json_reply(200, json::serialize(account_object(account)));
}

http::response currency_rates(const paper::state& in, const call& what) {
    attribute_list errors;
    for (const char* name : {"market_code", "pair"})
        if (!what.parameter(name)) errors.emplace_back(name, "is missing");
    if (!errors.empty()) return invalid_reply(400, errors);
    const auto pair = trade::pair::parse(*what.parameter("pair"));
    const auto found = pair ? in.markets.find(*pair) : in.markets.end();
    if (found == in.markets.end()) return invalid_reply(400, {{"pair", "does not have a valid value"}});
    const auto& [now, limits, book] = found->second;
    return json_reply(200, json::serialize(json::object{{"last", now.last.to_string()},
                                                        {"bid", now.bid.to_string()},
                                                        {"ask", now.ask.to_string()},
                                                        {"orderbook_last", now.last.to_string()},
                                                        {"orderbook_bid", now.bid.to_string()},
                                                        {"orderbook_ask", now.ask.to_string()},
                                                        {"orderbook_price_currency", pair->quote},
                                                        {"strategy_name", "orderbook_price"},
                                                        {"contract_strategy_name", "orderbook_price"},
                                                        {"instrumentKind", "spot"},
                                                        {"minPrice", limits.min_price.to_string()},
                                                        {"maxPrice", limits.max_price.to_string()},
                                                        {"priceStep", limits.price_step.to_string()},
                                                        {"minLotSize", limits.min_lot.to_string()},
                                                        {"maxLotSize", limits.max_lot.to_string()},
                                                        {"lotStep", limits.lot_step.to_string()},
                                                        {"minTotal", limits.min_total.to_string()},
                                                        {"minMarketTotal", limits.min_total.to_string()},
                                                        {"maxTotal", limits.max_total.to_string()}}));
}

} // namespace smarttrade::paper_server
