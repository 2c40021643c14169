#include "paper_server/limits_flag.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/nearest_word.hpp"

namespace smarttrade::paper_server {

namespace {

using limits = paper::market_limits;

/// `least`: whether nothing but a number above 0 makes sense.
struct named_limit {
    std::string_view name;
    bool above_zero;
    void (*set)(limits&, const money::decimal&);
};
template <class Amount> void assign(Amount& to, const money::decimal& value) { to = Amount{value}; }
template <class Amount> void assign(std::optional<Amount>& to, const money::decimal& value) { to = Amount{value}; }
template <auto Member> void set(limits& of, const money::decimal& value) { assign(of.*Member, value); }
constexpr std::array<named_limit, 17> known{{{"minPrice", false, set<&limits::min_price>},
                                             {"maxPrice", true, set<&limits::max_price>},
                                             {"priceStep", true, set<&limits::price_step>},
                                             {"minLotSize", false, set<&limits::min_lot>},
                                             {"maxLotSize", true, set<&limits::max_lot>},
                                             {"lotStep", true, set<&limits::lot_step>},
                                             {"minTotal", false, set<&limits::min_total>},
                                             {"maxTotal", true, set<&limits::max_total>},
                                             {"minMarketTotal", false, set<&limits::min_market_total>},
                                             {"minMarketBuyAmount", false, set<&limits::min_market_buy>},
                                             {"maxMarketBuyAmount", true, set<&limits::max_market_buy>},
                                             {"minMarketSellAmount", false, set<&limits::min_market_sell>},
                                             {"maxMarketSellAmount", true, set<&limits::max_market_sell>},
                                             {"bidMultiplierDown", false, set<&limits::bid_multiplier_down>},
                                             {"bidMultiplierUp", true, set<&limits::bid_multiplier_up>},
                                             {"askMultiplierDown", false, set<&limits::ask_multiplier_down>},
                                             {"askMultiplierUp", true, set<&limits::ask_multiplier_up>}}};
const money::decimal value_max{1'000'000'000'000};
const money::price price_max{money::decimal{1'000'000'000}}; ///< the engine's

std::string unknown_name(std::string_view name) {
    std::vector<std::string_view> names;
    for (const auto& each : known) names.push_back(each.name);
    if (const auto near = base::nearest_word(name, names))
        return fmt::format("unknown limit '{}', did you mean '{}'?", name, *near);
    return fmt::format("unknown limit '{}', expected one of {}", name, fmt::join(names, ", "));
}

std::optional<std::string> read_one(std::string_view text, limits& into) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) return fmt::format("'{}', expected NAME=VALUE", text);
    const auto name = text.substr(0, equals);
    const auto found = std::ranges::find(known, name, &named_limit::name);
    if (found == known.end()) return unknown_name(name);
    const auto value = money::decimal::parse(text.substr(equals + 1));
    if (!value || value->sign() < (found->above_zero ? 1 : 0) || value->scale() > 8 || *value > value_max)
        return fmt::format("{} '{}', expected a number {} with at most 8 decimals", name, text.substr(equals + 1),
                           found->above_zero ? "above 0" : "from 0");
    found->set(into, *value);
    return std::nullopt;
}

} // namespace

std::optional<std::string> read_limits_flag(std::string_view text, std::map<trade::pair, limits>& into) {
    const auto colon = text.find(':');
    const auto pair = trade::pair::parse(text.substr(0, colon));
    if (!pair || colon == std::string_view::npos) return "expected PAIR:NAME=VALUE,.. like USDT_BTC:minTotal=10";
    auto made = into[*pair];
    for (auto rest = text.substr(colon + 1);; rest.remove_prefix(rest.find(',') + 1)) {
        if (auto wrong = read_one(rest.substr(0, rest.find(',')), made)) return wrong;
        if (rest.find(',') == std::string_view::npos) break;
    }
    if (made.max_price > price_max || made.price_step > price_max)
        return "maxPrice and priceStep: expected at most 1000000000";
    if (made.min_price > made.max_price) return "minPrice is above maxPrice";
    if (made.min_lot > made.max_lot) return "minLotSize is above maxLotSize";
    if (made.min_total > made.max_total) return "minTotal is above maxTotal";
    into[*pair] = made;
    return std::nullopt;
}

} // namespace smarttrade::paper_server
