#include <doctest/doctest.h>

#include "contract/desk.hpp"

using namespace smarttrade::contract;

namespace {

/// A body of the documented shape, `record_invalid`.
void check_record_invalid(const answer& told, int status) {
    CAPTURE(told.brief());
    CHECK(told.status == status);
    CHECK(told.error() == "record_invalid");
    CHECK(told.description() == "Invalid parameters");
}

void check_said(const answer& told, int status, const std::string& error, const std::string& description) {
    CAPTURE(told.brief());
    CHECK(told.status == status);
    CHECK(told.error() == error);
    CHECK(told.description() == description);
}

json::value attributes_of(const answer& told) {
    const auto* top = told.body.if_object();
    const auto* found = top ? top->if_contains("error_attributes") : nullptr;
    return found ? *found : json::value{};
}

} // namespace

TEST_SUITE_BEGIN("any exchange");

TEST_CASE("C.3 signature_invalid: a wrong signature is 401 in the API's words") {
    auto& api = the_venue();
    smarttrade::http::request what;
    what.method = "GET";
    what.target = api.path_of("/v2/smart_trades");
    check_said(api.call_signed_over("/other", what), 401, "signature_invalid", "Provided signature is invalid");
}

TEST_CASE("C.3 api_key_invalid_or_expired: an unknown key and a missing one are 401") {
    auto& api = the_venue();
    const std::string text = "Unauthorized. Invalid or expired api key.";
    check_said(api.unsigned_call("GET", "/v2/smart_trades"), 401, "api_key_invalid_or_expired", text);
    smarttrade::http::request what;
    what.method = "GET";
    what.target = api.path_of("/v2/smart_trades");
    what.headers = {{"Apikey", "nobody"}, {"Signature", smarttrade::wire::sign_hmac("x", what.target)}};
    check_said(api.send(what), 401, "api_key_invalid_or_expired", text);
}

TEST_CASE("C.3 smart trade not found, K.6: an unknown id is 400 for GET and DELETE, 404 for what is done to a trade") {
    auto& api = the_venue();
    const std::string id = "/v2/smart_trades/999999999999999"; // nobody's, also on a real exchange
    check_said(api.get(id), 400, "Not found", "Smart Trade not found");
    check_said(api.call("DELETE", id), 400, "Not found", "Smart Trade not found");
    const std::string order = R"({"order_type":"market","units":{"value":"0.01"}})";
    struct row {
        std::string method, below, body;
    };
    for (const auto& r : {row{"POST", "/close_by_market", ""}, row{"POST", "/set_note", R"({"note":"n"})"},
                          row{"GET", "/reduce_funds_info", ""}, row{"POST", "/reduce_funds_info", ""},
                          row{"GET", "/trades", ""}, row{"POST", "/force_start", ""}, row{"POST", "/force_process", ""},
                          row{"POST", "/add_funds", order}, row{"POST", "/reduce_funds", order},
                          row{"POST", "/trades/1/close_by_market", ""}, row{"DELETE", "/trades/1", ""}}) {
        CAPTURE(r.method);
        CAPTURE(r.below);
        check_said(api.call(r.method, id + r.below, r.body), 404, "Not found", "Smart Trade not found");
    }
}

TEST_CASE("C.3 not_found: a route that is none is 404") {
    check_said(the_venue().get("/ver1/no_such_thing"), 404, "not_found", "Not Found");
    check_said(the_venue().get("/ver1/accounts/99999999"), 404, "not_found", "Not Found");
}

TEST_CASE("C.3 invalid_request_method: a wrong verb on a known path says which are allowed") {
    auto told = the_venue().call("PUT", "/v2/smart_trades");
    CAPTURE(told.brief());
    CHECK(told.status >= 400);
    CHECK(told.status < 500);
    CHECK(told.error() == "invalid_request_method");
    CHECK(told.text.find("GET") != std::string::npos);
    CHECK(told.text.find("POST") != std::string::npos);
}

TEST_CASE("C.3 bad enum: a word in a query that is none of the values is blamed by its name") {
    for (const std::string name : {"status", "order_by", "order_direction", "type"}) {
        CAPTURE(name);
        const auto told = the_venue().get("/v2/smart_trades?" + name + "=foo");
        check_record_invalid(told, 400);
        CHECK(told.blames(name) == "does not have a valid value");
    }
}

