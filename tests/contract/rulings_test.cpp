// api.md K.8, H and M: quirks and rulings that a trader meets in prices and amounts.
#include <doctest/doctest.h>

#include "contract/desk.hpp"

using namespace smarttrade::contract;

namespace {

json::value find(const json::value& all, const std::string& purpose) {
    for (const auto& each : all.as_array())
        if (at(each, "/trade_purpose") == purpose) return each;
    return {};
}

const edits at_market{{"/position/order_type", "market"}};
const edits halves{{"/take_profit", take_profit({limit_step("63000", "50"), limit_step("66000", "50")})}};

edits leverage(const std::string& type, int value) {
    return {{"/leverage/enabled", true}, {"/leverage/type", type}, {"/leverage/value", value}};
}

std::string add(const std::string& units) {
    return json::serialize(json::value{{"order_type", "market"}, {"units", {{"value", units}}}});
}

} // namespace

TEST_SUITE_BEGIN("with ticks");

TEST_CASE(
    "K.8: created first, base_order_finished always, finished not when cancelled, closed_at after a partial close") {
    desk on;
    const auto made = on.create(halves);
    CHECK(at(made, "/status/type") == "created");
    CHECK(at(made, "/data/base_order_finished") == "true");
    CHECK(at(made, "/data/commission") == "0.001");
    CHECK(at(made, "/data/closed_at") == "absent");
    const auto trade = on.opened(halves);
    on.price("63000");
    on.settle();
    const auto part = on.see(trade);
    CHECK(at(part, "/status/type") == "waiting_targets");
    CHECK(at(part, "/data/closed_at") != "absent");
    CHECK(at(part, "/data/average_close_price") == "62937.0");
    on.act("DELETE", trade);
    on.settle();
    const auto over = on.see(trade);
    CHECK(at(over, "/status/type") == "cancelled");
    CHECK(at(over, "/data/finished") == "false");
    CHECK(at(over, "/data/base_order_finished") == "true");
}

TEST_CASE("E.1, K.1: amounts are strings with a fraction and without exponent, ids numbers, times ISO") {
    desk on;
    const auto trade = on.opened(halves + edits{{"/stop_loss", stop_loss("57000")}});
    for (const auto* place :
         {"/position/units/value", "/position/price/value", "/position/total/value", "/data/entered_amount",
          "/data/entered_total", "/data/average_enter_price", "/take_profit/steps/0/units/value",
          "/take_profit/steps/0/price/value", "/take_profit/steps/0/volume", "/take_profit/steps/0/total",
          "/stop_loss/conditional/price/value", "/profit/volume", "/profit/percent", "/data/current_price/bid"}) {
        CAPTURE(std::string{place});
        boost::system::error_code missing;
        const auto* value = trade.find_pointer(place, missing);
        REQUIRE(value);
        REQUIRE(value->is_string());
        const auto text = at(trade, place);
        CHECK(text.find('.') != std::string::npos);
        CHECK(text.find_first_not_of("-0123456789.") == std::string::npos);
    }
    CHECK(trade.at("id").is_int64());
    CHECK(trade.at("take_profit").at("steps").at(0).at("id").is_int64());
    CHECK(trade.at("instant").is_bool());
    const auto time = at(trade, "/data/created_at");
    CHECK(time.size() == 24);
    CHECK(time.ends_with('Z'));
    CHECK(time[19] == '.');
}

TEST_CASE(
    "M.1: an order that the price jumps over fills at its own limit, one marketable at once at the better price") {
    desk on;
    const auto resting = on.created_and_settled();
    on.price("59000");
    on.settle();
    CHECK(at(on.see(resting), "/data/average_enter_price_without_commission") == "60000.0");
    const auto marketable = on.created_and_settled();
    CHECK(at(marketable, "/data/average_enter_price_without_commission") == "59000.0");
}

TEST_CASE("M.2, H.5: percent targets become prices at the entry, from the average as shown, floored to the step") {
    desk on;
    auto tp = limit_step("1", "100");
    tp.at("price").as_object() = {{"type", "bid"}, {"percent", "11"}};
    auto sl = stop_loss("1");
    sl.at("conditional").at("price").as_object() = {{"type", "bid"}, {"percent", "6"}};
    const auto trade = on.created_and_settled(trailing_entry("60000", "1")
                                              + edits{{"/take_profit", take_profit({tp})}, {"/stop_loss", sl}});
    CHECK(at(trade, "/take_profit/steps/0/price/percent") == "11.0");
    for (const auto* price : {"60000", "59000", "59589.99"}) on.price(price);
    CHECK(on.status(trade) == "waiting_position");
    on.price("59590");
    on.settle();
    const auto open = on.see(trade);
    CHECK(at(open, "/data/average_enter_price") == "59649.59");
    CHECK(at(open, "/take_profit/steps/0/price/value") == "66211.04");
    CHECK(at(open, "/stop_loss/conditional/price/value") == "56070.61");
}

