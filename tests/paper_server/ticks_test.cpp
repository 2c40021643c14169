#include <doctest/doctest.h>

#include "paper_server/client.hpp"
#include "paper_server/keeper.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

TEST_CASE("ticks: they are done in order, and the answer tells the time after the last") {
    client api;
    const auto id = api.create(limit_buy());
    const auto told =
        api.tick(R"({"advance_ms":1000},{"pair":"USDT_BTC","bid":8999,"ask":9000},{"advance_ms":500,"pair":"USDT_BTC",)"
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
          R"({"pair":"USDT_BTC","bid":"0.123456789"})", R"({"pair":"USDT_BTC","bid":"10001"})",
          R"({"pair":"USDT_BTC","bid":"7","ask":"6.99"})", R"({"pair":"USDT_ETH","bid":"7","ask":"6"})",
          R"({"advance":5})", R"({"pair":"USDT_BTC","price":"7"})"}) {
        CAPTURE(bad);
        const auto told = api.tick(R"({"pair":"USDT_BTC","bid":"1"},)" + bad);
        CHECK(told.status == 400);
    }
    CHECK(api.raw("POST", "/paper/ticks", "{").status == 400);
    CHECK(api.raw("POST", "/paper/ticks", R"({"ticks":{}})").status == 400);
    const auto rates = api.raw("GET", "/public/api/ver1/accounts/currency_rates?market_code=b&pair=USDT_BTC");
    CHECK(rates.text("bid") == "10000.0");
}

TEST_CASE("ticks: what is wrong with one is told in a line that names the key and what was expected") {
    client api;
    const auto why = [&api](const std::string& tick) { return api.tick(tick).text("error_description"); };
    CHECK(why(R"({"advance":5})") == "unknown key 'advance', expected one of advance_ms, pair, bid, ask, last");
    CHECK(why(R"({"pair":"USDT_BTC","bid":"9000","ask":"9000"},{"pair":"USDT_BTC","bid":"9000.5"})")
          == "bid: 9000.5 is above the ask 9000 of USDT_BTC, expected at most that");
}

TEST_CASE("ticks: the clock stays before the year 10000, however many ticks it takes to get there") {
    client api;
    std::string years;
    for (int i = 0; i < 8000; ++i) years += R"({"advance_ms":31622400000},)";
    const auto told = api.tick(years + "{}");
    CHECK(told.status == 400);
    CHECK(told.text("error_description") == "advance_ms: expected a clock that stays before the year 10000");
    CHECK(api.tick().text("now") == "2026-03-02T09:00:00.000Z");
}

TEST_CASE("requests: a query that is malformed is answered 400 and is in the log") {
    client api;
    CHECK(api.get("/v2/smart_trades?a=%zz").status == 400);
    const auto& line = api.exchange.truth().log.back();
    CHECK(line.path == "/v2/smart_trades");
    CHECK(line.query == "a=%zz");
    CHECK(line.key == "key");
    CHECK(line.status == 400);
}

TEST_CASE("requests: of a long line the log keeps so much as fits a hundred thousand of them") {
    client api;
    const std::string much(60'000, 'x');
    api.raw("GET", "/public/api/" + much + "?" + much, "", {{"Apikey", much}});
    const auto& line = api.exchange.truth().log.back();
    CHECK(line.path.size() == 2048);
    CHECK(line.query.size() == 2048);
    CHECK(line.key.value().size() == 2048);
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
