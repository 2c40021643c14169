// Two things are asked of a trade at once, or one overtakes the other: nothing is lost and nothing hangs.
#include <doctest/doctest.h>

#include "contract/desk.hpp"

using namespace smarttrade::contract;

namespace {

const edits halves{{"/take_profit", take_profit({limit_step("63000", "50"), limit_step("66000", "50")})}};

} // namespace

TEST_SUITE_BEGIN("with ticks");

TEST_CASE("H.20, H.21: a step that is being sold is sold though the other one is cancelled") {
    desk on;
    const auto trade = on.opened(halves);
    const auto step = [&](int i) { return "/trades/" + at(trade, "/take_profit/steps/" + std::to_string(i) + "/id"); };
    const auto units = at(trade, "/take_profit/steps/0/units/value");
    REQUIRE(units == "0.005");
    CHECK(on.act("POST", trade, step(0) + "/close_by_market").status == 201);
    CHECK(on.act("DELETE", trade, step(1)).status == 200);
    on.settle();
    const auto seen = on.see(trade);
    CHECK(at(seen, "/data/closed_amount") == units);
    const auto status = at(seen, "/status/type");
    CAPTURE(status);
    CHECK((status == "finished" || status == "waiting_targets"));
}

TEST_CASE(
    "H.6, H.21: a reduction that is cancelled when the last step is sold leaves no trade that waits for nothing") {
    desk on;
    const auto trade = on.opened({{"/take_profit", take_profit({limit_step("63000", "100")})}});
    const auto told = on.act("POST", trade, "/reduce_funds",
                             R"({"order_type":"limit","units":{"value":"0.005"},"price":{"value":"70000"}})");
    REQUIRE(told.status == 201);
    on.settle();
    on.price("63000");
    on.settle();
    const auto open = on.see(trade);
    CHECK(at(open, "/take_profit/steps/0/status/type") == "finished");
    CHECK(at(open, "/status/type") == "reduce_funds_in_progress");
    CHECK(on.act("DELETE", trade, "/trades/" + at(open, "/reduce_funds/steps/0/id")).status == 200);
    on.settle();
    CHECK(on.status(trade) == "finished");
    CHECK(at(on.see(trade), "/data/closed_amount") == "0.005");
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("own exchange");

TEST_CASE("K.9: an entry that the market touches before its DELETE fills at its trigger, and its coins are kept") {
    auto flags = common_flags();
    flags.insert(flags.end(), {"--fault", "fill_before_delete"});
    own_exchange exchange{flags};
    desk on{market::spot, exchange.at()};
    const auto trade = on.created_and_settled({{"/position/order_type", "conditional"},
                                               {"/position/price", std::nullopt},
                                               {"/position/conditional/price/value", "58000"},
                                               {"/position/conditional/order_type", "market"}});
    REQUIRE(on.status(trade) == "waiting_position");
    CHECK(on.act("DELETE", trade).status == 200);
    on.settle();
    const auto over = on.see(trade);
    CHECK(at(over, "/status/type") == "cancelled");
    CHECK(at(over, "/data/entered_amount") == "0.01");
    CHECK(at(over, "/data/average_enter_price_without_commission") == "58000.0");
}

TEST_SUITE_END();
