#include <doctest/doctest.h>

#include "paper_server/client.hpp"
#include "paper_server/form_body.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

namespace {

std::string trade_path(std::int64_t id, const std::string& action = {}) {
    return fmt::format("/public/api/v2/smart_trades/{}{}", id, action);
}

std::string two_steps() {
    return R"({"account_id":1,"pair":"USDT_BTC","note":"plan",
        "position":{"type":"buy","order_type":"limit","units":{"value":"0.02"},"price":{"value":"9000"}},
        "take_profit":{"enabled":true,"steps":[
            {"order_type":"limit","volume":50,"price":{"value":11000,"type":"bid"}},
            {"order_type":"market","volume":50,"price":{"value":12000,"type":"bid"},
             "trailing":{"enabled":true,"percent":1}}]},
        "stop_loss":{"enabled":true,"order_type":"market","breakeven":false,
            "conditional":{"price":{"value":8000,"type":"bid"}}}})";
}

/// In waiting_targets.
std::int64_t entered_trade(client& api) {
    const auto id = api.create(two_steps());
    api.tick();
    api.price("9000");
    REQUIRE(api.status(id) == "waiting_targets");
    return id;
}

std::string status_of(const reply& of) { return std::string{of.body.at("status").at("type").as_string()}; }

/// A trade without the moment it was last touched.
json::value lasting(json::value of) {
    of.at("data").as_object().erase("updated_at");
    return of;
}

} // namespace

TEST_CASE("patch: what GET shows can be sent back and changes nothing") {
    client api;
    for (const bool is_entered : {false, true}) {
        CAPTURE(is_entered);
        const auto id = is_entered ? entered_trade(api) : api.create(two_steps());
        api.tick();
        const auto before = api.see(id);
        const auto body = json::serialize(before);
        for (const auto& each : {std::pair{"application/json", body}, {form_type, form_of(body)}}) {
            const auto type = each.first; // clang 14 cannot capture a binding
            const auto& sent = each.second;
            CAPTURE(type);
            const auto changed = api.send("PATCH", trade_path(id), sent, {{"Content-Type", type}});
            CAPTURE(json::serialize(changed.body));
            CHECK(changed.status == 200);
            api.tick();
            CHECK(lasting(api.see(id)) == lasting(before));
        }
        CHECK(api.send("PATCH", trade_path(id), "{}").status == 200);
        api.tick();
        CHECK(lasting(api.see(id)) == lasting(before));
    }
}

TEST_CASE("patch: a step that is named keeps its id, one that is left out goes, and the stop stays") {
    client api;
    const auto id = entered_trade(api);
    const auto before = api.see(id);
    const auto kept = before.at("take_profit").at("steps").at(0).at("id").as_int64();
    const auto changed = api.send("PATCH", trade_path(id),
                                  fmt::format(R"({{"take_profit":{{"enabled":true,"steps":[
            {{"id":{},"order_type":"limit","volume":100,"price":{{"value":"10500","type":"bid"}}}}]}}}})",
                                              kept));
    CHECK(changed.status == 200);
    api.tick();
    const auto after = api.see(id);
    REQUIRE(after.at("take_profit").at("steps").as_array().size() == 1);
    CHECK(after.at("take_profit").at("steps").at(0).at("id") == kept);
    CHECK(after.at("take_profit").at("steps").at(0).at("price").at("value") == "10500.0");
    CHECK(after.at("stop_loss") == before.at("stop_loss"));
    api.price("10500");
    CHECK(api.status(id) == "finished");
}

TEST_CASE("patch: the percents of a trailing entry are prices once it is filled, and stay what they are") {
    client api;
    const auto id = api.create(R"({"account_id":1,"pair":"USDT_BTC",
        "position":{"type":"buy","order_type":"conditional","units":{"value":"0.02"},
            "conditional":{"price":{"value":"9500"},"order_type":"market","trailing":{"enabled":true,"percent":"1"}}},
        "take_profit":{"enabled":true,"steps":[
            {"order_type":"limit","volume":100,"price":{"percent":10,"type":"bid"}}]},
        "stop_loss":{"enabled":true,"order_type":"market","conditional":{"price":{"percent":"5","type":"bid"}}}})");
    api.tick();
    const auto waiting = api.see(id);
    CHECK(api.send("PATCH", trade_path(id), json::serialize(waiting)).status == 200);
    CHECK(lasting(api.see(id)) == lasting(waiting));
    api.price("9400");
    api.price("9500");
    const auto entered = api.see(id);
    REQUIRE(entered.at("status").at("type") == "waiting_targets");
    CHECK(api.send("PATCH", trade_path(id), json::serialize(entered)).status == 200);
    CHECK(api.send("PATCH", trade_path(id), R"({"take_profit":{"enabled":true,"steps":[
        {"order_type":"limit","volume":100,"price":{"percent":10,"type":"bid"}}]}})")
              .status
          == 400);
    api.tick();
    CHECK(lasting(api.see(id)) == lasting(entered));
}

