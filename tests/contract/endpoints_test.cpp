#include <doctest/doctest.h>

#include "contract/desk.hpp"

using namespace smarttrade::contract;

namespace {

const std::string market_order = R"({"order_type":"market","units":{"value":"0.005"}})";

void check_refused_by_status(const answer& told) {
    CAPTURE(told.brief());
    CHECK(told.status == 400);
    CHECK(told.error() == "Wrong param(s)");
    CHECK(told.description().ends_with("is not allowed in the current status"));
}

/// A trade at its end: entered, then closed by market.
json::value ended(desk& on) {
    const auto trade = on.opened();
    on.act("POST", trade, "/close_by_market");
    on.settle();
    return on.see(trade);
}

const json::value& find_trade(const json::value& all, const std::string& purpose) {
    static const json::value none;
    if (!all.is_array()) return none;
    for (const auto& each : all.as_array())
        if (at(each, "/trade_purpose") == purpose) return each;
    return none;
}

} // namespace

TEST_SUITE_BEGIN("with ticks");

TEST_CASE("D 1: the list is a bare array of trades, 200") {
    desk on;
    const auto trade = on.create();
    const auto told = on.at().get("/v2/smart_trades?pair=" + on.pair());
    CHECK(told.status == 200);
    REQUIRE(told.body.is_array());
    CHECK(told.body.as_array().size() == 1);
    CHECK(told["/0/id"] == id_of(trade));
}

TEST_CASE("D 2: a create is 201 with the whole trade, created, under an id of eight digits (K.7)") {
    desk on;
    const auto told = on.post({{"/note", "plan:a#1"}});
    CAPTURE(told.brief());
    CHECK(told.status == 201);
    CHECK(told["/status/type"] == "created");
    CHECK(told["/pair"] == on.pair());
    CHECK(told["/note_raw"] == "plan:a#1");
    CHECK(told["/id"].size() == 8);
    CHECK(told["/version"] == "2");
}

TEST_CASE("D 3: a trade by id is 200, the same as in the list") {
    desk on;
    const auto trade = on.created_and_settled();
    const auto told = on.act("GET", trade);
    CHECK(told.status == 200);
    CHECK(told["/id"] == id_of(trade));
    const auto listed = on.at().get("/v2/smart_trades?pair=" + on.pair());
    CHECK(listed["/0"] == json::serialize(told.body));
}

TEST_CASE("D 4: a PATCH while the entry waits is 200 and shows the new exits") {
    desk on;
    const auto trade = on.created_and_settled();
    const auto body =
        changed({{"position", {{"units", {{"value", "0.02"}}}, {"price", {{"value", "59000"}}}}}},
                {{"/take_profit", take_profit({limit_step("64000", "100")})}, {"/stop_loss", stop_loss("56000")}});
    const auto told = on.act("PATCH", trade, "", json::serialize(body));
    CAPTURE(told.brief());
    CHECK(told.status == 200);
    const auto seen = on.see(trade);
    CHECK(at(seen, "/position/units/value") == "0.02");
    CHECK(at(seen, "/position/price/value") == "59000.0");
    CHECK(at(seen, "/take_profit/steps/0/price/value") == "64000.0");
    CHECK(at(seen, "/stop_loss/conditional/price/value") == "56000.0");
    check_refused_by_status(on.act("PATCH", ended(on), "", json::serialize(body)));
}

TEST_CASE("D 5: a DELETE is 200 with cancellation_pending, then cancelled; no second one") {
    desk on;
    const auto trade = on.created_and_settled();
    const auto told = on.act("DELETE", trade);
    CAPTURE(told.brief());
    CHECK(told.status == 200);
    CHECK(told["/status/type"] == "cancellation_pending");
    check_refused_by_status(on.act("DELETE", trade));
    on.settle();
    CHECK(on.status(trade) == "cancelled");
    check_refused_by_status(on.act("DELETE", trade));
}

