#include "wire/entity_amounts.hpp"

#include <doctest/doctest.h>

#include <string>

#include "base/prng.hpp"
#include "wire/entity.hpp"

using namespace smarttrade;
using wire::entity_amounts;
using wire::json_document;

namespace {

std::optional<std::string> read_text(const std::string& json, entity_amounts& amounts) {
    const auto document = json_document::parse(json).value();
    const auto value = amounts.read_decimal(document.root());
    return value ? std::optional{value->to_string()} : std::nullopt;
}

std::string trade_with(const std::string& data) {
    return R"({"id":1,"account":{"id":2},"pair":"USDT_BTC","status":{"type":"waiting_targets"},"data":{)" + data + "}}";
}

} // namespace

TEST_CASE("entity_amounts: every documented form of a number is exact") {
    struct row {
        const char* json;
        const char* value;
    };
    for (const row& r :
         {row{R"("15.0")", "15.0"}, row{"15", "15.0"}, row{"0.001", "0.001"}, row{"8.6e-07", "0.00000086"},
          row{R"("8.6e-07")", "0.00000086"}, row{"1E+3", "1000.0"}, row{"-36.1", "-36.1"}, row{"0", "0.0"},
          row{"-0.0", "0.0"}, row{R"("1870508107.54")", "1870508107.54"}, row{R"("-0.09787447584")", "-0.09787447584"},
          row{"1.25e1", "12.5"}, row{"125e-3", "0.125"},
          row{R"("28.819532219570405727923627685")", "28.819532219570405727923627685"},
          row{R"("000000000000000000000000000001.5")", "1.5"},
          row{R"("999999999999999999.9")", "999999999999999999.9"}}) {
        CAPTURE(r.json);
        entity_amounts amounts;
        CHECK(read_text(r.json, amounts) == r.value);
        CHECK_FALSE(amounts.has_refused());
    }
}

TEST_CASE("entity_amounts: decimals beyond the 27th are cut towards zero, whatever their number") {
    struct row {
        std::string json, value;
    };
    for (const row& r :
         {row{R"("0.1234567890123456789012345679999999999")", "0.123456789012345678901234567"},
          row{R"("-0.1234567890123456789012345679999999999")", "-0.123456789012345678901234567"}, row{"1e-38", "0.0"},
          row{"9.99e-400", "0.0"}, row{R"("1e-999999999999999999999")", "0.0"}, row{"0e400", "0.0"},
          row{R"("0.)" + std::string(5000, '3') + '"', "0." + std::string(27, '3')},
          row{R"("123456789012345678.)" + std::string(50, '7') + '"', "123456789012345678." + std::string(19, '7')}}) {
        CAPTURE(r.json);
        entity_amounts amounts;
        CHECK(read_text(r.json, amounts) == r.value);
        CHECK_FALSE(amounts.has_refused());
    }
}

TEST_CASE("entity_amounts: an amount of 10^18 or more makes its trade unreadable, and the reason names it") {
    for (const std::string amount :
         {"1000000000000000000", "-1e18", "1e400", "99999999999999999999999999999999999999", "0.1e20"}) {
        CAPTURE(amount);
        for (const auto& json : {amount, '"' + amount + '"'}) {
            const auto read = wire::read_smart_trade(trade_with(R"("entered_amount":)" + json));
            REQUIRE_FALSE(read.has_value());
            CHECK(read.error().reason == "smart trade 1 with entered_amount " + amount + ", expected less than 10^18");
        }
    }
    CHECK_FALSE(wire::read_smart_trade(trade_with(R"("entered_amount":"1e999999999999999999999")")).has_value());
    const auto page = wire::read_smart_trades("[" + trade_with(R"("closed_total":"1e18")") + "]");
    CHECK_FALSE(page.has_value());
    const auto endless = wire::read_smart_trade(trade_with(R"("entered_amount":")" + std::string(9000, '9') + '"'));
    REQUIRE_FALSE(endless.has_value());
    CHECK(endless.error().reason.size() < 120);
}

TEST_CASE("entity_amounts: what is no number is absent, not a refusal") {
    for (const char* json :
         {R"("")", R"("much")", R"("NaN")", R"("Infinity")", R"("1,5")", R"(".5")", R"("5.")", R"("+5")", R"("0x10")",
          R"("1e")", R"("e5")", R"("1e1.5")", R"("1e+-2")", "null", "true", "[1]", "{}"}) {
        CAPTURE(json);
        entity_amounts amounts;
        CHECK_FALSE(read_text(json, amounts));
        CHECK_FALSE(amounts.has_refused());
    }
}

TEST_CASE("entity_amounts: amounts far apart lose decimals, so that their sum still fits a decimal") {
    const auto read = wire::read_smart_trade(
        trade_with(R"("entered_amount":"123456789012345678.5","closed_amount":"0.123456789012345678901234567")"));
    REQUIRE(read.has_value());
    CHECK(read->entered_amount.to_string() == "123456789012345678.5");
    CHECK(read->closed_amount.to_string() == "0.1234567890123456789");
    CHECK((read->entered_amount - read->closed_amount).to_string() == "123456789012345678.3765432109876543211");
}

TEST_CASE("entity_amounts: no sum of ten amounts of one trade overflows, whatever the server sends") {
    for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
        CAPTURE(seed);
        base::prng random{seed};
        const auto digits = [&](std::uint64_t max) {
            std::string text;
            for (auto n = 1 + random.below(max); n > 0; --n) text += static_cast<char>('0' + random.below(10));
            return text;
        };
        const auto amount = [&] {
            auto text = (random.below(2) == 0 ? "\"-" : "\"") + digits(18);
            if (random.below(4) > 0) text += "." + digits(40);
            if (random.below(4) == 0) text += "e-" + std::to_string(random.below(30));
            return text + '"';
        };
        const auto read =
            wire::read_smart_trade(trade_with(R"("entered_amount":)" + amount() + R"(,"closed_amount":)" + amount()
                                              + R"(,"entered_total":)" + amount() + R"(,"closed_total":)" + amount()));
        REQUIRE(read.has_value());
        const auto bought = read->entered_amount.value();
        const auto paid = read->entered_total.value();
        CHECK_NOTHROW(bought - read->closed_amount.value() + paid - read->closed_total.value() - bought - paid - bought
                      - paid - bought - paid);
    }
}
