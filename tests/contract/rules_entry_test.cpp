// api.md G, V1 to V13: types, what is required, the entry.
#include <doctest/doctest.h>

#include "contract/rule_rows.hpp"

using namespace smarttrade::contract;

namespace {

const edits gone_exits{{"/take_profit", std::nullopt}, {"/stop_loss", std::nullopt}};

edits conditional(const std::string& inner) {
    return {{"/position/order_type", "conditional"},
            {"/position/conditional/price/value", "60500"},
            {"/position/conditional/order_type", inner}};
}

const edits own_funds{
    {"/skip_enter_step", true}, {"/position/order_type", "market"}, {"/stop_loss", stop_loss("57000")}};

} // namespace

TEST_SUITE_BEGIN("with ticks");

TEST_CASE("V1, V2, V3: types") {
    check_rules({
        {"V1: booleans may be the strings true and false",
         "take_profit[enabled]",
         {},
         {{{"/take_profit/enabled", "maybe"}}, {{"/take_profit/enabled", 7}}},
         {{{"/take_profit/enabled", "false"}, {"/stop_loss/enabled", "false"}}, {{"/instant", "true"}}}},
        {"V2: numbers may be decimal strings, and are above 0",
         "position[units][value]",
         {},
         {{{"/position/units/value", ""}},
          {{"/position/units/value", "abc"}},
          {{"/position/units/value", "NaN"}},
          {{"/position/units/value", "-0.01"}},
          {{"/position/units/value", 0}}},
         {{{"/position/units/value", 0.01}}, {{"/position/units/value", "0.01"}}}},
        {"V2: prices too",
         "position[price]",
         {},
         {{{"/position/price/value", "-60000"}}, {{"/position/price/value", "0"}}, {{"/position/price/value", "x"}}},
         {{{"/position/price/value", 60000}}}},
        {"V3: integers may be strings; null members are absent, unknown ones ignored",
         "timeout",
         {{"/stop_loss", stop_loss("57000")}, {"/stop_loss/timeout/enabled", true}},
         {{{"/stop_loss/timeout/value", "8.5"}}, {{"/stop_loss/timeout/value", "x"}}},
         {{{"/stop_loss/timeout/value", "8"}},
          {{"/stop_loss/timeout/value", 8}, {"/note", nullptr}, {"/leverage", nullptr}},
          {{"/stop_loss/timeout/value", 8}, {"/nonsense", "x"}, {"/position/nonsense", 1}}}},
    });
    desk on;
    CHECK(on.post({{"/account_id", std::to_string(on.account())}}).status == 201);
}

TEST_CASE("V4: data.type follows from instant, skip_enter_step and position.type; both at once are refused") {
    desk on;
    struct row {
        bool instant, skips;
        std::string side, type;
    };
    for (const auto& r : {row{true, false, "buy", "simple_buy"}, row{true, false, "sell", "simple_sell"},
                          row{false, false, "buy", "smart_trade"}, row{false, false, "sell", "smart_cover"},
                          row{false, true, "buy", "smart_sell"}, row{false, true, "sell", "smart_buy"}}) {
        CAPTURE(r.type);
        const auto told = on.post({{"/instant", r.instant},
                                   {"/skip_enter_step", r.skips},
                                   {"/position/type", r.side},
                                   {"/stop_loss", stop_loss(r.side == "buy" ? "57000" : "63000")}});
        CAPTURE(told.brief());
        CHECK(told.status == 201);
        CHECK(told["/data/type"] == r.type);
    }
    CHECK(on.post({{"/instant", true}, {"/skip_enter_step", true}}).status == 400);
}

TEST_CASE("V5: what every request needs is told one by one, is missing") {
    desk on;
    for (const auto* field :
         {"account_id", "pair", "position[type]", "position[order_type]", "position[units][value]"}) {
        CAPTURE(field);
        std::string pointer = '/' + std::string{field};
        for (auto end = pointer.find(']'); end != std::string::npos; end = pointer.find(']')) pointer.erase(end, 1);
        for (auto open = pointer.find('['); open != std::string::npos; open = pointer.find('[')) pointer[open] = '/';
        const auto told = on.post({{pointer, std::nullopt}});
        CAPTURE(told.brief());
        CHECK(told.status == 400);
        CHECK(told.blames(field).find("is missing") != std::string::npos);
    }
    const auto unknown = on.post({{"/pair", "USDT_NEVERSEEN"}});
    CAPTURE(unknown.brief());
    CHECK(unknown.status == 422); // M.10
    CHECK(unknown.blames("pair") != "absent");
    CHECK(on.post({{"/account_id", 123456789}}).status == 403);
}

