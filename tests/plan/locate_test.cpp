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

using names = std::string;
using place = std::size_t;

} // namespace

TEST_CASE("plan: what the exchange has against a field is told where its value stands, also within shorthands") {
    CHECK(place_of({names{"position"}, names{"units"}, names{"value"}}) == "p.yaml:6:53: error: wrong [V30]");
    CHECK(place_of({names{"position"}, names{"price"}, names{"value"}}) == "p.yaml:6:71: error: wrong [V30]");
    CHECK(place_of({names{"take_profit"}, names{"steps"}, place{1}, names{"price"}, names{"value"}})
          == "p.yaml:9:36: error: wrong [V30]");
    CHECK(place_of({names{"take_profit"}, names{"steps"}, place{0}, names{"volume"}})
          == "p.yaml:8:55: error: wrong [V30]");
    CHECK(place_of({names{"adjustments"}, place{0}, names{"add_funds"}, names{"units"}, names{"value"}})
          == "p.yaml:11:59: error: wrong [V30]");
    CHECK(place_of({names{"stop_loss"}, names{"conditional"}, names{"price"}, names{"value"}})
          == "p.yaml:2:14: error: wrong [V30]"); // of the defaults
}

TEST_CASE(
    "plan: a field that is not there is told at the nearest group, a trade that is not there at the file's begin") {
    CHECK(place_of({names{"position"}, names{"conditional"}, names{"price"}}) == "p.yaml:6:15: error: wrong [V30]");
    CHECK(place_of({names{"leverage"}, names{"value"}}) == "p.yaml:4:3: error: wrong [V30]");
    CHECK(place_of({names{"position"}}, "eth") == "p.yaml:1:1: error: wrong [V30]");
    CHECK(plan::locate("[", "p.yaml", {{"btc", {at({names{"pair"}})}}}).size() == 1);
    CHECK(plan::locate(text, "p.yaml", {}).empty());
}