TEST_CASE("patch: exits that are switched off are gone") {
    client api;
    const auto id = entered_trade(api);
    const auto off = R"({"take_profit":{"enabled":false},"stop_loss":{"enabled":false}})";
    CHECK(api.send("PATCH", trade_path(id), off).status == 200);
    api.price("7000");
    const auto shown = api.see(id);
    CHECK(shown.at("status").at("type") == "waiting_targets");
    CHECK(shown.at("stop_loss").at("enabled") == false);
    CHECK(shown.at("take_profit").at("enabled") == false);
}

TEST_CASE("commands: each is answered with the trade as it was accepted, by JSON and by form") {
    struct row {
        const char* action;
        std::string body;
        const char* status;
    };
    const std::string funds = R"({"order_type":"market","units":{"value":"0.01"}})";
    for (const row& r :
         {row{"/add_funds", funds, "waiting_targets"}, row{"/add_funds", form_of(funds), "waiting_targets"},
          row{"/reduce_funds", funds, "pending_reduce_funds"},
          row{"/reduce_funds", form_of(funds), "pending_reduce_funds"},
          row{"/close_by_market", "", "panic_sell_pending"}, row{"/force_process", "", "waiting_targets"},
          row{"/set_note", R"({"note":"new"})", "waiting_targets"}, row{"/set_note", "note=new", "waiting_targets"}}) {
        CAPTURE(r.action);
        CAPTURE(r.body);
        client api;
        const auto id = entered_trade(api);
        const auto told = api.send("POST", trade_path(id, r.action), r.body);
        CAPTURE(json::serialize(told.body));
        CHECK(told.status == 201);
        CHECK(status_of(told) == r.status);
        CHECK(told.body.at("id") == id);
        CHECK(told.body.at("note_raw") == (std::string{r.action} == "/set_note" ? "new" : "plan"));
    }
}

TEST_CASE("commands: a forced start is still waiting when it is answered, and entered with the next tick") {
    client api;
    const auto id = api.create(two_steps());
    api.tick();
    const auto told = api.send("POST", trade_path(id, "/force_start"));
    CHECK(told.status == 201);
    CHECK(status_of(told) == "waiting_position");
    CHECK(told.body.at("position").at("status").at("type") == "panic_sell_pending");
    api.tick();
    CHECK(api.status(id) == "waiting_targets");
    CHECK(api.send("POST", trade_path(id, "/force_start")).status == 400);
}

TEST_CASE("commands: how much may be reduced is told by either verb, and the coins are gone after a close") {
    client api;
    const auto id = entered_trade(api);
    for (const char* method : {"GET", "POST"}) {
        const auto info = api.send(method, trade_path(id, "/reduce_funds_info"));
        CHECK(info.status == 200);
        CHECK(info.text("max_reduce_funds_amount") == "0.02");
    }
    const auto too_much =
        api.send("POST", trade_path(id, "/reduce_funds"), R"({"order_type":"market","units":{"value":"0.03"}})");
    CHECK(too_much.status == 422);
    CHECK(too_much.text("error") == "record_invalid");
    CHECK(api.send("POST", trade_path(id, "/close_by_market")).status == 201);
    api.tick();
    CHECK(api.status(id) == "panic_sold");
    CHECK(api.raw("GET", "/paper/balances").body.at("1").at("BTC").at("total") == "10.0");
}

TEST_CASE("commands: the orders of a trade are listed, and one of them is closed or cancelled alone") {
    client api;
    const auto id = entered_trade(api);
    const auto orders = api.get(fmt::format("/v2/smart_trades/{}/trades", id));
    CHECK(orders.status == 200);
    CHECK(orders.body.as_array().size() == 4); // entry, two steps, stop
    const auto steps = api.see(id).at("take_profit").at("steps");
    const auto first = steps.at(0).at("id").as_int64(), second = steps.at(1).at("id").as_int64();
    const auto closed = api.send("POST", trade_path(id, fmt::format("/trades/{}/close_by_market", first)));
    CHECK(closed.status == 201);
    CHECK(status_of(closed) == "waiting_targets");
    CHECK(api.send("DELETE", trade_path(id, fmt::format("/trades/{}", second))).status == 200);
    api.tick();
    const auto left = api.see(id).at("take_profit").at("steps");
    REQUIRE(left.as_array().size() == 1);
    CHECK(left.at(0).at("id") == first);

    const auto unknown = api.send("POST", trade_path(id, "/trades/5/close_by_market"));
    CHECK(unknown.status == 404);
    CHECK(unknown.text("error_description") == "Trade not found");
    CHECK(api.send("DELETE", trade_path(id, "/trades/5")).status == 404);
}

TEST_CASE("accounts: orders that rest on the exchange are counted") {
    client api;
    entered_trade(api); // its first step rests
    CHECK(api.get("/ver1/accounts/1/active_trading_entities").body.at("data").at("active_orders_count") == 1);
}
