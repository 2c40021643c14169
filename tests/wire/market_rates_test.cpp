#include "wire/market_rates.hpp"

#include <doctest/doctest.h>

#include "json_difference.hpp"

using namespace smarttrade;

TEST_CASE("market_rates: the documented rates are read and written back as the same JSON (api.md D.5)") {
    const std::string text =
        R"({"last":"63802.44","bid":"63802.43","ask":"63802.44","orderbook_ask":"63802.44","orderbook_bid":"63802.43",)"
        R"("orderbook_last":"63802.44","orderbook_price_currency":"USDT","strategy_name":"orderbook_price",)"
        R"("contract_strategy_name":"orderbook_price","instrumentKind":"spot","minPrice":"0.01","maxPrice":"1000000.0",)"
        R"("priceStep":"0.01","minLotSize":"0.00001","maxLotSize":"9000.0","lotStep":"0.00001","minTotal":"5.0",)"
        R"("minMarketTotal":"5.0","maxTotal":"9000000.0","maxMarketBuyAmount":"120.5","maxMarketSellAmount":"119.1",)"
        R"("bidMultiplierDown":"0.2","bidMultiplierUp":"5.0","askMultiplierUp":"5.0","askMultiplierDown":"0.2"})";
    const auto read = wire::read_market_rates(text);
    REQUIRE(read.has_value());
    CHECK(tests::json_difference(text, wire::write_market_rates(*read)) == "");
    CHECK(read->price_step->to_string() == "0.01");
    CHECK(read->max_lot->to_string() == "9000.0");
    CHECK(read->ask_multiplier_down->to_string() == "0.2");
    CHECK_FALSE(read->leverage);
}

TEST_CASE("market_rates: a limit that is missing is no limit, and floats are read exactly") {
    const auto read =
        wire::read_market_rates(R"({"last":8.6e-07,"minPrice":1e-8,"maxTotal":null,"lotStep":1})").value();
    CHECK(read.last->to_string() == "0.00000086");
    CHECK(read.min_price->to_string() == "0.00000001");
    CHECK(read.lot_step->to_string() == "1.0");
    CHECK_FALSE(read.max_total);
    CHECK_FALSE(read.max_price);
    CHECK(read.instrument_kind.empty());
    CHECK(wire::read_market_rates("{}").has_value());
    CHECK_FALSE(wire::read_market_rates("[]").has_value());
    CHECK_FALSE(wire::read_market_rates(R"({"maxTotal":1e400})").has_value());
}

TEST_CASE("market_rates: leverage comes alone or beside the rates") {
    const std::string options =
        R"([{"code":"none","name":"None","can_set_leverage_value":false,"max_leverage":null,)"
        R"("available_leverage_values":[],"valid":{"min":null,"max":null}},{"code":"isolated","name":"Isolated",)"
        R"("can_set_leverage_value":true,"max_leverage":125.0,"available_leverage_values":[1.0,2.0,125.0],)"
        R"("valid":{"min":1.0,"max":125.0}}])";
    const auto read = wire::read_leverage_options(options).value();
    REQUIRE(read.size() == 2);
    CHECK(read[1].valid_max->to_string() == "125.0");
    CHECK(read[1].available.size() == 3);
    CHECK(read[1].can_set_value);
    CHECK(tests::json_difference(options, wire::write_leverage_options(read)) == "");

    const auto both = wire::read_market_rates(R"({"last":"1.0","leverage_data":)" + options + "}").value();
    CHECK(both.leverage == read);
    CHECK(wire::read_market_rates(wire::write_market_rates(both)).value() == both);
    CHECK_FALSE(wire::read_leverage_options(R"([{"name":"x"}])").has_value());
    CHECK_FALSE(wire::read_market_rates(R"({"leverage_data":[{}]})").has_value());
}

TEST_CASE("market_rates: markets and their pairs are listed, odd pairs passed over") {
    const std::string markets = R"([{"market_name":"Binance Spot","market_url":"https://www.binance.com/",)"
                                R"("market_code":"binance"}])";
    const auto read = wire::read_market_list(markets).value();
    CHECK(read.at(0).code == "binance");
    CHECK(tests::json_difference(markets, wire::write_market_list(read)) == "");
    CHECK_FALSE(wire::read_market_list(R"([{"market_name":"x"}])").has_value());

    const auto pairs = wire::read_market_pairs(R"(["USDT_BTC","ETH_ETHUSD_PERP","BTC",7,null])").value();
    REQUIRE(pairs.size() == 2);
    CHECK(pairs[1].base == "ETHUSD_PERP");
    CHECK(wire::write_market_pairs(pairs) == R"(["USDT_BTC","ETH_ETHUSD_PERP"])");
    CHECK_FALSE(wire::read_market_pairs("{}").has_value());
}
