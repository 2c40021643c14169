// api.md G, V14 to V28: take profit and stop loss.
#include <doctest/doctest.h>

#include "contract/rule_rows.hpp"

using namespace smarttrade::contract;

namespace {

const edits one_step{{"/take_profit", take_profit({limit_step("63000", "100")})}};
const edits market_exit{{"/take_profit", take_profit({market_step("63000", "100")})}};
const edits two_steps{{"/take_profit", take_profit({limit_step("63000", "50"), limit_step("66000", "50")})}};
const edits stopped{{"/stop_loss", stop_loss("57000")}};
const edits limit_stop{
    {"/stop_loss", stop_loss("57000")}, {"/stop_loss/order_type", "limit"}, {"/stop_loss/price/value", "56900"}};

/// So many steps of so much each, of a trade big enough for all of them.
edits steps_of(int count, const std::string& volume) {
    json::value all{{"enabled", true}, {"steps", json::array{}}};
    for (int i = 0; i < count; ++i) all.at("steps").as_array().push_back(limit_step(std::to_string(63000 + i), volume));
    return {{"/position/units/value", "1"}, {"/take_profit", all}};
}

edits volumes(const std::string& first, const std::string& second, const std::string& third) {
    return {{"/position/units/value", "1"},
            {"/take_profit",
             take_profit({limit_step("63000", first), limit_step("64000", second), limit_step("65000", third)})}};
}

const edits percent_step{{"/take_profit/steps/0/price/value", std::nullopt},
                         {"/take_profit/steps/0/price/percent", "5"}};
const edits percent_stop{{"/stop_loss/conditional/price/value", std::nullopt},
                         {"/stop_loss/conditional/price/percent", "5"}};

edits step_trailing(const json::value& percent) {
    return {{"/take_profit/steps/0/trailing/enabled", true}, {"/take_profit/steps/0/trailing/percent", percent}};
}

const std::string both_prices = "take_profit[steps][0][price][value],take_profit[steps][0][price][percent]";

} // namespace

TEST_SUITE_BEGIN("with ticks");

TEST_CASE("V14, V15, V16, V17, M.9: steps") {
    check_rules({
        {"V14: one to eight steps",
         "take_profit[steps]",
         {},
         {steps_of(9, "11.11"), steps_of(0, "0"), {{"/take_profit", json::object{{"enabled", true}}}}},
         {steps_of(8, "12.5"), one_step}},
        {"V14: off, the steps are ignored", "", {}, {}, {steps_of(9, "1") + edits{{"/take_profit/enabled", false}}}},
        {"V15: a step's order type is market or limit",
         "take_profit[steps][0][order_type]",
         one_step,
         {{{"/take_profit/steps/0/order_type", "conditional"}}, {{"/take_profit/steps/0/order_type", std::nullopt}}},
         {{{"/take_profit/steps/0/order_type", "market"}}}},
        {"V15: a step has a volume above 0",
         "take_profit[steps][0][volume]",
         one_step,
         {{{"/take_profit/steps/0/volume", std::nullopt}}, {{"/take_profit/steps/0/volume", "0"}}},
         {{{"/take_profit/steps/0/volume", 100}}}},
        {"V15: its price type is bid, ask or last",
         "take_profit[steps][0][price][type]",
         one_step,
         {{{"/take_profit/steps/0/price/type", "middle"}}},
         {{{"/take_profit/steps/0/price/type", "ask"}}, {{"/take_profit/steps/0/price/type", "last"}}}},
        {"V16: volumes sum to 100 to the last digit, slack 0",
         "",
         {},
         {volumes("33.33", "33.33", "33.33"), volumes("33.33", "33.33", "33.35"), volumes("50", "50", "50")},
         {volumes("33.33", "33.33", "33.34"), volumes("10", "20", "70")}},
        {"V17: exactly one of value and percent",
         both_prices,
         one_step,
         {{{"/take_profit/steps/0/price/percent", "5"}}, {{"/take_profit/steps/0/price/value", std::nullopt}}},
         {{}}},
    });
    desk on;
    const auto both = on.post(one_step + edits{{"/take_profit/steps/0/price/percent", "5"}});
    CHECK(both.blames(both_prices) == "are mutually exclusive");
    const auto none = on.post(one_step + edits{{"/take_profit/steps/0/price/value", std::nullopt}});
    CHECK(none.blames(both_prices) == "are missing, exactly one parameter must be provided");
}

