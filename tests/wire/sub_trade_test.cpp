#include "wire/sub_trade.hpp"

#include <doctest/doctest.h>

#include "json_difference.hpp"

using namespace smarttrade;

TEST_CASE("sub_trade: the documented list is read and written back as the same JSON (api.md E.3)") {
    const auto text = tests::documented("sub_trades");
    const auto read = wire::read_sub_trades(text);
    REQUIRE(read.has_value());
    const auto written = wire::write_sub_trades(*read);
    CHECK(tests::json_difference(text, written) == "");
    CHECK(wire::read_sub_trades(written).value() == *read);

    REQUIRE(read->size() == 4);
    CHECK(read->at(0).purpose == "position");
    CHECK(read->at(0).realised_total->to_string() == "600.6");
    CHECK(read->at(0).status.type == trade::order_status::finished);
    CHECK(read->at(2).is_trailing);
    CHECK(read->at(2).trail_percentage->to_string() == "1.0");
    CHECK(read->at(3).is_conditional);
    CHECK(read->at(3).condition == trade::trigger_condition::less_or_equal);
    CHECK(read->at(3).cancelable);
}

TEST_CASE("sub_trade: words that nobody documented stay what they are") {
    const auto read = wire::read_sub_trades(R"([{"id":1340000009,"pair":"USDT_BTC","status":"dreaming",)"
                                            R"("trade_purpose":"market_close","trailing_last_price_updated_at":)"
                                            R"(1772442000,"trigger_condition":"sideways","order_type":"iceberg"}])");
    REQUIRE(read.has_value());
    const auto& one = read->at(0);
    CHECK(one.status.text() == "dreaming");
    CHECK(one.status.type == trade::order_status::unknown);
    CHECK(one.purpose == "market_close");
    CHECK(one.trailing_last_updated_at == "1772442000");
    CHECK_FALSE(one.condition);
    const auto written = wire::write_sub_trades(*read);
    CHECK(written.find(R"("trailing_last_price_updated_at":1772442000)") != std::string::npos);
    CHECK(wire::read_sub_trades(written).value() == *read);
}

TEST_CASE("sub_trade: an average with more digits than anybody needs is cut, not refused") {
    const auto read = wire::read_sub_trades(R"([{"id":1,"pair":"USDT_BTC","status":"finished",)"
                                            R"("average_price":"60000.123456789012345678901234567890123"}])");
    REQUIRE(read.has_value());
    CHECK(read->at(0).average_price->to_string() == "60000.123456789012345678901234567");
}

TEST_CASE("sub_trade: without id, pair or status, and with a monstrous amount, the list is unreadable") {
    struct row {
        const char* text;
        const char* reason;
    };
    for (const row& r : {row{R"([{"pair":"USDT_BTC","status":"idle"}])", "without id"},
                         row{R"([{"id":1,"status":"idle"}])", "sub-trade 1 without pair"},
                         row{R"([{"id":1,"pair":"USDT_BTC"}])", "without status"},
                         row{R"([{"id":1,"pair":"USDT_BTC","status":"idle","initial_amount":"1e18"}])",
                             "sub-trade 1 with initial_amount 1e18"},
                         row{R"({"id":1})", "expected a list of sub-trades"}, row{"[7]", "without id"}}) {
        CAPTURE(r.text);
        const auto read = wire::read_sub_trades(r.text);
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().reason.find(r.reason) != std::string::npos);
    }
}
