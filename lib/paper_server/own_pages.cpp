#include <boost/json.hpp>

#include "paper_server/pages.hpp"
#include "wire/decimal_text.hpp"
#include "wire/json.hpp"

namespace smarttrade::paper_server {

namespace json = boost::json;

http::response show_balances(const paper::state& in) {
    json::object accounts;
    for (const auto& [id, account] : in.accounts) {
        json::object currencies;
        for (const auto& [currency, amount] : account.balances)
            currencies[currency] =
                json::object{{"total", amount.total.to_string()}, {"reserved", amount.reserved.to_string()}};
        accounts[std::to_string(id.value)] = std::move(currencies);
    }
    return json_reply(200, json::serialize(accounts));
}

http::response show_requests(const memory& in) {
    json::array lines;
    for (const auto& line : in.log) {
        json::object shown{{"n", line.n},           {"time", base::format_utc(line.time)},
                           {"method", line.method}, {"path", line.path},
                           {"query", line.query},   {"key", nullptr},
                           {"status", nullptr}};
        if (line.key) shown["key"] = *line.key;
        if (line.status) shown["status"] = *line.status;
        shown["smart_trade_id"] = line.trade ? json::value(*line.trade) : json::value(nullptr);
        shown["fault"] = nullptr;
        if (line.fault) shown["fault"] = base::name_of(*line.fault);
        lines.push_back(std::move(shown));
    }
    return json_reply(200, json::serialize(json::object{{"requests", std::move(lines)}}));
}

namespace {

constexpr std::int64_t advance_max_ms = 366LL * 24 * 3600 * 1000; ///< a year: farther than any test goes
constexpr int decimals_max = 8;
constexpr std::int64_t price_max = 1'000'000'000;

std::optional<std::string> read_price(const trade::field_tree& from, const char* side,
                                      std::optional<money::price>& into) {
    const auto* given = from.find(side);
    if (!given) return std::nullopt;
    const auto value = given->is_scalar() ? wire::read_decimal(given->text) : std::nullopt;
    if (!value || value->sign() <= 0 || value->scale() > decimals_max || *value > money::decimal{price_max})
        return std::string{side} + ": expected a price above 0 with at most 8 decimals";
    into = money::price{*value};
    return std::nullopt;
}

std::optional<std::string> read_tick(const trade::field_tree& from, posted_tick& into) {
    if (!from.is_map()) return "ticks: expected objects";
    if (const auto* advance = from.find("advance_ms")) {
        const auto value = parse_whole(advance->text);
        if (!value || *value > advance_max_ms) return "advance_ms: expected whole milliseconds, at most a year";
        into.advance = std::chrono::milliseconds{*value};
    }
    if (const auto* pair = from.find("pair")) {
        into.prices.on = trade::pair::parse(pair->text);
        if (!into.prices.on) return "pair: expected QUOTE_BASE";
    }
    auto& [now, on, bid, ask, last] = into.prices;
    for (const auto& [side, price] : {std::pair{"bid", &bid}, {"ask", &ask}, {"last", &last}})
        if (auto wrong = read_price(from, side, *price)) return wrong;
    if (!on && (bid || ask || last)) return "pair: is missing beside a price";
    return std::nullopt;
}

} // namespace

std::variant<std::vector<posted_tick>, std::string> read_ticks(std::string_view body) {
    const auto tree = wire::parse_json(body);
    if (!tree) return tree.error().reason;
    const auto* list = tree->find("ticks");
    if (!list || !list->is_list()) return "ticks: expected a list";
    std::vector<posted_tick> ticks(list->items.size());
    for (std::size_t i = 0; i < ticks.size(); ++i)
        if (auto wrong = read_tick(list->items[i], ticks[i])) return *wrong;
    return ticks;
}

} // namespace smarttrade::paper_server
