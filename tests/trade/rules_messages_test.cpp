#include <doctest/doctest.h>
#include <fmt/format.h>

#include "support/json_tree.hpp"
#include "trade/rules.hpp"

using namespace smarttrade;
using trade::strictness;

TEST_CASE("rules: an author reads the key, the value as written and what was expected, all at once") {
    const auto body = test::tree_from_json(R"({"account_id":1,"pair":"BTC-USDT",
        "position":{"type":"by","order_type":"limit","units":{"value":"1_000"},"price":{"value":"70500"}},
        "take_profit":{"enabled":true,"steps":[
            {"order_type":"limit","volume":50,"price":{"type":"bid","value":"71000"}},
            {"order_type":"limit","volume":30,"price":{"type":"bid"}}]},
        "stop_loss":{"enabled":"on","order_type":"market","conditional":{"price":{"value":"71000","type":"bid"}}}})");
    std::string all;
    for (const auto& v : trade::read_request(body, strictness::author).violations)
        all += fmt::format("{}: {} [{}]\n", trade::dotted_path(v.at), v.message, v.rule);
    CHECK(all == R"(pair: pair BTC-USDT, expected QUOTE_BASE, did you mean 'USDT_BTC'? [V5]
position.type: type by, expected buy or sell, did you mean 'buy'? [V5]
position.units.value: units 1_000, expected 1000 [V2]
take_profit.steps[1].price.value: price has neither value nor percent, expected one of them [V17]
stop_loss.enabled: enabled on, expected true [V1]
)");
}

TEST_CASE("rules: a stop above a long entry says so and points at the entry") {
    const auto body = test::tree_from_json(R"({"account_id":1,"pair":"USDT_BTC",
        "position":{"type":"buy","order_type":"limit","units":{"value":1},"price":{"value":"70500"}},
        "take_profit":{"enabled":false},
        "stop_loss":{"enabled":true,"order_type":"market","conditional":{"price":{"value":"71000","type":"bid"}}}})");
    const auto found = trade::read_request(body, strictness::author).violations;
    REQUIRE(found.size() == 1);
    CHECK(found[0].message == "stop_loss 71000 is above entry 70500 of a long trade, expected below");
    CHECK(trade::dotted_path(found[0].at) == "stop_loss.conditional.price.value");
    CHECK(trade::dotted_path(found[0].other.value()) == "position.price.value");
}

TEST_CASE("rules: the exchange names fields by bracket paths with the texts of the API") {
    const auto body = test::tree_from_json(R"({"account_id":1,"pair":"USDT_BTC","instant":false,
        "position":{"type":"buy","order_type":"market"},
        "take_profit":{"enabled":true,"steps":[{"order_type":"x","volume":100,"price":{"value":1,"percent":1}}]},
        "stop_loss":{}})");
    std::string all;
    for (const auto& v : trade::read_request(body, strictness::exchange).violations)
        all += fmt::format("{}: {}\n", trade::bracket_path(v.at), v.api_message);
    CHECK(all == R"(position[units]: is missing
position[units][value]: is missing
take_profit[steps][0][order_type]: does not have a valid value
take_profit[steps][0][price][type]: is missing
take_profit[steps][0][price][value]: are mutually exclusive
stop_loss[enabled]: is missing
)");
}

TEST_CASE("rules: a hostile value cannot break the line it is shown on") {
    const auto body = test::tree_from_json(R"({"account_id":1,"pair":"\u001b[31m\n)" + std::string(500, 'x')
                                           + R"(","instant":true,"position":{"type":"buy","order_type":"market",
                                              "units":{"value":1}}})");
    const auto found = trade::read_request(body, strictness::author).violations;
    REQUIRE(found.size() == 1);
    CHECK(found[0].message.size() < 120);
    CHECK(found[0].message.find('\n') == std::string::npos);
    CHECK(found[0].message.find('\x1b') == std::string::npos);
}
