#include <doctest/doctest.h>

#include "paper_server/client.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

TEST_CASE("ticks: they are done in order, and the answer tells the time after the last") {
    client api;
    const auto id = api.create(limit_buy());
    const auto told =
        api.tick(R"({"advance_ms":1000},{"pair":"USDT_BTC","ask":9000},{"advance_ms":500,"pair":"USDT_BTC",)"
                 R"("bid":"12000","ask":"12000.01"},{})");
    CHECK(told.text("now") == "2026-03-02T09:00:01.500Z");
    CHECK(api.status(id) == "finished");
}

TEST_CASE("ticks: a side that is not given stays, and a new pair starts with what is given") {
    client api;
    api.tick(R"({"pair":"USDT_BTC","bid":"9990"},{"pair":"USDT_ETH","last":"2000"})");
    const auto rates = [&](const std::string& pair) {
        return api.raw("GET", "/public/api/ver1/accounts/currency_rates?market_code=binance&pair=" + pair);
    };
    CHECK(rates("USDT_BTC").text("bid") == "9990.0");
    CHECK(rates("USDT_BTC").text("ask") == "10000.0");
    CHECK(rates("USDT_ETH").text("ask") == "2000.0");
}

TEST_CASE("ticks: one bad tick and none is done") {
    client api;
    for (const std::string bad :
         {R"({"advance_ms":-1})", R"({"advance_ms":"x"})", R"({"advance_ms":1e300})", R"({"pair":"BTC"})",
          R"({"pair":"USDT_BTC","bid":"0"})", R"({"pair":"USDT_BTC","bid":"-5"})",
          R"({"pair":"USDT_BTC","bid":"1e400"})", R"({"pair":"USDT_BTC","bid":[1]})", R"({"bid":"1"})", "5",
          R"({"pair":"USDT_BTC","bid":"0.123456789"})"}) {
        CAPTURE(bad);
        const auto told = api.tick(R"({"pair":"USDT_BTC","bid":"1"},)" + bad);
        CHECK(told.status == 400);
    }
    CHECK(api.raw("POST", "/paper/ticks", "{").status == 400);
    CHECK(api.raw("POST", "/paper/ticks", R"({"ticks":{}})").status == 400);
    const auto rates = api.raw("GET", "/public/api/ver1/accounts/currency_rates?market_code=b&pair=USDT_BTC");
    CHECK(rates.text("bid") == "10000.0");
}

TEST_CASE("requests: the log is the truth about what was asked, by whom, and how it ended") {
    client api;
    const auto id = api.create(limit_buy());
    api.tick();
    api.get("/v2/smart_trades?account_id=1");
    api.raw("GET", "/public/api/ver1/validate", "", {{"Apikey", "\xff"}});
    const auto lines = api.raw("GET", "/paper/requests").body.at("requests").as_array();
    REQUIRE(lines.size() == 3);
    CHECK(json::serialize(lines[0])
          == fmt::format(R"({{"n":1,"time":"2026-03-02T09:00:00.000Z","method":"POST","path":"/v2/smart_trades",)"
                         R"("query":"","key":"key","status":201,"smart_trade_id":{},"fault":null}})",
                         id));
    CHECK(lines[1].at("query") == "account_id=1");
    CHECK(lines[1].at("smart_trade_id").is_null());
    CHECK(lines[2].at("status") == 401);
    CHECK(lines[2].at("key") == "?");
}
