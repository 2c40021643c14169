#include <algorithm>
#include <array>
#include <map>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "paper_server/pages.hpp"
#include "paper_server/posted_tick.hpp"
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
constexpr base::utc_time time_max{std::chrono::milliseconds{253'402'300'799'999}}; ///< the end of the year 9999
constexpr std::array<std::string_view, 5> tick_keys{"advance_ms", "pair", "bid", "ask", "last"};

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
    for (const auto& [name, value] : from.members)
        if (std::ranges::find(tick_keys, name) == tick_keys.end())
            return fmt::format("unknown key '{}', expected one of {}", name.substr(0, 40), fmt::join(tick_keys, ", "));
    if (const auto* ms = from.find("advance_ms")) {
        const auto value = parse_whole(ms->text);
        if (!value || *value > advance_max_ms) return "advance_ms: expected whole milliseconds, at most a year";
        into.advance = std::chrono::milliseconds{*value};
    }
    if (const auto* pair = from.find("pair")) {
        into.on = trade::pair::parse(pair->text);
        if (!into.on) return "pair: expected QUOTE_BASE";
    }
    auto& [advance, on, bid, ask, last] = into;
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

std::optional<std::string> check_ticks(const std::vector<posted_tick>& ticks, const paper::market_table& from,
                                       base::utc_time now) {
    std::map<trade::pair, paper::quote> quotes;
    for (const auto& tick : ticks) {
        now += tick.advance;
        if (now > time_max) return "advance_ms: expected a clock that stays before the year 10000";
        const auto any = tick.bid ? tick.bid : tick.last ? tick.last : tick.ask;
        if (!tick.on || !any) continue;
        const auto* known = from.find(*tick.on);
        auto& quote = quotes.try_emplace(*tick.on, known ? known->now() : paper::quote{*any, *any, *any}).first->second;
        quote.bid = tick.bid.value_or(quote.bid);
        quote.ask = tick.ask.value_or(quote.ask);
        if ((tick.bid || tick.ask) && quote.bid > quote.ask)
            return fmt::format("bid: {} is above the ask {} of {}, expected at most that", quote.bid.to_short_string(),
                               quote.ask.to_short_string(), tick.on->text());
    }
    return std::nullopt;
}

} // namespace smarttrade::paper_server
