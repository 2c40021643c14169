#include <fmt/format.h>

#include "plans.hpp"

using namespace smarttrade;

namespace {

/// With these exits from line 5 on.
std::string with(std::string_view exits, std::string_view position = "{type: buy, order_type: limit, units: 1, price: "
                                                                     "60000}") {
    return fmt::format("trades:\n  a:\n    pair: USDT_BTC\n    position: {}\n{}", position, exits);
}

} // namespace

TEST_CASE("plan: exits of any entry may be percents of its price") {
    for (const auto* position :
         {"{type: buy, order_type: limit, units: 1, price: 60000}", "{type: sell, order_type: market, units: 1}",
          "{type: buy, order_type: conditional, units: 1, price: 2, conditional: {price: 1, "
          "order_type: limit}}"}) {
        const auto trades = test::trades_of(with("    take_profit: [{order_type: limit, price: 5%, volume: 50},\n"
                                                 "                  {order_type: market, price: {percent: 7}, "
                                                 "volume: 50, trailing: 1%}]\n"
                                                 "    stop_loss: 3% bid\n",
                                                 position));
        const auto& request = trades.at(0).request;
        CHECK(std::get<money::percent>(request.take_profit.at(0).level).to_short_string() == "5");
        CHECK(std::get<money::percent>(request.stop_loss->trigger).to_short_string() == "3");
        CHECK(request.stop_loss->follows == trade::price_type::bid);
    }
}

TEST_CASE("plan: percents that do not rise are a warning, also beside prices") {
    CHECK(
        test::told(with("    take_profit:\n"
                        "      - {order_type: limit, price: 5%, volume: 40}\n"
                        "      - {order_type: limit, price: 5%, volume: 30}\n"
                        "      - {order_type: limit, price: 62000, volume: 30}\n"))
        == "p.yaml:7:36: warning: take_profit 5% is not above 5% of the step before it, expected rising percents for a "
           "long trade [V22]\n"
           "p.yaml:8:36: warning: take_profit 62000 is not above 5% of the step before it, expected rising prices for "
           "a "
           "long trade [V22]\n");
    CHECK(
        test::told(with("    take_profit:\n"
                        "      - {order_type: limit, price: 57000, volume: 40}\n"
                        "      - {order_type: limit, price: 4%, volume: 60}\n",
                        "{type: sell, order_type: limit, units: 1, price: 60000}"))
        == "p.yaml:7:36: warning: take_profit 4% is not below 57000 of the step before it, expected falling prices for "
           "a short trade [V22]\n");
    // A market entry has no price yet to compare them by.
    CHECK(test::told(with("    take_profit:\n"
                          "      - {order_type: limit, price: 5%, volume: 40}\n"
                          "      - {order_type: limit, price: 100, volume: 60}\n",
                          "{type: buy, order_type: market, units: 1}"))
          == "");
}

TEST_CASE("plan: a limit stop above its percent trigger may not fill, which is told where the entry is known") {
    constexpr std::string_view stop = "    stop_loss: {order_type: limit, conditional: 5%, price: 58000}\n";
    CHECK(test::told(with(stop))
          == "p.yaml:5:60: warning: stop_loss price 58000 is above its trigger 5% (57000), expected it at or below: it "
             "may not fill [V28]\np.yaml:5:49: note: stop_loss.conditional.price.percent is here\n");
    CHECK(test::told(with(stop, "{type: buy, order_type: market, units: 1}")) == "");
}

TEST_CASE("plan: a percent of 100 or more below the entry is no price") {
    CHECK(test::told(with("    stop_loss: 100%\n"))
          == "p.yaml:5:16: error: price 100%, expected less than 100 percent below the entry [V28]\n");
    CHECK(test::told(with("    take_profit: [{order_type: limit, price: 120%}]\n")) == "");
    CHECK(test::told(with("    stop_loss: 0%\n")) == "p.yaml:5:16: error: price 0%, expected a number above 0 [V2]\n");
}

TEST_CASE("plan: an unfinished trailing entry still wants percents, one that is adopted may be filled") {
    constexpr std::string_view trailing =
        "{type: buy, order_type: conditional, units: 1, conditional: {price: 9, order_type: market, trailing: 1%}}";
    CHECK(test::told(with("    stop_loss: 5\n", trailing))
          == "p.yaml:5:16: error: price 5, expected a percent: a trailing entry has no price yet [V18]\n");
    CHECK(test::told(with("    adopt: 7\n    stop_loss: 5\n", trailing)) == "");
}

TEST_CASE("plan: what may have become of a trade is no mistake in the entry that adopts it") {
    // The stop moved into profit, a step cancelled, the trailing one done first.
    CHECK(test::told(with("    adopt: 7\n    take_profit:\n"
                          "      - {order_type: market, price: 65000, volume: 50, trailing: 1%}\n"
                          "      - {order_type: limit, price: 59000, volume: 50}\n"
                          "    stop_loss: {order_type: market, conditional: 60060, breakeven: true}\n"))
          == "");
    CHECK(test::told(with("    adopt: 7\n    take_profit: [{order_type: limit, price: 65000, volume: 50}]\n"))
          == "p.yaml:6:18: warning: volumes of the steps sum to 50, expected 100: the rest has no target [V16]\n");
    CHECK(test::told(with("    adopt: 7\n    take_profit: [{order_type: limit, price: 65000, volume: 60},\n"
                          "                  {order_type: limit, price: 65000, volume: 60}]\n"))
          == "p.yaml:6:18: error: volumes of the steps sum to 120, expected 100 [V16]\n");
}