TEST_CASE("M.3, M.4: a trailing stop counts from the open position, and only its trade shows where it stands") {
    desk on;
    const auto trade = on.opened({{"/stop_loss", stop_loss("57000")},
                                  {"/stop_loss/conditional/trailing/enabled", true},
                                  {"/stop_loss/conditional/trailing/percent", "5"}});
    const auto trigger = [&] { return at(find(on.sub_trades(trade), "stop_loss"), "/trigger_price"); };
    CHECK(trigger() == "57950.0");
    on.price("62000");
    CHECK(trigger() == "58900.0");
    on.price("60000");
    CHECK(trigger() == "58900.0");
    CHECK(at(on.see(trade), "/stop_loss/conditional/price/value") == "57000.0");
    on.price("58900");
    on.settle();
    CHECK(on.status(trade) == "stop_loss_finished");
}

TEST_CASE("M.4: breakeven moves the shown trigger to the average entry, once the first step is done") {
    desk on;
    const auto trade = on.opened(halves + edits{{"/stop_loss", stop_loss("57000")}, {"/stop_loss/breakeven", true}});
    on.price("63000");
    on.settle();
    CHECK(at(on.see(trade), "/stop_loss/conditional/price/value") == "61061.0");
    on.price("61061");
    on.settle();
    CHECK(on.status(trade) == "stop_loss_finished");
}

TEST_CASE("H.7: without a percent the distance of a trailing stop stays the same") {
    desk on;
    const auto trade =
        on.opened({{"/stop_loss", stop_loss("57000")}, {"/stop_loss/conditional/trailing/enabled", true}});
    on.price("62000");
    CHECK(at(find(on.sub_trades(trade), "stop_loss"), "/trigger_price") == "58000.0");
    on.price("58000");
    on.settle();
    CHECK(on.status(trade) == "stop_loss_finished");
}

TEST_CASE("H.7: a stop with a timeout waits, and a recovery starts the wait anew") {
    desk on;
    const auto trade = on.opened(
        {{"/stop_loss", stop_loss("57000")}, {"/stop_loss/timeout/enabled", true}, {"/stop_loss/timeout/value", 60}});
    on.price("56000");
    on.wait(50000);
    on.price("57500");
    on.price("56000");
    on.wait(50000);
    CHECK(on.status(trade) == "waiting_targets");
    on.wait(11000);
    on.settle();
    CHECK(on.status(trade) == "stop_loss_finished");
}

TEST_CASE("H.7, H.21: a stop that is cancelled while its timeout runs is gone, and time goes on") {
    desk on;
    const auto trade = on.opened(halves
                                 + edits{{"/stop_loss", stop_loss("59000")},
                                         {"/stop_loss/timeout/enabled", true},
                                         {"/stop_loss/timeout/value", 60}});
    on.price("58000");
    const auto stop = id_of(find(on.sub_trades(trade), "stop_loss"));
    CHECK(on.act("DELETE", trade, "/trades/" + stop).status == 200);
    on.wait(61000);
    on.settle();
    CHECK(on.status(trade) == "waiting_targets");
    CHECK(at(on.see(trade), "/data/closed_amount") == "0.0");
}

TEST_CASE("H.14, H.20: a step that is being closed and a reduction together sell no more than is held") {
    desk on;
    on.created_and_settled(edits{{"/instant", true}} + at_market); // coins of his own, which must stay
    const auto trade = on.opened({{"/take_profit", take_profit({limit_step("63000", "100")})}});
    const auto step = "/trades/" + at(trade, "/take_profit/steps/0/id");
    CHECK(on.act("POST", trade, step + "/close_by_market").status == 201);
    on.act("POST", trade, "/reduce_funds", add("0.005"));
    on.settle();
    const auto seen = on.see(trade);
    CHECK(at(seen, "/data/entered_amount") == "0.01");
    CHECK(at(seen, "/data/closed_amount") == "0.01");
}

