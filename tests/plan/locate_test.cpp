#include <doctest/doctest.h>

#include "plan/locate.hpp"
#include "plan/plans.hpp"

using namespace smarttrade;

namespace {

constexpr std::string_view text = R"(defaults:
  stop_loss: 58000.005
trades:
  btc:
    pair: USDT_BTC
    position: {type: buy, order_type: limit, units: 0.0123456, price: 60000.005}
    take_profit:
      - {order_type: limit, price: 61000 bid, volume: 99%}
      - {order_type: limit, price: 62000.005, volume: 1%}
    adjustments:
      - {id: avg-1, add_funds: {order_type: limit, units: 0.0123456, price: 50000}}
)";

trade::violation at(trade::field_path path) {
    trade::violation made;
    made.rule = "V30";
    made.message = "wrong";
    made.at = std::move(path);
    return made;
}

std::string place_of(trade::field_path path, const std::string& trade = "btc") {
    REQUIRE_FALSE(base::has_errors(test::plans_of(text).diagnostics));
    const auto told = plan::locate(text, "p.yaml", {{trade, {at(std::move(path))}}});
    REQUIRE(told.size() == 1);
    return base::headline(told[0]);
}

using place = std::size_t;

} // namespace

TEST_CASE("plan: what the exchange has against a field is told where its value stands, also within shorthands") {
    CHECK(place_of({"position", "units", "value"}) == "p.yaml:6:53: error: wrong [V30]");
    CHECK(place_of({"position", "price", "value"}) == "p.yaml:6:71: error: wrong [V30]");
    CHECK(place_of({"take_profit", "steps", place{1}, "price", "value"}) == "p.yaml:9:36: error: wrong [V30]");
    CHECK(place_of({"take_profit", "steps", place{0}, "volume"}) == "p.yaml:8:55: error: wrong [V30]");
    CHECK(place_of({"adjustments", place{0}, "add_funds", "units", "value"}) == "p.yaml:11:59: error: wrong [V30]");
    CHECK(place_of({"stop_loss", "conditional", "price", "value"})
          == "p.yaml:2:14: error: wrong [V30]"); // of the defaults
}

TEST_CASE(
    "plan: a field that is not there is told at the nearest group, a trade that is not there at the file's begin") {
    CHECK(place_of({"position", "conditional", "price"}) == "p.yaml:6:15: error: wrong [V30]");
    CHECK(place_of({"leverage", "value"}) == "p.yaml:4:3: error: wrong [V30]");
    CHECK(place_of({"position"}, "eth") == "p.yaml:1:1: error: wrong [V30]");
    CHECK(plan::locate("[", "p.yaml", {{"btc", {at({"pair"})}}}).size() == 1);
    CHECK(plan::locate(text, "p.yaml", {}).empty());
}
