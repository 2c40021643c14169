// api.md G, V29 to V36: the market's limits, the note, what may be done when.
#include <doctest/doctest.h>

#include "contract/rule_rows.hpp"

using namespace smarttrade::contract;

namespace {

edits units(const std::string& value) { return {{"/position/units/value", value}}; }
edits price(const std::string& value) { return {{"/position/price/value", value}}; }

void check_refused(const answer& told, int status, const std::string& error) {
    CAPTURE(told.brief());
    CHECK(told.status == status);
    CHECK(told.error() == error);
}

/// What the status forbids is 400 `Wrong param(s)`.
void check_not_now(const answer& told) {
    check_refused(told, 400, "Wrong param(s)");
    CAPTURE(told.brief());
    CHECK(told.description().ends_with("is not allowed in the current status"));
}

std::string order(const std::string& type, const std::string& amount) {
    return json::serialize(json::value{{"order_type", type}, {"units", {{"value", amount}}}});
}

const json::value new_exits{{"position", {{"units", {{"value", "0.01"}}}, {"price", {{"value", "60000"}}}}},
                            {"take_profit", take_profit({limit_step("64000", "100")})},
                            {"stop_loss", {{"enabled", false}}}};

} // namespace

TEST_SUITE_BEGIN("with ticks");

TEST_CASE("V29, V30, V31, M.10: the market's limits are 422") {
    check_rules({
        {"V29: units lie on the lot step, not under the least lot",
         "units_to_buy",
         {},
         {units("0.010001"), units("0.000009")},
         {units("0.01001")},
         422},
        {"V30: prices lie on the price step", "position.price", {}, {price("60000.001")}, {price("60000.01")}, 422},
        {"V30: within the least and the largest price", "position.price", {}, {price("1000000.01")}, {}, 422},
        {"V30: a buy limit lies within the multipliers of the bid",
         "position.price",
         {},
         {price("305000.01"), price("12199.99")},
         {price("305000"), price("12200")},
         422},
        {"V30: a sell limit within those of the ask",
         "position.price",
         {{"/position/type", "sell"}},
         {price("305000.01"), price("12199.99")},
         {price("305000"), price("12200")},
         422},
        {"V31: the total is 5 at least", "position.total", {}, {units("0.00008")}, {units("0.00009")}, 422},
        {"V31: of a market order too",
         "total",
         {{"/position/order_type", "market"}},
         {units("0.00008")},
         {units("0.00009")},
         422},
        {"V31: and not over the largest", "position.total", {}, {units("150.00001")}, {units("150")}, 422},
        {"V31: each step's share is a trade as well",
         "",
         {{"/take_profit", take_profit({limit_step("63000", "50"), limit_step("66000", "50")})}},
         {units("0.0001")},
         {units("0.0002")},
         422},
    });
    desk on;
    CHECK(on.post(units("0.00008")).blames("position.total") == "must be greater than or equal to 5.0");
    CHECK(on.post(units("0.010001")).blames("units_to_buy") == "Should change with step 0.00001");
    CHECK(on.post(price("60000.001")).blames("position.price") == "Should change with step 0.01");
}

TEST_CASE("V29: units are not over the largest lot, exactly it is") {
    desk on{"USDT_V29", "900"};
    const auto told = on.post(units("9000.00001") + price("900"));
    check_refused(told, 422, "record_invalid");
    CHECK(told.blames("units_to_buy") == "must be less than or equal to 9000.0");
    CHECK(on.post(units("9000") + price("900")).status == 201);
}

TEST_CASE("V32: a note has at most 300 characters, counted as such") {
    std::string accents;
    for (int i = 0; i < 300; ++i) accents += "\xc3\xa9";
    check_rules({{"V32: create",
                  "note",
                  {},
                  {{{"/note", std::string(301, 'n')}}},
                  {{{"/note", std::string(300, 'n')}}, {{"/note", accents}}, {{"/note", "n"}}}}});
}