TEST_CASE("C.3 epoch in from: a number where an ISO time belongs is 500 unknown_error") {
    const auto told = the_venue().get("/v2/smart_trades?from=1700000000000");
    check_said(told, 500, "unknown_error", "Unknown error occurred#ActiveRecord::StatementInvalid");
}

TEST_CASE("C.3 malformed JSON: a body that is none is refused in the API's shape") {
    auto told = the_venue().post("/v2/smart_trades", R"({"account_id":1,)");
    CAPTURE(told.brief());
    CHECK(told.status >= 400);
    CHECK(told.error() != "absent");
}

TEST_CASE("C.3 bracket names as JSON keys: position is missing, and so is what it needs") {
    const auto told =
        the_venue().post("/v2/smart_trades", json::serialize(json::value{{"account_id", chosen().on.spot},
                                                                         {"pair", "USDT_BTC"},
                                                                         {"position[type]", "buy"},
                                                                         {"position[order_type]", "market"},
                                                                         {"position[units][value]", "0.01"}}));
    check_record_invalid(told, 400);
    CHECK(told.blames("position") == "is missing");
    CHECK(told.blames("position[type]") == "is missing");
}

TEST_CASE("C.1: error is a string, attributes are lists of messages") {
    const auto told = the_venue().post("/v2/smart_trades", "{}");
    check_record_invalid(told, 400);
    for (const auto* field : {"account_id", "pair", "position"}) {
        CAPTURE(field);
        CHECK(told.blames(field) == "is missing");
    }
}

TEST_SUITE_END();
TEST_SUITE_BEGIN("with ticks");

TEST_CASE("C.3 account not owned: another's account id is 403") {
    desk on;
    check_said(on.post({{"/account_id", 987654321}}), 403, "Forbidden", "Account not owned by current user.");
}

TEST_CASE("C.3 reduce not allowed: reduce_funds and its info before the entry is filled") {
    desk on;
    const auto trade = on.created_and_settled();
    const std::string text = "Reduce funds is not allowed in the current status";
    const std::string order = R"({"order_type":"market","units":{"value":"0.005"}})";
    check_said(on.act("POST", trade, "/reduce_funds", order), 400, "Wrong param(s)", text);
    check_said(on.act("GET", trade, "/reduce_funds_info"), 400, "Wrong param(s)", text);
    check_said(on.act("POST", trade, "/reduce_funds_info"), 400, "Wrong param(s)", text);
}

TEST_CASE("C.3 add_funds without body: what is missing is named") {
    desk on;
    const auto told = on.act("POST", on.created_and_settled(), "/add_funds");
    check_record_invalid(told, 400);
    const auto documented = json::parse(R"({"order_type":["is missing","does not have a valid value"],)"
                                        R"("units":["is missing"],"units[value]":["is missing"]})");
    CHECK(attributes_of(told) == documented);
}

TEST_CASE("C.3 step without price: its type and one of value and percent are missed") {
    desk on;
    auto bare = limit_step("63000", "100");
    bare.as_object()["price"] = json::object{};
    const auto told = on.post({{"/take_profit", take_profit({bare})}});
    check_record_invalid(told, 400);
    CHECK(told.blames("take_profit[steps]") == "is invalid");
    CHECK(told.blames("take_profit[steps][0][price][type]") == "is missing");
    CHECK(told.blames("take_profit[steps][0][price][value],take_profit[steps][0][price][percent]")
          == "are missing, exactly one parameter must be provided");
}

TEST_CASE("C.3 both prices: a PATCH with value and percent and no stop loss order type names both faults") {
    desk on;
    const auto trade = on.created_and_settled();
    auto both = limit_step("63000", "100");
    both.at("price").as_object()["percent"] = "5";
    auto stop = stop_loss("57000");
    stop.as_object().erase("order_type");
    const json::value body{
        {"position", {{"units", {{"value", "0.01"}}}}}, {"take_profit", take_profit({both})}, {"stop_loss", stop}};
    const auto told = on.act("PATCH", trade, "", json::serialize(body));
    check_record_invalid(told, 400);
    CHECK(told.blames("take_profit[steps][0][price][value],take_profit[steps][0][price][percent]")
          == "are mutually exclusive");
    CHECK(told.blames("stop_loss[order_type]") == "is missing");
}

TEST_CASE("C.3 percent without trailing entry: refused") {
    desk on;
    auto step = limit_step("63000", "100");
    step.at("price").as_object() = {{"type", "bid"}, {"percent", "5"}};
    const auto told = on.post({{"/take_profit", take_profit({step})}});
    CAPTURE(told.brief());
    CHECK(told.status == 400);
}

