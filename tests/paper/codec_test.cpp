#include <doctest/doctest.h>

#include "paper/codec.hpp"
#include "paper/world.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

TEST_CASE("codec: damaged text is told, never guessed at") {
    world exchange;
    const auto id = exchange.create(market_buy());
    const auto text = paper::encode(exchange.state.trades.at(id).record);
    CHECK_NOTHROW(paper::decode_trade(text));
    for (std::size_t size = 0; size < text.size(); ++size)
        CHECK_THROWS_AS(paper::decode_trade(text.substr(0, size)), std::runtime_error);
    CHECK_THROWS_AS(paper::decode_trade(text + "1:x"), std::runtime_error);
    CHECK_THROWS_AS(paper::decode_balance("6:paper99:xxxxxxxxx"), std::runtime_error);
    CHECK_THROWS_AS(paper::decode_market("99999999999999999999:", exchange.state.markets[{"USDT", "ETH"}]),
                    std::runtime_error);
}
