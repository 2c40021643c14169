#include "wire/api_request.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <fmt/format.h>

#include "trade/rules.hpp"
#include "wire/json.hpp"

namespace smarttrade::wire {

namespace {

std::string encoded(std::string_view text) { return boost::urls::encode(text, boost::urls::unreserved_chars); }

void add(std::string& query, std::string_view name, std::string_view value) {
    query += fmt::format("{}{}={}", query.empty() ? "" : "&", name, encoded(value));
}

/// ISO without milliseconds, the one form seen to work in `from` (api.md D.1).
std::string filter_time(std::chrono::sys_seconds at) {
    const auto text = base::format_utc(at);
    return text.substr(0, text.find('.')) + "Z";
}

std::string trade_path(trade::smart_trade_id id, std::string_view action = {}) {
    return fmt::format("/v2/smart_trades/{}{}", id.value, action);
}

std::string sub_trade_path(trade::smart_trade_id id, trade::sub_trade_id which, std::string_view action = {}) {
    return fmt::format("{}/{}{}", trade_path(id, "/trades"), which.value, action);
}

std::string account_path(trade::account_id id, std::string_view action = {}) {
    return fmt::format("/ver1/accounts/{}{}", id.value, action);
}

std::string one_member(std::string_view name, std::string_view value) {
    return write_json(trade::field_tree::map({{std::string{name}, trade::field_tree::scalar(std::string{value})}}));
}

std::string market_query(std::string_view market_code, const trade::pair& pair) {
    std::string text;
    add(text, "market_code", market_code);
    add(text, "pair", pair.text());
    return text;
}

api_request unsigned_get(std::string path, std::string query = {}) {
    return {"GET", std::move(path), std::move(query), {}, false};
}

} // namespace

std::string endpoint_of(const api_request& what) {
    auto made = what.method + ' ';
    std::string_view rest = what.path;
    while (!rest.empty()) {
        const auto end = std::min(rest.find('/', 1), rest.size());
        const auto segment = rest.substr(1, end - 1);
        const bool is_id =
            !segment.empty() && std::ranges::all_of(segment, [](char c) { return c >= '0' && c <= '9'; });
        made += is_id ? std::string_view{"/{id}"} : rest.substr(0, end);
        rest.remove_prefix(end);
    }
    return made;
}

api_request list_trades(const list_query& query) {
    std::string text;
    add(text, "account_id", std::to_string(query.account.value));
    add(text, "status", query.status);
    add(text, "order_by", "created_at");
    add(text, "order_direction", "desc");
    add(text, "per_page", std::to_string(list_query::per_page));
    add(text, "page", std::to_string(query.page));
    if (query.pair) add(text, "pair", query.pair->text());
    // Rounded outwards, so that no trade of the first or last second is lost.
    if (query.from) add(text, "from", filter_time(std::chrono::floor<std::chrono::seconds>(*query.from)));
    if (query.to) add(text, "to", filter_time(std::chrono::ceil<std::chrono::seconds>(*query.to)));
    if (query.base) add(text, "base", *query.base);
    if (query.quote) add(text, "quote", *query.quote);
    if (query.type) add(text, "type", base::name_of(*query.type));
    return {"GET", "/v2/smart_trades", text, {}};
}

api_request create_trade(const trade::trade_request& body) {
    return {"POST", "/v2/smart_trades", {}, write_json(trade::write_request(body))};
}

api_request get_trade(trade::smart_trade_id id) { return {"GET", trade_path(id), {}, {}}; }

api_request update_trade(trade::smart_trade_id id, const trade::trade_update& body) {
    return {"PATCH", trade_path(id), {}, write_json(trade::write_update(body))};
}

api_request cancel_trade(trade::smart_trade_id id) { return {"DELETE", trade_path(id), {}, {}}; }

api_request reduce_funds_info(trade::smart_trade_id id) {
    return {"GET", trade_path(id, "/reduce_funds_info"), {}, {}};
}

api_request reduce_funds_info_by_post(trade::smart_trade_id id) {
    return {"POST", trade_path(id, "/reduce_funds_info"), {}, {}};
}

api_request reduce_funds(trade::smart_trade_id id, const trade::funds_order& body) {
    return {"POST", trade_path(id, "/reduce_funds"), {}, write_json(trade::write_funds_order(body))};
}

api_request add_funds(trade::smart_trade_id id, const trade::funds_order& body) {
    return {"POST", trade_path(id, "/add_funds"), {}, write_json(trade::write_funds_order(body))};
}

api_request close_by_market(trade::smart_trade_id id) { return {"POST", trade_path(id, "/close_by_market"), {}, {}}; }

api_request force_start(trade::smart_trade_id id) { return {"POST", trade_path(id, "/force_start"), {}, {}}; }

api_request force_process(trade::smart_trade_id id) { return {"POST", trade_path(id, "/force_process"), {}, {}}; }

api_request set_note(trade::smart_trade_id id, std::string_view note) {
    return {"POST", trade_path(id, "/set_note"), {}, one_member("note", note)};
}

api_request list_sub_trades(trade::smart_trade_id id) { return {"GET", trade_path(id, "/trades"), {}, {}}; }

api_request close_sub_trade(trade::smart_trade_id id, trade::sub_trade_id which) {
    return {"POST", sub_trade_path(id, which, "/close_by_market"), {}, {}};
}

api_request cancel_sub_trade(trade::smart_trade_id id, trade::sub_trade_id which) {
    return {"DELETE", sub_trade_path(id, which), {}, {}};
}

api_request ping() { return unsigned_get("/ver1/ping"); }

api_request server_time() { return unsigned_get("/ver1/time"); }

api_request validate() { return {"GET", "/ver1/validate", {}, {}}; }

api_request current_mode() { return {"GET", "/ver1/users/current_mode", {}, {}}; }

api_request change_mode(trade::account_mode to) {
    return {"POST", "/ver1/users/change_mode", {}, one_member("mode", base::name_of(to))};
}

api_request permissions_info() { return {"GET", "/ver1/users/permissions_info", {}, {}}; }

api_request list_accounts(int page) {
    std::string text;
    add(text, "per_page", "100");
    add(text, "page", std::to_string(page));
    return {"GET", "/ver1/accounts", text, {}};
}

api_request get_account(trade::account_id id) { return {"GET", account_path(id), {}, {}}; }

api_request load_balances(trade::account_id id) { return {"POST", account_path(id, "/load_balances"), {}, {}}; }

api_request account_table_data(trade::account_id id) {
    return {"POST", account_path(id, "/account_table_data"), {}, {}};
}

api_request active_trading_entities(trade::account_id id) {
    return {"GET", account_path(id, "/active_trading_entities"), {}, {}};
}

api_request leverage_data(trade::account_id id, const trade::pair& pair) {
    std::string text;
    add(text, "pair", pair.text());
    return {"GET", account_path(id, "/leverage_data"), text, {}};
}

api_request market_list() { return unsigned_get("/ver1/accounts/market_list"); }

api_request market_pairs(std::string_view market_code) {
    std::string text;
    add(text, "market_code", market_code);
    return unsigned_get("/ver1/accounts/market_pairs", text);
}

api_request currency_rates(std::string_view market_code, const trade::pair& pair) {
    auto text = market_query(market_code, pair);
    add(text, "limit_type", "smart_trade");
    return unsigned_get("/ver1/accounts/currency_rates", text);
}

api_request currency_rates_with_leverage_data(std::string_view market_code, const trade::pair& pair) {
    return unsigned_get("/ver1/accounts/currency_rates_with_leverage_data", market_query(market_code, pair));
}

} // namespace smarttrade::wire
