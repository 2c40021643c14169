#include "wire/market_rates.hpp"

#include "wire/entity_amounts.hpp"
#include "wire/field_access.hpp"
#include "wire/json_writer.hpp"
#include "wire/listed.hpp"

namespace smarttrade::wire {

using trade::leverage_option;
using trade::market_entry;
using trade::market_rates;

namespace {

/// The limits of a market with their names, for both directions: visit(name, member).
template <class Rates, class Visit> void each_amount(Rates& of, const Visit& visit) {
    visit("last", of.last);
    visit("bid", of.bid);
    visit("ask", of.ask);
    visit("orderbook_ask", of.orderbook_ask);
    visit("orderbook_bid", of.orderbook_bid);
    visit("orderbook_last", of.orderbook_last);
    visit("minPrice", of.min_price);
    visit("maxPrice", of.max_price);
    visit("priceStep", of.price_step);
    visit("minLotSize", of.min_lot);
    visit("maxLotSize", of.max_lot);
    visit("lotStep", of.lot_step);
    visit("minTotal", of.min_total);
    visit("minMarketTotal", of.min_market_total);
    visit("maxTotal", of.max_total);
    visit("minMarketBuyAmount", of.min_market_buy);
    visit("maxMarketBuyAmount", of.max_market_buy);
    visit("minMarketSellAmount", of.min_market_sell);
    visit("maxMarketSellAmount", of.max_market_sell);
    visit("bidMultiplierDown", of.bid_multiplier_down);
    visit("bidMultiplierUp", of.bid_multiplier_up);
    visit("askMultiplierUp", of.ask_multiplier_up);
    visit("askMultiplierDown", of.ask_multiplier_down);
}

template <class Rates, class Visit> void each_text(Rates& of, const Visit& visit) {
    visit("orderbook_price_currency", of.orderbook_price_currency);
    visit("strategy_name", of.strategy_name);
    visit("contract_strategy_name", of.contract_strategy_name);
    visit("instrumentKind", of.instrument_kind);
}

leverage_option read_option(json_value from, entity_amounts& amounts) {
    json_members in{from};
    leverage_option read;
    read.code = text_or_empty(in["code"]);
    read.name = text_or_empty(in["name"]);
    read.can_set_value = is_on(in["can_set_leverage_value"]);
    read.max = amounts.read_decimal(in["max_leverage"]);
    for (const auto value : in["available_leverage_values"])
        if (const auto times = amounts.read_decimal(value)) read.available.push_back(*times);
    const auto valid = in["valid"];
    read.valid_min = amounts.read_decimal(valid["min"]);
    read.valid_max = amounts.read_decimal(valid["max"]);
    return read;
}

reading<leverage_option> read_one_option(json_value from) {
    if (!from["code"].is_scalar()) return unreadable{"leverage without code"};
    return read_bounded("leverage " + text_or_empty(from["code"]),
                        [&](entity_amounts& amounts) { return read_option(from, amounts); });
}

reading<market_rates> read_rates(json_value from) {
    if (!from.is_map()) return unreadable{"expected the rates of a pair"};
    auto rates = read_bounded("a market", [&](entity_amounts& amounts) {
        market_rates read;
        json_members in{from};
        each_text(read, [&](const char* name, std::string& member) { member = text_or_empty(in[name]); });
        each_amount(read, [&]<class Amount>(const char* name, std::optional<Amount>& member) {
            member = amounts.read<Amount>(in[name]);
        });
        return read;
    });
    if (const auto leverage = from["leverage_data"]; rates && leverage.is_list()) {
        auto options = read_list<leverage_option>(leverage, "leverage options", read_one_option);
        if (!options) return options.error();
        rates->leverage = *std::move(options);
    }
    return rates;
}

void write_option(json_writer& to, const leverage_option& from) {
    const auto number = [&](std::string_view name, const std::optional<money::decimal>& value) {
        to.key(name);
        if (value)
            to.put(json_writer::number{*value});
        else
            to.put(nullptr);
    };
    to.object([&] {
        to.member("code", from.code);
        to.member("name", from.name);
        to.member("can_set_leverage_value", from.can_set_value);
        number("max_leverage", from.max);
        to.key("available_leverage_values");
        to.list(from.available, [&](const money::decimal& times) { to.put(json_writer::number{times}); });
        to.member("valid", [&] {
            number("min", from.valid_min);
            number("max", from.valid_max);
        });
    });
}

void write_options(json_writer& to, const std::vector<leverage_option>& options) {
    to.list(options, [&](const leverage_option& one) { write_option(to, one); });
}

} // namespace

reading<market_rates> read_market_rates(std::string_view json) { return read_document(json, read_rates); }

std::string write_market_rates(const market_rates& rates) {
    json_writer to;
    to.object([&] {
        each_text(rates, [&](const char* name, const std::string& text) {
            if (!text.empty()) to.member(name, text);
        });
        each_amount(rates, [&](const char* name, const auto& amount) { to.member_if(name, amount); });
        if (!rates.leverage) return;
        to.key("leverage_data");
        write_options(to, *rates.leverage);
    });
    return to.take();
}

reading<std::vector<leverage_option>> read_leverage_options(std::string_view json) {
    return read_document(
        json, [](json_value root) { return read_list<leverage_option>(root, "leverage options", read_one_option); });
}

std::string write_leverage_options(const std::vector<leverage_option>& options) {
    json_writer to;
    write_options(to, options);
    return to.take();
}

reading<std::vector<market_entry>> read_market_list(std::string_view json) {
    return read_document(json, [](json_value root) {
        return read_list<market_entry>(root, "markets", [](json_value from) -> reading<market_entry> {
            json_members in{from};
            market_entry read{text_or_empty(in["market_name"]), {}, text_or_empty(in["market_url"])};
            read.code = text_or_empty(in["market_code"]);
            if (read.code.empty()) return unreadable{"a market without code"};
            return read;
        });
    });
}

std::string write_market_list(const std::vector<market_entry>& markets) {
    json_writer to;
    to.list(markets, [&](const market_entry& one) {
        to.object([&] {
            to.member("market_name", one.name);
            to.member("market_url", one.url);
            to.member("market_code", one.code);
        });
    });
    return to.take();
}

reading<std::vector<trade::pair>> read_market_pairs(std::string_view json) {
    return read_document(json, [](json_value root) -> reading<std::vector<trade::pair>> {
        if (!root.is_list()) return unreadable{"expected a list of pairs"};
        std::vector<trade::pair> all;
        all.reserve(root.count());
        for (const auto item : root)
            if (auto pair = trade::pair::parse(item.text())) all.push_back(*std::move(pair));
        return all;
    });
}

std::string write_market_pairs(const std::vector<trade::pair>& pairs) {
    json_writer to;
    to.list(pairs, [&](const trade::pair& one) { to.put(one.text()); });
    return to.take();
}

} // namespace smarttrade::wire