TEST_CASE("H.4: a conditional entry fires from the side on which the price was when it was created") {
    desk on;
    const auto conditional = [&](const char* trigger) {
        return on.created_and_settled({{"/position/order_type", "conditional"},
                                       {"/position/conditional/price/value", trigger},
                                       {"/position/conditional/order_type", "market"}});
    };
    const auto above = conditional("62000"), below = conditional("60000");
    on.price("61999.99");
    CHECK(on.status(above) == "waiting_position");
    on.price("62000");
    on.settle();
    CHECK(on.status(above) == "waiting_targets");
    CHECK(on.status(below) == "waiting_position");
    on.price("60000");
    on.settle();
    CHECK(on.status(below) == "waiting_targets");
}

TEST_CASE("M.5: an isolated position is liquidated at its entry less its margin, a cross one never") {
    desk on{market::contracts};
    const auto trade = on.opened(leverage("isolated", 10));
    const auto price = at(trade, "/data/liquidation_price");
    CAPTURE(price);
    CHECK((price == "54900.0" || price == "54954.9")); // of the raw or of the average entry
    CHECK(at(on.opened(leverage("cross", 10)), "/data/liquidation_price") == "null");
    on.price("54000");
    on.settle();
    CHECK(on.status(trade) != "waiting_targets");
}

TEST_CASE("M.11: added funds split the steps anew, less what is finished; a pending order ends with the trade") {
    desk on;
    const auto trade = on.opened(halves);
    on.act("POST", trade, "/add_funds", add("0.01"));
    on.settle();
    const auto more = on.see(trade);
    CHECK(at(more, "/position/units/value") == "0.02");
    CHECK(at(more, "/take_profit/steps/0/units/value") == "0.01");
    CHECK(at(more, "/take_profit/steps/1/units/value") == "0.01");
    CHECK(at(more, "/take_profit/steps/0/price/value") == "63000.0");
    on.price("63000");
    on.settle();
    on.price("61000");
    on.act("POST", trade, "/add_funds", add("0.01"));
    on.settle();
    CHECK(at(on.see(trade), "/take_profit/steps/1/units/value") == "0.02");
    on.act("POST", trade, "/add_funds", R"({"order_type":"limit","units":{"value":"0.01"},"price":{"value":"50000"}})");
    on.settle();
    on.act("POST", trade, "/close_by_market");
    on.settle();
    on.price("50000");
    on.settle();
    const auto over = on.see(trade);
    CHECK(at(over, "/status/type") == "panic_sold");
    CHECK(at(over, "/data/entered_amount") == "0.03");
}

TEST_CASE("M.12: at most what is left is reduced, and the steps that remain shrink with it") {
    desk on;
    const auto trade = on.opened(halves);
    on.act("POST", trade, "/reduce_funds", add("0.004"));
    on.settle();
    const auto less = on.see(trade);
    CHECK(at(less, "/take_profit/steps/0/units/value") == "0.003");
    CHECK(at(less, "/take_profit/steps/1/units/value") == "0.003");
    CHECK(on.act("GET", trade, "/reduce_funds_info")["/max_reduce_funds_amount"] == "0.006");
    CHECK(at(less, "/reduce_funds/steps/0/status/type") == "finished");
}

TEST_CASE("M.13, H.9: own funds have no average, and their profit is counted from units times price") {
    desk on;
    const auto trade = on.created_and_settled(edits{{"/skip_enter_step", true}, {"/stop_loss", stop_loss("57000")}}
                                              + at_market + edits{{"/position/price/value", "60000"}});
    CHECK(at(trade, "/data/entered_total") == "600.0");
    CHECK(at(trade, "/data/average_enter_price") == "null");
    CHECK(at(trade, "/profit/volume") == "9.39"); // 0.01 * 61000 * 0.999 - 600
}

TEST_CASE("M.14: no money is no error of the request") {
    desk on{"NONE_M14", "61000"};
    const auto told = on.post();
    CHECK(told.status == 201);
    on.settle();
    CHECK(at(on.see(told.body), "/status/error") == "Insufficient balance");
}

TEST_CASE("M.15: a smart cover on spot sells own coins first, so it needs them") {
    desk on;
    const edits cover = edits{{"/position/type", "sell"}} + at_market;
    CHECK(at(on.created_and_settled(cover), "/status/type") == "failed");
    on.created_and_settled(edits{{"/instant", true}} + at_market);
    CHECK(at(on.created_and_settled(cover), "/status/type") == "waiting_targets");
}

TEST_SUITE_END();