TEST_CASE("V33: PATCH in waiting_position and waiting_targets, by the same rules") {
    desk on;
    const auto trade = on.created_and_settled();
    const auto patch = [&](const json::value& of, const json::value& body) {
        return on.act("PATCH", of, "", json::serialize(body));
    };
    const auto bad = changed(new_exits, {{"/take_profit/steps/0/volume", "99"}});
    check_refused(patch(trade, bad), 400, "record_invalid");
    CHECK(patch(trade, new_exits).status == 200);
    const auto open = on.opened();
    auto exits = new_exits;
    exits.as_object().erase("position");
    CHECK(patch(open, exits).status == 200);
    CHECK(at(on.see(open), "/take_profit/steps/0/price/value") == "64000.0");
    check_refused(patch(open, changed(exits, {{"/take_profit/steps/0/price/value", "64000.001"}})), 422,
                  "record_invalid");
    on.act("DELETE", open);
    check_not_now(patch(open, exits));
    on.settle();
    check_not_now(patch(open, exits));
}

TEST_CASE("V34: add_funds, while the trade waits, with its units, with a price if limit") {
    desk on;
    const auto add = [&](const json::value& to, const std::string& body) {
        return on.act("POST", to, "/add_funds", body);
    };
    const auto trade = on.opened();
    check_refused(add(trade, R"({"order_type":"limit","units":{"value":"0.01"}})"), 400, "record_invalid");
    check_refused(add(trade, R"({"order_type":"market"})"), 400, "record_invalid");
    check_refused(add(trade, order("market", "0")), 400, "record_invalid");
    check_refused(add(trade, order("stop", "0.01")), 400, "record_invalid");
    CHECK(add(trade, order("market", "0.01")).status == 201);
    check_not_now(add(on.created_and_settled({{"/instant", true}}), order("market", "0.01")));
    check_not_now(add(on.created_and_settled(trailing_entry("60000", "1")), order("market", "0.01")));
    on.settle();
    on.act("POST", trade, "/close_by_market");
    on.settle();
    check_not_now(add(trade, order("market", "0.01")));
}

TEST_CASE("V35: reduce_funds, once entered, at most what is left, leaving enough") {
    desk on;
    const auto reduce = [&](const json::value& of, const std::string& body) {
        return on.act("POST", of, "/reduce_funds", body);
    };
    check_not_now(reduce(on.created_and_settled(), order("market", "0.005")));
    const auto trade = on.opened();
    check_refused(reduce(trade, order("limit", "0.005")), 400, "record_invalid");
    check_refused(reduce(trade, order("market", "0")), 400, "record_invalid");
    const auto excess = reduce(trade, order("market", "0.01001"));
    CAPTURE(excess.brief());
    CHECK((excess.status == 400 || excess.status == 422));
    CHECK(excess.error() == "record_invalid");
    const auto rest = reduce(trade, order("market", "0.00995"));
    check_refused(rest, 422, "record_invalid");
    CHECK(rest.blames("entered_amount") == "Too small");
    const auto little = reduce(trade, order("market", "0.00001"));
    check_refused(little, 422, "record_invalid");
    CHECK(reduce(trade, order("market", "0.005")).status == 201);
    check_not_now(reduce(trade, order("market", "0.001")));
}

TEST_CASE("V36: close_by_market, cancel and force_start only where the endpoint's row allows it") {
    desk on;
    const auto waiting = on.created_and_settled();
    check_not_now(on.act("POST", waiting, "/close_by_market"));
    const auto fresh = on.create();
    check_not_now(on.act("DELETE", fresh));
    on.settle();
    const auto open = on.opened();
    check_not_now(on.act("POST", open, "/force_start"));
    CHECK(on.act("POST", open, "/close_by_market").status == 201);
    check_not_now(on.act("POST", open, "/close_by_market"));
    check_not_now(on.act("DELETE", open));
    CHECK(on.act("POST", waiting, "/force_start").status == 201);
    check_not_now(on.act("POST", waiting, "/force_start"));
}

TEST_CASE("V36: trade-level calls only on a take-profit trade that is active, or one that is cancelable") {
    desk on;
    const auto idle = on.created_and_settled({{"/take_profit", take_profit({limit_step("63000", "100")})}});
    const auto step = [](const json::value& of) { return "/trades/" + at(of, "/take_profit/steps/0/id"); };
    check_not_now(on.act("POST", idle, step(idle) + "/close_by_market"));
    const auto missing = on.act("DELETE", idle, "/trades/1");
    CHECK(missing.status == 404);
    const auto trades = on.sub_trades(idle);
    REQUIRE_FALSE(trades.as_array().empty());
    const auto entry = trades.at(0);
    if (at(entry, "/trade_purpose") == "position" && at(entry, "/cancelable") == "false")
        check_not_now(on.act("DELETE", idle, "/trades/" + id_of(entry)));
}

TEST_SUITE_END();
