// api.md D.3, V33: what a trader edits is what changes, and nothing else.
#include <doctest/doctest.h>

#include "contract/desk.hpp"

using namespace smarttrade::contract;

namespace {

/// The groups of a PATCH, as the entity shows them.
json::value shown_groups(const json::value& trade) {
    json::object groups;
    for (const auto* name : {"leverage", "position", "take_profit", "stop_loss"}) groups[name] = trade.at(name);
    return groups;
}

answer patch(desk& on, const json::value& trade, const json::value& body) {
    return on.act("PATCH", trade, "", text_of(body));
}

const edits conditional_limit{{"/position/order_type", "conditional"},
                              {"/position/conditional/price/value", "61500"},
                              {"/position/conditional/order_type", "limit"}};

} // namespace

TEST_SUITE_BEGIN("with ticks");

TEST_CASE("H.4, V33: a conditional entry whose order rests is moved by a PATCH, and waits for no trigger again") {
    desk on;
    const auto trade = on.created_and_settled(conditional_limit);
    on.price("61500");
    on.settle();
    REQUIRE(at(on.see(trade), "/position/status/type") == "order_placed");
    on.price("61000");
    const auto told = patch(on, trade, changed(shown_groups(on.see(trade)), {{"/position/price/value", "59500"}}));
    CAPTURE(told.brief());
    REQUIRE(told.status == 200);
    on.settle();
    const auto moved = on.see(trade);
    CHECK(at(moved, "/position/status/type") == "order_placed");
    CHECK(at(moved, "/position/price/value") == "59500.0");
    on.price("59600"); // over the new price, under the old one
    on.settle();
    CHECK(on.status(trade) == "waiting_position");
    on.price("59500");
    on.settle();
    CHECK(at(on.see(trade), "/data/average_enter_price_without_commission") == "59500.0");
}

TEST_CASE("H.5, V33: a trailing entry that is sent back as it is shown goes on trailing from its extreme") {
    desk on;
    const auto trade = on.created_and_settled(trailing_entry("60000", "1"));
    for (const auto* price : {"60000", "59000", "59100"}) on.price(price);
    const auto entry = [&] { return on.sub_trades(trade).as_array().at(0); };
    REQUIRE(at(on.see(trade), "/position/status/type") == "trailing_activated");
    REQUIRE(at(entry(), "/trailing_last_price") == "59000.0");
    const auto told = patch(on, trade, shown_groups(on.see(trade)));
    CAPTURE(told.brief());
    REQUIRE(told.status == 200);
    on.settle();
    CHECK(at(on.see(trade), "/position/status/type") == "trailing_activated");
    CHECK(at(entry(), "/trailing_last_price") == "59000.0");
    on.price("59589.99");
    on.settle();
    CHECK(on.status(trade) == "waiting_position");
    on.price("59590"); // one percent over 59000, not over what the price was at the edit
    on.settle();
    CHECK(on.status(trade) == "waiting_targets");
}

TEST_CASE("V3, V33: leverage is taken back as the entity shows it") {
    desk on{market::contracts};
    const auto trade =
        on.created_and_settled({{"/leverage/enabled", true}, {"/leverage/type", "isolated"}, {"/leverage/value", 10}});
    REQUIRE(at(trade, "/leverage/value") == "10.0");
    const auto told = patch(on, trade, shown_groups(trade));
    CAPTURE(told.brief());
    CHECK(told.status == 200);
    on.settle();
    CHECK(at(on.see(trade), "/leverage/value") == "10.0");
    CHECK(at(on.see(trade), "/position/status/type") == "order_placed");
}

TEST_CASE("V31, V33: steps of an open position are refused when one is too small for an order, as in a create") {
    const edits uneven{{"/take_profit", take_profit({limit_step("63000", "0.5"), limit_step("66000", "99.5")})}};
    desk on;
    const auto refused = on.post(uneven);
    CHECK(refused.status == 422);
    CHECK(refused.blames("take_profit.steps.total") != "absent");
    const auto trade = on.opened({{"/take_profit", take_profit({limit_step("63000", "100")})}});
    auto exits = shown_groups(trade);
    exits.as_object().erase("position");
    const auto told = patch(on, trade, changed(exits, uneven));
    CAPTURE(told.brief());
    CHECK(told.status == 422);
    CHECK(told.blames("take_profit.steps.total") == refused.blames("take_profit.steps.total"));
    on.settle();
    CHECK(at(on.see(trade), "/take_profit/steps/0/volume") == "100.0");
    CHECK(patch(on, trade,
                changed(exits, {{"/take_profit", take_profit({limit_step("63000", "1"), limit_step("66000", "99")})}}))
              .status
          == 200);
}

TEST_SUITE_END();