TEST_CASE("D 6: reduce_funds_info answers GET and POST, 200, with the amount as a decimal string") {
    desk on;
    const auto trade = on.opened();
    for (const auto* verb : {"GET", "POST"}) {
        CAPTURE(verb);
        const auto told = on.act(verb, trade, "/reduce_funds_info");
        CAPTURE(told.brief());
        CHECK(told.status == 200);
        CHECK(told["/max_reduce_funds_amount"] == "0.01");
    }
}

TEST_CASE("D 7: reduce_funds is 201 with pending_reduce_funds and an idle step") {
    desk on;
    const auto trade = on.opened();
    const auto told = on.act("POST", trade, "/reduce_funds", market_order);
    CAPTURE(told.brief());
    CHECK(told.status == 201);
    CHECK(told["/status/type"] == "pending_reduce_funds");
    CHECK(told["/status/title"] == "Pending reduce funds");
    CHECK(told["/reduce_funds/steps/0/status/type"] == "idle");
    CHECK(told["/reduce_funds/steps/0/type"] == "market");
    CHECK(told["/reduce_funds/steps/0/units/value"] == "0.005");
    on.settle();
    const auto seen = on.see(trade);
    CHECK(at(seen, "/status/type") == "waiting_targets");
    CHECK(at(seen, "/data/closed_amount") == "0.005");
}

TEST_CASE("D 8: add_funds is 201 before and after the entry, and none for simple trades") {
    desk on;
    const std::string order = R"({"order_type":"market","units":{"value":"0.01"}})";
    const auto waiting = on.act("POST", on.created_and_settled(), "/add_funds", order);
    CAPTURE(waiting.brief());
    CHECK(waiting.status == 201);
    const auto trade = on.opened();
    const auto told = on.act("POST", trade, "/add_funds", order);
    CHECK(told.status == 201);
    on.settle();
    CHECK(at(on.see(trade), "/data/entered_amount") == "0.02");
    check_refused_by_status(on.act("POST", on.created_and_settled({{"/instant", true}}), "/add_funds", order));
    check_refused_by_status(on.act("POST", on.created_and_settled(trailing_entry("60000", "1")), "/add_funds", order));
}

TEST_CASE("D 9: close_by_market is 201 with panic_sell_pending, then panic_sold; not before the entry") {
    desk on;
    const auto trade = on.opened();
    const auto told = on.act("POST", trade, "/close_by_market");
    CAPTURE(told.brief());
    CHECK(told.status == 201);
    CHECK(told["/status/type"] == "panic_sell_pending");
    CHECK(told["/status/title"] == "Closing at Market Price");
    on.settle();
    CHECK(on.status(trade) == "panic_sold");
    check_refused_by_status(on.act("POST", trade, "/close_by_market"));
    check_refused_by_status(on.act("POST", on.created_and_settled(), "/close_by_market"));
}

TEST_CASE("D 10: force_start is 201, the trade still waits, its entry is panic closing, then entered at market") {
    desk on;
    const auto trade = on.created_and_settled();
    const auto told = on.act("POST", trade, "/force_start");
    CAPTURE(told.brief());
    CHECK(told.status == 201);
    CHECK(told["/status/type"] == "waiting_position");
    CHECK(told["/position/status/type"] == "panic_sell_pending");
    CHECK(told["/position/status/title"] == "Panic closing");
    CHECK(told["/data/force_start_available"] == "false");
    on.settle();
    const auto seen = on.see(trade);
    CHECK(at(seen, "/status/type") == "waiting_targets");
    CHECK(at(seen, "/data/average_enter_price_without_commission") == "61000.0");
    check_refused_by_status(on.act("POST", trade, "/force_start"));
}

TEST_CASE("D 11: force_process is 201 and changes nothing by itself; not at the end") {
    desk on;
    const auto trade = on.created_and_settled();
    const auto told = on.act("POST", trade, "/force_process");
    CAPTURE(told.brief());
    CHECK(told.status == 201);
    CHECK(told["/status/type"] == "waiting_position");
    check_refused_by_status(on.act("POST", ended(on), "/force_process"));
}

