#include <doctest/doctest.h>

#include "paper_server/client.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

namespace {

std::string trade_path(std::int64_t id, const std::string& action = {}) {
    return fmt::format("/public/api/v2/smart_trades/{}{}", id, action);
}

/// A trade that has ended by being cancelled.
std::int64_t cancelled_trade(client& api) {
    const auto id = api.create(limit_buy());
    api.tick();
    api.send("DELETE", trade_path(id));
    api.tick();
    REQUIRE(api.status(id) == "cancelled");
    return id;
}

} // namespace

TEST_CASE("actions: what the status of a trade does not allow is refused in the API's words") {
    client api;
    const auto id = cancelled_trade(api);
    const std::string market = R"({"order_type":"market","units":{"value":"0.01"}})";
    struct row {
        const char* method;
        const char* action;
        std::string body;
        const char* what;
    };
    for (const row& r :
         {row{"PATCH", "", "{}", "Edit"}, row{"DELETE", "", "", "Cancel"},
          row{"GET", "/reduce_funds_info", "", "Reduce funds"}, row{"POST", "/reduce_funds_info", "", "Reduce funds"},
          row{"POST", "/reduce_funds", market, "Reduce funds"}, row{"POST", "/add_funds", market, "Add funds"},
          row{"POST", "/close_by_market", "", "Close by market"}, row{"POST", "/force_start", "", "Force start"},
          row{"POST", "/force_process", "", "Force process"}}) {
        CAPTURE(r.method);
        CAPTURE(r.action);
        const auto refused = api.send(r.method, trade_path(id, r.action), r.body);
        CHECK(refused.status == 400);
        CHECK(refused.text("error") == "Wrong param(s)");
        CHECK(refused.text("error_description") == std::string{r.what} + " is not allowed in the current status");
    }
}

TEST_CASE("actions: funds without a body are refused exactly as documented") {
    client api;
    const auto id = api.create(limit_buy());
    api.tick();
    for (const char* action : {"/add_funds", "/reduce_funds"}) {
        const auto refused = api.send("POST", trade_path(id, action));
        CHECK(refused.status == 400);
        CHECK(refused.body.at("error_attributes")
              == json::parse(R"({"order_type":["is missing","does not have a valid value"],"units":["is missing"],
                                 "units[value]":["is missing"]})"));
    }
    const auto list =
        api.send("POST", trade_path(id, "/add_funds"), R"({"order_type":"market","units":[{"value":1}]})");
    CHECK(list.body.at("error_attributes") == json::parse(R"({"units":["is invalid"]})"));
}

TEST_CASE("actions: a note that is too long, empty or missing is refused") {
    client api;
    const auto id = api.create(limit_buy());
    const auto set = [&](const std::string& body) {
        return api.send("POST", trade_path(id, "/set_note"), body).body.at("error_attributes").at("note").at(0);
    };
    CHECK(set(fmt::format(R"({{"note":"{}"}})", std::string(301, 'x'))) == "too long. Max is 300 symbols");
    CHECK(set(R"({"note":""})") == "is empty");
    CHECK(set("") == "is missing");
}

TEST_CASE("patch: both forms of a price, and a stop without its order type, are told as documented") {
    client api;
    const auto id = api.create(limit_buy());
    api.tick();
    const auto refused = api.send("PATCH", trade_path(id), R"({"take_profit":{"enabled":true,"steps":[
        {"order_type":"limit","volume":100,"price":{"type":"bid","value":"11000","percent":5}}]},
        "stop_loss":{"enabled":true,"conditional":{"price":{"type":"bid","value":"8000"}}}})");
    CHECK(refused.status == 400);
    const auto& fields = refused.body.at("error_attributes").as_object();
    CHECK(fields.at("take_profit[steps][0][price][value],take_profit[steps][0][price][percent]").at(0)
          == "are mutually exclusive");
    CHECK(fields.at("stop_loss[order_type]").at(0) == "is missing");
}
