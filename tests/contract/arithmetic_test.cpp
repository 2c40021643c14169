// api.md E.2, to the last digit. The amounts are real trades', so each needs the market it was made on.
#include <doctest/doctest.h>

#include "contract/desk.hpp"

using namespace smarttrade::contract;

namespace {

/// A market with these steps and no other limits.
std::string steps(const std::string& pair, const std::string& price_step, const std::string& lot_step) {
    return pair + ":priceStep=" + price_step + ",minPrice=" + price_step + ",lotStep=" + lot_step
           + ",minLotSize=" + lot_step + ",minTotal=0.00000001";
}

own_exchange& exchange() {
    static std::unique_ptr<own_exchange> made;
    if (!made) {
        auto flags = common_flags();
        for (const auto& market : {steps("USDT_TINY", "0.00000001", "1"), steps("USDT_SIX", "0.000001", "0.0001"),
                                   steps("USDT_FIVE", "0.00001", "0.001"), steps("USDT_FOUR", "0.0001", "0.1"),
                                   steps("USDT_WHOLE", "0.01", "1"), steps("USDT_TEN", "0.01", "0.001")})
            flags.insert(flags.end(), {"--limits", market});
        made = std::make_unique<own_exchange>(flags);
    }
    return *made;
}

/// A limit order that the market fills at once, so that the least total of market orders is not in the way.
edits limit(const std::string& units, const std::string& price) {
    return {{"/position/order_type", "limit"}, {"/position/units/value", units}, {"/position/price/value", price}};
}

/// 14.91 and the like: an own position of so much at that price, sold or bought back by a far stop.
edits own(const std::string& type, const std::string& units, const std::string& price, const std::string& stop) {
    return {{"/skip_enter_step", true},       {"/position/type", type},         {"/position/order_type", "limit"},
            {"/position/units/value", units}, {"/position/price/value", price}, {"/stop_loss", stop_loss(stop)}};
}

} // namespace

TEST_SUITE_BEGIN("own exchange");

TEST_CASE("E.2 long: 34 units at 0.00000442 make an entered_total of 0.00015043028, and lose 36.1 % at 0.00000283") {
    desk on{"USDT_TINY", "0.00000442", market::spot, exchange().at()};
    const auto trade = on.opened(limit("34", "0.00000442"));
    CHECK(at(trade, "/data/entered_amount") == "34.0");
    CHECK(at(trade, "/data/entered_total") == "0.00015043028");
    CHECK(at(trade, "/position/total/value") == "0.00015043");
    CHECK(at(trade, "/position/price/value") == "0.00000442");
    on.price("0.00000283");
    const auto seen = on.see(trade);
    CHECK(at(seen, "/profit/volume") == "-0.0000543065");
    CHECK(at(seen, "/profit/percent") == "-36.1");
}

TEST_CASE("E.2 long: 0.9981 at 0.054312 make 0.0542630160072") {
    desk on{"USDT_SIX", "0.054312", market::spot, exchange().at()};
    const auto trade = on.opened(limit("0.9981", "0.054312"));
    CHECK(at(trade, "/data/entered_total") == "0.0542630160072");
    CHECK(at(trade, "/position/total/value") == "0.05426302");
    CHECK(at(trade, "/position/price/value_without_commission") == "0.054312");
}

TEST_CASE("E.2 short: 7.8 units entered for 1.977066 lose 4.26 % at an ask of 0.264 (M.13: the total is the cost)") {
    desk on{"USDT_FIVE", "0.25347", market::spot, exchange().at()};
    const auto trade = on.created_and_settled(own("sell", "7.8", "0.25347", "0.9"));
    CHECK(at(trade, "/data/entered_total") == "1.977066");
    on.quote("0.263", "0.264", "0.2635");
    const auto seen = on.see(trade);
    CHECK(at(seen, "/profit/volume") == "-0.0841932");
    CHECK(at(seen, "/profit/percent") == "-4.26");
}

TEST_CASE("E.2 short: the fee is taken from what the sale brings, and added to what the way back costs") {
    desk on{"USDT_TEN", "100", market::spot, exchange().at()};
    on.opened(limit("10", "100"));
    const auto trade = on.opened(limit("10", "100") + edits{{"/position/type", "sell"}});
    CHECK(at(trade, "/data/entered_total") == "999.0");
    CHECK(at(trade, "/position/price/value") == "99.9");
    CHECK(at(trade, "/profit/volume") == "-2.0"); // 999 - 10 * 100 * 1.001
    CHECK(at(trade, "/profit/percent") == "-0.2");
}

