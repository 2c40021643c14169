#include <algorithm>
#include <array>

#include "paper_server/pages.hpp"
#include "wire/answers.hpp"
#include "wire/market_rates.hpp"

namespace smarttrade::paper_server {

namespace {

constexpr std::string_view futures = "binance_futures";

market_kind kind_of(std::string_view market_code) {
    return market_code == futures ? market_kind::contracts : market_kind::spot;
}

trade::market_rates told(const paper::market& of, market_kind kind) {
    const auto& now = of.now();
    const auto& limits = of.limits;
    trade::market_rates made;
    made.last = made.orderbook_last = now.last;
    made.bid = made.orderbook_bid = now.bid;
    made.ask = made.orderbook_ask = now.ask;
    made.orderbook_price_currency = of.pair.quote;
    made.strategy_name = made.contract_strategy_name = "orderbook_price";
    made.instrument_kind = kind == market_kind::contracts ? "linear_futures" : "spot";
    made.min_price = limits.min_price;
    made.max_price = limits.max_price;
    made.price_step = limits.price_step;
    made.min_lot = limits.min_lot;
    made.max_lot = limits.max_lot;
    made.lot_step = limits.lot_step;
    made.min_total = limits.min_total;
    made.min_market_total = limits.min_market_total;
    made.max_total = limits.max_total;
    made.min_market_buy = limits.min_market_buy;
    made.min_market_sell = limits.min_market_sell;
    made.max_market_buy = limits.max_market_buy;
    made.max_market_sell = limits.max_market_sell;
    made.bid_multiplier_down = limits.bid_multiplier_down;
    made.bid_multiplier_up = limits.bid_multiplier_up;
    made.ask_multiplier_down = limits.ask_multiplier_down;
    made.ask_multiplier_up = limits.ask_multiplier_up;
    return made;
}

enum class leverage_part { left_out, shown };

http::response rates(const paper::state& in, const call& what, leverage_part part) {
    attribute_list errors;
    for (const char* name : {"market_code", "pair"})
        if (!what.parameter(name)) errors.emplace_back(name, "is missing");
    const auto limit_type = what.parameter("limit_type");
    if (limit_type && *limit_type != "bot" && *limit_type != "smart_trade")
        errors.emplace_back("limit_type", "does not have a valid value");
    if (!errors.empty()) return invalid_reply(400, errors);
    const auto pair = trade::pair::parse(*what.parameter("pair"));
    const auto* found = pair ? in.markets.find(*pair) : nullptr;
    if (!found) return invalid_reply(400, {{"pair", "does not have a valid value"}});
    const auto kind = kind_of(*what.parameter("market_code"));
    auto shown = told(*found, kind);
    if (part == leverage_part::shown) shown.leverage = leverage_options(kind);
    return json_reply(200, wire::write_market_rates(shown));
}

http::response ping(const paper::state&, base::utc_time, const call&) { return json_reply(200, wire::write_pong()); }

http::response time(const paper::state&, base::utc_time now, const call&) {
    return json_reply(200, wire::write_server_time(std::chrono::floor<std::chrono::seconds>(now)));
}

http::response market_list(const paper::state&, base::utc_time, const call&) {
    return json_reply(200, wire::write_market_list(
                               {{"Binance Spot", "binance", "https://www.binance.com/"},
                                {"Binance Futures USDT-M", std::string{futures}, "https://www.binance.com/en/futures/"},
                                {"Paper trading account", "paper_trading", ""}}));
}

/// Every market trades every pair that has a price.
http::response market_pairs(const paper::state& in, base::utc_time, const call& what) {
    if (!what.parameter("market_code")) return invalid_reply(400, {{"market_code", "is missing"}});
    std::vector<trade::pair> shown;
    for (const auto& market : in.markets) shown.push_back(market.pair);
    std::ranges::sort(shown);
    return json_reply(200, wire::write_market_pairs(shown));
}

http::response currency_rates(const paper::state& in, base::utc_time, const call& what) {
    return rates(in, what, leverage_part::left_out);
}

http::response currency_rates_with_leverage_data(const paper::state& in, base::utc_time, const call& what) {
    return rates(in, what, leverage_part::shown);
}

struct open_route {
    std::string_view path;
    http::response (*serve)(const paper::state&, base::utc_time, const call&);
};
constexpr std::array open_routes{
    open_route{"/ver1/ping", ping},
    open_route{"/ver1/time", time},
    open_route{"/ver1/accounts/market_list", market_list},
    open_route{"/ver1/accounts/market_pairs", market_pairs},
    open_route{"/ver1/accounts/currency_rates", currency_rates},
    open_route{"/ver1/accounts/currency_rates_with_leverage_data", currency_rates_with_leverage_data},
};

} // namespace

std::vector<trade::leverage_option> leverage_options(market_kind of) {
    const trade::leverage_option none{
        .code = "none", .name = "None", .max = {}, .available = {}, .valid_min = {}, .valid_max = {}};
    if (of == market_kind::spot) return {none};
    const money::decimal least{1}, most{125}; // what the engine takes, Binance's own bounds
    auto cross = none;
    cross.can_set_value = true;
    cross.max = cross.valid_max = most;
    cross.valid_min = least;
    auto isolated = cross;
    cross.code = "cross";
    cross.name = "Cross";
    isolated.code = "isolated";
    isolated.name = "Isolated";
    return {none, cross, isolated};
}

std::optional<http::response> open_page(const paper::state& in, base::utc_time now, const call& what) {
    const auto found = std::ranges::find(open_routes, what.path, &open_route::path);
    const bool is_open = found != open_routes.end();
    if (what.method == "OPTIONS") { // unsigned: a browser sends no headers of ours with it
        const auto allowed =
            is_open ? std::vector<std::string_view>{"GET"} : find_route(what.method, what.path).allowed;
        if (!allowed.empty()) return preflight(allowed);
    }
    if (!is_open) return std::nullopt;
    if (what.method != "GET") return wrong_method({"GET"});
    return found->serve(in, now, what);
}

} // namespace smarttrade::paper_server
