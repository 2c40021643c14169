#include "wire/api_request.hpp"

#include <initializer_list>
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

/// ISO without milliseconds, the one form seen to work in `from` (api.md D.1). Rounded down: it is a lower bound.
std::string filter_time(base::utc_time at) {
    const auto text = base::format_utc(std::chrono::floor<std::chrono::seconds>(at));
    return text.substr(0, text.find('.')) + "Z";
}

std::string trade_path(trade::smart_trade_id id) { return fmt::format("/v2/smart_trades/{}", id.value); }

} // namespace

api_request list_trades(const list_query& query) {
    std::string text;
    add(text, "account_id", std::to_string(query.account.value));
    add(text, "status", query.status);
    add(text, "order_by", "created_at");
    add(text, "order_direction", "desc");
    add(text, "per_page", std::to_string(list_query::per_page));
    add(text, "page", std::to_string(query.page));
    if (query.pair) add(text, "pair", query.pair->text());
    if (query.from) add(text, "from", filter_time(*query.from));
    return {"GET", "/v2/smart_trades", text, {}};
}

api_request create_trade(const trade::trade_request& body) {
    return {"POST", "/v2/smart_trades", {}, write_json(trade::write_request(body))};
}

api_request get_trade(trade::smart_trade_id id) { return {"GET", trade_path(id), {}, {}}; }

api_request cancel_trade(trade::smart_trade_id id) { return {"DELETE", trade_path(id), {}, {}}; }

api_request currency_rates(std::string_view market_code, const trade::pair& pair) {
    std::string text;
    add(text, "market_code", market_code);
    add(text, "pair", pair.text());
    add(text, "limit_type", "smart_trade");
    return {"GET", "/ver1/accounts/currency_rates", text, {}};
}

api_request get_account(trade::account_id id) { return {"GET", fmt::format("/ver1/accounts/{}", id.value), {}, {}}; }

} // namespace smarttrade::wire