TEST_CASE("C.3 note too long: 301 symbols by set_note") {
    desk on;
    const auto body = json::serialize(json::value{{"note", std::string(301, 'n')}});
    const auto told = on.act("POST", on.created_and_settled(), "/set_note", body);
    check_record_invalid(told, 400);
    CHECK(told.blames("note") == "too long. Max is 300 symbols");
}

TEST_CASE("C.3 over the maximum: units and total are blamed with the market's limits, 422") {
    desk on;
    const auto told = on.post({{"/position/units/value", "9001"}, {"/position/price/value", "60000"}});
    check_record_invalid(told, 422);
    CHECK(told.blames("position") == "is invalid");
    CHECK(told.blames("position.total") == "must be less than or equal to 9000000.0");
    CHECK(told.blames("units_to_buy") == "must be less than or equal to 9000.0");
}

TEST_CASE("C.3 under minTotal: an add_funds of less than the market's least total, 422") {
    desk on;
    const std::string order = R"({"order_type":"limit","units":{"value":"0.00005"},"price":{"value":"60000"}})";
    const auto told = on.act("POST", on.created_and_settled(), "/add_funds", order);
    check_record_invalid(told, 422);
    CHECK(told.blames("total") == "must be greater than or equal to 5.0");
}

TEST_CASE("C.3 reduction too small: what would remain is under the minimum, 422") {
    desk on;
    const std::string order = R"({"order_type":"market","units":{"value":"0.00995"}})";
    const auto told = on.act("POST", on.opened(), "/reduce_funds", order);
    check_record_invalid(told, 422);
    CHECK(told.blames("entered_amount") == "Too small");
}

TEST_CASE("C.3 lotStep: units between two steps are told the step, 422") {
    desk on;
    const auto told = on.post({{"/position/units/value", "0.010001"}});
    check_record_invalid(told, 422);
    CHECK(told.blames("units_to_buy") == "Should change with step 0.00001");
}

TEST_CASE("C.3 no position for smart sell: a contract account has to hold one") {
    desk on{market::contracts};
    const auto told = on.post({{"/skip_enter_step", true}, {"/stop_loss", stop_loss("57000")}});
    CAPTURE(told.brief());
    CHECK(told.status >= 400);
    CHECK(told.status < 500);
    CHECK(told.text.find("Long position should be opened in order to use smart sell") != std::string::npos);
}

TEST_CASE("C.3 failed with a text: without the money a trade is created, then failed with status.error()") {
    desk on{"NONE_C001", "61000"};
    const auto failed = on.created_and_settled();
    CHECK(at(failed, "/status/type") == "failed");
    CHECK(at(failed, "/status/error") == "Insufficient balance");
}

TEST_SUITE_END();
TEST_SUITE_BEGIN("own exchange");

TEST_CASE("C.3 permission missing: a key does only what it may") {
    auto& api = the_venue();
    desk on;
    const auto trade = on.created_and_settled();
    const auto all = api.who();
    const std::string text = "Api key not authorized for this action";
    api.act_as({"reader", "r"});
    const auto refused = on.post();
    const auto listed = api.get("/v2/smart_trades");
    const auto cancel = on.act("DELETE", trade);
    api.act_as({"writer", "w"});
    const auto unread = api.get("/v2/smart_trades");
    const auto created = on.post();
    api.act_as(all);
    check_said(refused, 403, "Forbidden", text);
    check_said(cancel, 403, "Forbidden", text);
    check_said(unread, 403, "Forbidden", text);
    CHECK(listed.status == 200);
    CHECK(created.status == 201);
}

TEST_CASE("C.3 plan: 429 with the plan's text and nothing else, and no block after it") {
    auto& api = the_venue();
    smarttrade::http::request fault;
    fault.method = "POST";
    fault.target = "/paper/faults";
    fault.body = R"({"faults":[{"kind":"plan_429","match":"GET /v2/smart_trades","count":1}]})";
    CHECK(api.send(fault).status == 200);
    const auto told = api.get("/v2/smart_trades");
    const auto next = api.get("/v2/smart_trades");
    fault.body = R"({"faults":[]})";
    CHECK(api.send(fault).status == 200);
    CHECK(told.status == 429);
    CHECK(told.text
          == json::serialize(
              json::value{{"error", "The request type 'read' is not available with your current subscription "
                                    "plan. Please upgrade your plan to use this type of request."}}));
    CHECK(next.status == 200);
}

TEST_SUITE_END();