TEST_CASE("D 12: set_note is 201 in any status and replaces note and note_raw") {
    desk on;
    for (const auto& trade : {on.created_and_settled({{"/note", "old"}}), ended(on)}) {
        const auto told = on.act("POST", trade, "/set_note", R"({"note":"plan:b#2"})");
        CAPTURE(told.brief());
        CHECK(told.status == 201);
        CHECK(told["/note"] == "plan:b#2");
        CHECK(at(on.see(trade), "/note_raw") == "plan:b#2");
        CHECK(told["/status/type"] == at(trade, "/status/type"));
    }
}

TEST_CASE("D 13: trades are one for the entry and each exit, under the ids of the steps, of ten digits (K.7)") {
    desk on;
    const auto trade = on.created_and_settled(
        {{"/take_profit", take_profit({limit_step("63000", "50"), trailing_step("66000", "50", "1")})},
         {"/stop_loss", stop_loss("57000")}});
    const auto told = on.act("GET", trade, "/trades");
    CHECK(told.status == 200);
    REQUIRE(told.body.is_array());
    CHECK(told.body.as_array().size() == 4);
    const auto entry = find_trade(told.body, "position");
    CHECK(at(entry, "/order_side") == "buy");
    CHECK(at(entry, "/order_type") == "limit");
    CHECK(at(entry, "/status") == "order_placed");
    CHECK(at(entry, "/order_price") == "60000.0");
    CHECK(at(entry, "/initial_amount") == "0.01");
    CHECK(at(entry, "/initial_total") == "600.0");
    const auto exit = find_trade(told.body, "take_profit");
    CHECK(at(exit, "/id") == at(trade, "/take_profit/steps/0/id"));
    CHECK(at(exit, "/id").size() == 10);
    CHECK(at(exit, "/order_side") == "sell");
    CHECK(at(exit, "/position_percentage") == "50.0");
    const auto stop = find_trade(told.body, "stop_loss");
    CHECK(at(stop, "/trigger_price") == "57000.0");
    CHECK(at(stop, "/trigger_condition") == "less_or_equal");
    CHECK(at(stop, "/trigger_type") == "conditional");
    CHECK(at(stop, "/position_percentage") == "100.0");
}

TEST_CASE("D 14: a take-profit trade is closed by market on its own, 201, and the smart trade goes on") {
    desk on;
    const auto trade =
        on.opened({{"/take_profit", take_profit({limit_step("63000", "50"), limit_step("66000", "50")})}});
    const auto path = "/trades/" + at(trade, "/take_profit/steps/0/id") + "/close_by_market";
    const auto told = on.act("POST", trade, path);
    CAPTURE(told.brief());
    CHECK(told.status == 201);
    CHECK(told["/status/type"] == "waiting_targets");
    CHECK(told["/take_profit/steps/0/status/type"] == "panic_sell_pending");
    on.settle();
    const auto seen = on.see(trade);
    CHECK(at(seen, "/status/type") == "waiting_targets");
    CHECK(at(seen, "/data/closed_amount") == "0.005");
    check_refused_by_status(on.act("POST", trade, path));
}

TEST_CASE("D 15: a take-profit trade is cancelled on its own, the rest keeps its volume; the last one ends the trade") {
    desk on;
    const auto trade =
        on.opened({{"/take_profit",
                    take_profit({limit_step("63000", "30"), limit_step("64000", "35"), limit_step("66000", "35")})}});
    const auto cancel = [&](const char* step) {
        const auto id = at(trade, std::string{"/take_profit/steps/"} + step + "/id");
        const auto told = on.act("DELETE", trade, "/trades/" + id);
        CAPTURE(told.brief());
        CHECK((told.status == 200 || told.status == 204));
        on.settle();
    };
    cancel("0");
    const auto seen = on.see(trade);
    CHECK(at(seen, "/status/type") == "waiting_targets");
    CHECK(at(seen, "/take_profit/steps/0/volume") == "35.0");
    CHECK(at(seen, "/take_profit/steps/1/volume") == "35.0");
    CHECK(at(seen, "/take_profit/steps/2") == "absent");
    cancel("1");
    cancel("2");
    CHECK(on.status(trade) == "cancelled");
}

TEST_SUITE_END();