TEST_CASE("E.2 averages are truncated to the price step, never rounded") {
    struct row {
        std::string pair, fill, units, average;
    };
    for (const auto& r : {row{"USDT_FIVE", "0.10612", "100", "0.10622"},  // of 0.10622612
                          row{"USDT_FIVE", "0.03716", "100", "0.03719"},  // of 0.03719716
                          row{"USDT_FOUR", "0.2532", "100", "0.2534"}}) { // of 0.2534532
        CAPTURE(r.fill);
        desk on{r.pair, r.fill, market::spot, exchange().at()};
        const auto trade = on.opened(limit(r.units, r.fill));
        CHECK(at(trade, "/data/average_enter_price") == r.average);
        CHECK(at(trade, "/position/price/value") == r.average);
        CHECK(at(trade, "/position/price/value_without_commission") == r.fill);
        CHECK(at(trade, "/data/average_enter_price_without_commission") == r.fill);
    }
}

TEST_CASE("E.2 step units: floored to the lot step, the remainder goes to the first") {
    desk on{"USDT_WHOLE", "100", market::spot, exchange().at()};
    const auto three = take_profit({limit_step("110", "50"), limit_step("120", "25"), limit_step("130", "25")});
    const auto trade = on.opened(limit("14", "100") + edits{{"/take_profit", three}});
    CHECK(at(trade, "/take_profit/steps/0/units/value") == "8.0");
    CHECK(at(trade, "/take_profit/steps/1/units/value") == "3.0");
    CHECK(at(trade, "/take_profit/steps/2/units/value") == "3.0");
    CHECK(at(trade, "/take_profit/steps/0/total") == "880.0");
    CHECK(at(trade, "/take_profit/steps/2/total") == "390.0");
}

TEST_CASE("E.2 open profit counts what is left and what was closed") {
    desk on{"USDT_TEN", "100", market::spot, exchange().at()};
    const auto two = take_profit({limit_step("110", "50"), limit_step("120", "50")});
    const auto trade = on.opened(limit("10", "100") + edits{{"/take_profit", two}});
    CHECK(at(trade, "/profit/volume") == "-2.0"); // 10 * 100 * 0.999 - 1001
    on.price("110");
    on.settle();
    const auto seen = on.see(trade);
    CHECK(at(seen, "/data/closed_total") == "549.45");
    CHECK(at(seen, "/profit/volume") == "97.9"); // 5 * 110 * 0.999 - 1001 + 549.45
    CHECK(at(seen, "/profit/percent") == "9.78");
    CHECK(at(seen, "/profit/usd") == "97.9");
}

TEST_CASE("E.2 roe is the percent times the leverage, margin the total through it") {
    desk on{"USDT_TEN", "1000", market::contracts, exchange().at()};
    const edits tenfold{{"/leverage/enabled", true}, {"/leverage/type", "isolated"}, {"/leverage/value", 10}};
    const auto waiting = on.created_and_settled(tenfold + edits{{"/position/price/value", "900"}});
    CHECK(at(waiting, "/profit/roe") == "0.0");
    const auto trade = on.opened(limit("1", "1000") + tenfold);
    CHECK(at(trade, "/data/entered_total") == "1001.0");
    on.price("994.79");
    const auto seen = on.see(trade);
    CHECK(at(seen, "/profit/percent") == "-0.72");
    CHECK(at(seen, "/profit/roe") == "-7.2");
    CHECK(at(seen, "/margin/amount") == "1.0");
}

TEST_CASE("E.2 before the entry, after cancel and fail: no volume, no usd, percent 0.0") {
    desk on;
    const auto trade = on.created_and_settled();
    on.act("DELETE", trade);
    const auto open = on.opened();
    on.act("DELETE", open);
    on.settle();
    desk poor{"NONE_E2", "61000"};
    for (const auto& each : {trade, on.see(trade), on.see(open), poor.created_and_settled()}) {
        CHECK(at(each, "/profit/volume") == "null");
        CHECK(at(each, "/profit/usd") == "null");
        CHECK(at(each, "/profit/percent") == "0.0");
    }
}

TEST_CASE("E.2 futures: 10 at 0.7275 with a fee of 0.0005 make 7.2786375, shown as 0.7278, margin 7.278 at 1x") {
    auto flags = common_flags();
    flags.insert(flags.end(), {"--commission", "0.0005", "--limits", steps("USDT_FOUR", "0.0001", "0.1")});
    own_exchange cheap{flags};
    desk on{"USDT_FOUR", "0.7275", market::contracts, cheap.at()};
    const auto trade =
        on.opened(limit("10", "0.7275")
                  + edits{{"/leverage/enabled", true}, {"/leverage/type", "cross"}, {"/leverage/value", 1}});
    CHECK(at(trade, "/data/entered_total") == "7.2786375");
    CHECK(at(trade, "/position/price/value") == "0.7278");
    CHECK(at(trade, "/margin/amount") == "10.0");
    CHECK(at(trade, "/margin/total") == "7.278");
}

TEST_SUITE_END();
