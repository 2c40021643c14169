#include <doctest/doctest.h>

#include "paper_server/client.hpp"
#include "paper_server/limits_flag.hpp"
#include "support/temp_folder.hpp"

using namespace smarttrade;
using namespace smarttrade::test;

namespace {

std::string rate(client& api, const char* name) {
    return api.raw("GET", "/public/api/ver1/accounts/currency_rates?market_code=binance&pair=USDT_BTC").text(name);
}

std::map<trade::pair, paper::market_limits> limits(const std::string& flag) {
    std::map<trade::pair, paper::market_limits> made;
    const auto wrong = paper_server::read_limits_flag(flag, made);
    if (wrong) FAIL(*wrong);
    return made;
}

} // namespace

TEST_CASE("limits: a pair's own limits are told by the API and hold for orders; what is not named stays") {
    auto how = manual_options();
    how.limits = limits("USDT_BTC:minTotal=91,priceStep=0.5,minPrice=0.5,maxLotSize=7,lotStep=0.001");
    client api{how};
    CHECK(rate(api, "minTotal") == "91.0");
    CHECK(rate(api, "priceStep") == "0.5");
    CHECK(rate(api, "minPrice") == "0.5");
    CHECK(rate(api, "maxLotSize") == "7.0");
    CHECK(rate(api, "lotStep") == "0.001");
    CHECK(rate(api, "maxPrice") == "1000000.0");
    const auto small = api.post(limit_buy("9000")); // 0.01 of it is 90
    CHECK(small.status == 422);
    CHECK(json::serialize(small.body).find("must be greater than or equal to 91.0") != std::string::npos);
    CHECK(api.post(limit_buy("9100")).status == 201);
}

TEST_CASE("limits: they hold after a restart too, and for a pair that gets its first price later") {
    const temp_folder folder;
    auto how = manual_options();
    how.state_file = folder.file("paper.db");
    { client api{how}; }
    how.limits = limits("USDT_BTC:minTotal=91");
    how.limits.merge(limits("USDT_ETH:minTotal=92"));
    client api{how};
    CHECK(rate(api, "minTotal") == "91.0");
    const auto unpriced = "/public/api/ver1/accounts/currency_rates?market_code=binance&pair=USDT_ETH";
    CHECK(api.raw("GET", unpriced).status == 400);
    api.tick(R"({"pair":"USDT_ETH","bid":"2000","ask":"2001","last":"2000"})");
    CHECK(api.raw("GET", unpriced).text("minTotal") == "92.0");
}

TEST_CASE("limits: a flag that means nothing is refused, and leaves what was given before") {
    struct row {
        const char *flag, *expected;
    };
    for (const row& r :
         {row{"USDT_BTC", "expected PAIR:NAME=VALUE,.. like USDT_BTC:minTotal=10"},
          row{":minTotal=1", "expected PAIR:NAME=VALUE,.. like USDT_BTC:minTotal=10"},
          row{"USDT_BTC:", "'', expected NAME=VALUE"}, row{"USDT_BTC:minTotal=1,", "'', expected NAME=VALUE"},
          row{"USDT_BTC:minTotl=1", "unknown limit 'minTotl', did you mean 'minTotal'?"},
          row{"USDT_BTC:zzz=1", "unknown limit 'zzz', expected one of minPrice, maxPrice, priceStep, minLotSize, "
                                "maxLotSize, lotStep, minTotal, maxTotal, minMarketTotal, minMarketBuyAmount, "
                                "maxMarketBuyAmount, minMarketSellAmount, maxMarketSellAmount, bidMultiplierDown, "
                                "bidMultiplierUp, askMultiplierDown, askMultiplierUp"},
          row{"USDT_BTC:priceStep=0", "priceStep '0', expected a number above 0 with at most 8 decimals"},
          row{"USDT_BTC:minTotal=-1", "minTotal '-1', expected a number from 0 with at most 8 decimals"},
          row{"USDT_BTC:minTotal=x", "minTotal 'x', expected a number from 0 with at most 8 decimals"},
          row{"USDT_BTC:lotStep=0.000000001",
              "lotStep '0.000000001', expected a number above 0 with at most 8 decimals"},
          row{"USDT_BTC:minLotSize=2,maxLotSize=1", "minLotSize is above maxLotSize"}}) {
        CAPTURE(std::string{r.flag});
        auto made = limits("USDT_BTC:minTotal=7");
        const auto wrong = paper_server::read_limits_flag(r.flag, made);
        REQUIRE(wrong.has_value());
        CHECK(*wrong == r.expected);
        CHECK(made.at({"USDT", "BTC"}).min_total.to_short_string() == "7");
    }
}