TEST_CASE("V6, V7, V8, V9: what depends on the kind of trade") {
    check_rules({
        {"V6: without instant both exits are there, each with enabled",
         "take_profit",
         {},
         {{{"/take_profit", std::nullopt}}, {{"/take_profit", json::object{}}}},
         {{}}},
        {"V6: the stop loss too",
         "stop_loss",
         {},
         {{{"/stop_loss", std::nullopt}}, {{"/stop_loss", json::object{}}}},
         {{}}},
        {"V6: with instant they are unnecessary, and ignored",
         "",
         {{"/instant", true}},
         {},
         {gone_exits, {{"/take_profit", take_profit({limit_step("63000", "100")})}}}},
        {"V7: a limit order has its price, a market order needs none",
         "position[price]",
         {},
         {{{"/position/price", std::nullopt}}, {{"/position/price", json::object{}}}},
         {{{"/position/order_type", "market"}},
          {{"/position/order_type", "market"}, {"/position/price", std::nullopt}}}},
        {"V8: a conditional entry has trigger and inner type",
         "position[conditional]",
         conditional("market"),
         {{{"/position/conditional", std::nullopt}},
          {{"/position/conditional/price", std::nullopt}},
          {{"/position/conditional/order_type", std::nullopt}},
          {{"/position/conditional/order_type", "conditional"}}},
         {{}, {{"/position/price", std::nullopt}}}},
        {"V8: with an inner limit also its price",
         "position[price]",
         conditional("limit"),
         {{{"/position/price", std::nullopt}}},
         {{}}},
        {"V8: with another order_type it is ignored",
         "",
         conditional("nonsense"),
         {},
         {{{"/position/order_type", "limit"}}}},
        {"V9: own funds need the price they were bought at",
         "position[price]",
         own_funds,
         {{{"/position/price", std::nullopt}}},
         {{}}},
        {"V9: and an exit", "", own_funds, {{{"/stop_loss", json::object{{"enabled", false}}}}}, {{}}},
        {"V9: order_type is required formally",
         "position[order_type]",
         own_funds,
         {{{"/position/order_type", std::nullopt}}},
         {{}}},
    });
}

TEST_CASE("V10, V11, V12: trailing entries, price types, simple trades") {
    check_rules({
        {"V10: trailing only with an inner market order",
         "position[conditional]",
         trailing_entry("60000", "1"),
         {{{"/position/conditional/order_type", "limit"}, {"/position/price/value", "60000"}}},
         {{}}},
        {"V10: a trailing percent is there, above 0 and at most 99",
         "position[conditional][trailing][percent]",
         trailing_entry("60000", "1"),
         {{{"/position/conditional/trailing/percent", std::nullopt}},
          {{"/position/conditional/trailing/percent", "0"}},
          {{"/position/conditional/trailing/percent", "99.01"}}},
         {{{"/position/conditional/trailing/percent", "99"}}, {{"/position/conditional/trailing/percent", "0.01"}}}},
        {"V11: a step's price type has no default",
         "take_profit[steps][0][price][type]",
         {{"/take_profit", take_profit({limit_step("63000", "100")})}},
         {{{"/take_profit/steps/0/price/type", std::nullopt}}},
         {{}, {{"/take_profit/steps/0/price/type", "last"}}}},
        {"V11: nor has the stop loss's",
         "stop_loss[conditional][price][type]",
         {{"/stop_loss", stop_loss("57000")}},
         {{{"/stop_loss/conditional/price/type", std::nullopt}}},
         {{}}},
        {"V12: simple trades are market or limit",
         "",
         {{"/instant", true}},
         {conditional("market")},
         {{{"/position/order_type", "market"}}, {{"/position/order_type", "limit"}}}},
    });
    desk on;
    CHECK(on.post(conditional("market"))["/position/conditional/price/type"] == "ask");
    CHECK(on.post(conditional("market") + edits{{"/position/type", "sell"}})["/position/conditional/price/type"]
          == "bid");
}

TEST_CASE("V13, M.6: leverage belongs to contract accounts, 422 elsewhere") {
    const auto leverage = [](const char* type, const json::value& value) {
        return edits{{"/leverage/enabled", true}, {"/leverage/type", type}, {"/leverage/value", value}};
    };
    check_rules({{"V13: on a spot account it is refused",
                  "",
                  {},
                  {leverage("cross", 2)},
                  {{{"/leverage/enabled", false}}},
                  422}},
                market::real);
    check_rules({{"V13: it has a type and a whole number",
                  "leverage",
                  {{"/leverage/enabled", true}},
                  {{{"/leverage/value", 2}},
                   {{"/leverage/type", "other"}, {"/leverage/value", 2}},
                   {{"/leverage/type", "isolated"}},
                   {{"/leverage/type", "isolated"}, {"/leverage/value", "2.5"}}},
                  {leverage("cross", 2), leverage("isolated", "12"), leverage("isolated", 1)}}},
                market::contracts);
    desk on{market::contracts};
    const auto custom = on.post(leverage("custom", "12"));
    CHECK(custom.status == 201);
    CHECK(custom["/leverage/type"] == "isolated");
    CHECK(custom["/leverage/value"] == "12.0");
    const auto excess = on.post(leverage("isolated", 100000));
    CAPTURE(excess.brief());
    CHECK((excess.status == 400 || excess.status == 422));
    CHECK(excess.error() == "record_invalid");
}

TEST_SUITE_END();