TEST_CASE("V18, V19, V20, V21, V22, M.9: percents, trailing steps, mixes") {
    const auto trailing_last = take_profit({limit_step("63000", "60"), trailing_step("66000", "40", "1")});
    const auto trailing_first = take_profit({trailing_step("63000", "60", "1"), limit_step("66000", "40")});
    check_rules({
        {"V18: a percent only while a trailing entry is unfinished",
         "",
         {},
         {one_step + percent_step},
         {trailing_entry("60000", "1") + one_step + percent_step, one_step}},
        {"V18: of the stop loss too",
         "",
         {},
         {stopped + percent_stop},
         {trailing_entry("60000", "1") + stopped + percent_stop}},
        {"V19: trailing only on market steps",
         "take_profit[steps][0]",
         {},
         {one_step + step_trailing("1")},
         {market_exit + step_trailing("1")}},
        {"V19: its percent is 0.01 to 100",
         "take_profit[steps][0][trailing][percent]",
         market_exit,
         {step_trailing(nullptr), step_trailing("0.009"), step_trailing("0"), step_trailing("100.01")},
         {step_trailing("0.01"), step_trailing("100"), step_trailing(1.5)}},
        {"V20: trailing only on the last step",
         "",
         {},
         {{{"/take_profit", trailing_first}}},
         {{{"/take_profit", trailing_last}}}},
        {"V21: steps may mix order types",
         "",
         {},
         {},
         {{{"/take_profit", take_profit({limit_step("63000", "50"), market_step("66000", "50")})}},
          {{"/take_profit", take_profit({market_step("63000", "50"), limit_step("66000", "50")})}}}},
        {"V22: the order of step prices is a warning, no error",
         "",
         {},
         {},
         {{{"/take_profit", take_profit({limit_step("66000", "50"), limit_step("63000", "50")})}},
          {{"/take_profit", take_profit({market_step("59000", "100")})}}}},
    });
}

TEST_CASE("V23, V24, V25, V26, V27, V28: stop loss") {
    const edits trailing{{"/stop_loss/conditional/trailing/enabled", true}};
    const std::string both = "stop_loss[conditional][price][value],stop_loss[conditional][price][percent]";
    check_rules({
        {"V23: a stop loss has an order type",
         "stop_loss[order_type]",
         stopped,
         {{{"/stop_loss/order_type", std::nullopt}}, {{"/stop_loss/order_type", "stop"}}},
         {{}}},
        {"V23: a price type",
         "stop_loss[conditional][price][type]",
         stopped,
         {{{"/stop_loss/conditional/price/type", std::nullopt}}, {{"/stop_loss/conditional/price/type", "mid"}}},
         {{}}},
        {"V23: and exactly one of value and percent",
         both,
         stopped,
         {{{"/stop_loss/conditional/price/percent", "5"}}, {{"/stop_loss/conditional/price/value", std::nullopt}}},
         {{}}},
        {"V23: the condition itself",
         "stop_loss[conditional]",
         stopped,
         {{{"/stop_loss/conditional", std::nullopt}}},
         {{}}},
        {"V24: a limit stop has its price, a market stop needs none",
         "stop_loss[price]",
         limit_stop,
         {{{"/stop_loss/price", std::nullopt}}},
         {{},
          {{"/stop_loss/order_type", "market"}},
          {{"/stop_loss/order_type", "market"}, {"/stop_loss/price", std::nullopt}}}},
        {"V25: a timeout has whole seconds, one at least",
         "stop_loss[timeout]",
         stopped + edits{{"/stop_loss/timeout/enabled", true}},
         {{}, {{"/stop_loss/timeout/value", 0}}, {{"/stop_loss/timeout/value", "1.5"}}},
         {{{"/stop_loss/timeout/value", 1}}, {{"/stop_loss/timeout/enabled", false}}}},
        {"V26: breakeven needs two steps",
         "",
         stopped + edits{{"/stop_loss/breakeven", true}},
         {one_step, {}, two_steps + edits{{"/take_profit/enabled", false}}},
         {two_steps}},
        {"V27: trailing only on a market stop", "stop_loss", limit_stop, {trailing}, {{}}},
        {"V27: its percent is optional",
         "",
         stopped + trailing,
         {},
         {{}, {{"/stop_loss/conditional/trailing/percent", "8.5"}}}},
        {"V28: on which side a stop loss lies is a warning, no error",
         "",
         {},
         {},
         {{{"/stop_loss", stop_loss("60001")}}, {{"/stop_loss", stop_loss("59999")}}}},
    });
}

TEST_SUITE_END();
