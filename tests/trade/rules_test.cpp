#include "trade/rules.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include "base/prng.hpp"
#include "support/in_project.hpp"
#include "support/json_tree.hpp"

using namespace smarttrade;
using trade::strictness;

namespace {

constexpr std::string_view simple = R"({"account_id":1,"pair":"USDT_BTC","instant":true,
    "position":{"type":"buy","order_type":"market","units":{"value":"0.01"}}})";
constexpr std::string_view limit = R"({"account_id":1,"pair":"USDT_BTC",
    "position":{"type":"buy","order_type":"limit","units":{"value":"0.01"},"price":{"value":"60000"}},
    "take_profit":{"enabled":true,"steps":[
        {"order_type":"limit","volume":50,"price":{"value":"61000","type":"bid"}},
        {"order_type":"market","volume":50,"price":{"value":"62000","type":"bid"}}]},
    "stop_loss":{"enabled":true,"order_type":"market","conditional":{"price":{"value":"58000","type":"bid"}}}})";
constexpr std::string_view trailing = R"({"account_id":1,"pair":"USDT_BTC",
    "position":{"type":"buy","order_type":"conditional","units":{"value":"0.01"},
        "conditional":{"order_type":"market","price":{"value":"60000"},"trailing":{"enabled":true,"percent":"1"}}},
    "take_profit":{"enabled":true,"steps":[{"order_type":"limit","volume":100,"price":{"percent":5,"type":"bid"}}]},
    "stop_loss":{"enabled":false}})";

enum class heard { by_both, by_author, by_exchange };

/// The smallest change that breaks a rule, and the nearest one that does not. `null` takes a field away.
struct row {
    const char* name;
    const char* rule;
    std::string_view body;
    const char* pointer;
    const char* breaks;
    const char* keeps;
    heard who = heard::by_both;
};

trade::request_reading read_with(const row& r, const char* change, strictness who) {
    auto body = boost::json::parse(r.body);
    test::set_at(body, r.pointer, boost::json::parse(change));
    return trade::read_request(test::tree_of(body), who);
}

bool has_error(const trade::request_reading& reading, std::string_view rule) {
    return std::ranges::any_of(reading.violations, [&](const trade::violation& v) {
        return v.level == base::severity::error && v.rule == rule;
    });
}

const row rows[]{
    {"a boolean is true or false", "V1", simple, "/instant", R"("yes")", R"("true")"},
    {"units are above zero", "V2", simple, "/position/units/value", R"("0")", R"("0.00000001")"},
    {"units are no negative number", "V2", simple, "/position/units/value", "-1", "1"},
    {"a number has no exponent", "V2", simple, "/position/units/value", R"("1e-5")", R"("0.00001")"},
    {"a number has at most 19 digits", "V2", simple, "/position/units/value", R"("12345678901234567890")",
     R"("1234567890123456789")"},
    {"a leading zero looks octal", "V2", simple, "/position/units/value", R"("010")", R"("10")", heard::by_author},
    {"an account id is an integer", "V3", simple, "/account_id", R"("1.5")", R"("15")"},
    {"an account id is not zero", "V3", simple, "/account_id", "0", "1"},
    {"instant and skip_enter_step exclude each other", "V4", simple, "/skip_enter_step", "true", "false"},
    {"account_id is required", "V5", simple, "/account_id", "null", "7"},
    {"pair is required", "V5", simple, "/pair", "null", R"("ETH_ETHUSD_PERP")"},
    {"a pair names quote and base", "V5", simple, "/pair", R"("BTC")", R"("USDT_ADA")"},
    {"position is required", "V5", simple, "/position", "null",
     R"({"type":"sell","order_type":"market","units":{"value":1}})"},
    {"position is a group", "V5", simple, "/position", "[]",
     R"({"type":"sell","order_type":"market","units":{"value":1}})"},
    {"a side is buy or sell", "V5", simple, "/position/type", R"("long")", R"("sell")"},
    {"units are required", "V5", simple, "/position/units/value", "null", "2"},
    {"a smart trade has a take_profit group", "V6", limit, "/take_profit", "null", R"({"enabled":false})"},
    {"a smart trade has a stop_loss group", "V6", limit, "/stop_loss", "null", R"({"enabled":"false"})"},
    {"a group says whether it is on", "V6", limit, "/stop_loss/enabled", "null", "true"},
    {"a simple buy has no exits", "V6", simple, "/take_profit", R"({"enabled":true})", R"({"enabled":false})",
     heard::by_author},
    {"a limit entry has a price", "V7", limit, "/position/price", "null", R"({"value":"60500"})"},
    {"a market entry has no price", "V7", simple, "/position/price", R"({"value":"60000"})", "null", heard::by_author},
    {"an order price has no type", "V7", limit, "/position/price/type", R"("bid")", "null", heard::by_author},
    {"a conditional entry has a trigger", "V8", trailing, "/position/conditional/price/value", "null", "59000"},
    {"a conditional entry says what it places", "V8", trailing, "/position/conditional/order_type", R"("stop")",
     R"("market")"},
    {"conditional needs a conditional order_type", "V8", limit, "/position/conditional",
     R"({"price":{"value":1},"order_type":"market"})", "null", heard::by_author},
    {"a conditional market entry has no order price", "V8", trailing, "/position/price", R"({"value":1})", "null",
     heard::by_author},
    {"an entry trails by at most 99 percent", "V10", trailing, "/position/conditional/trailing/percent", "99.5", "99"},
    {"a trailing entry has a percent", "V10", trailing, "/position/conditional/trailing/percent", "null", "0.5"},
    {"a trigger follows bid, ask or last", "V11", limit, "/stop_loss/conditional/price/type", R"("mid")", R"("last")"},
    {"an exit names the price it follows", "V11", limit, "/take_profit/steps/0/price/type", "null", R"("ask")"},
    {"a simple trade is not conditional", "V12", simple, "/position",
     R"({"type":"buy","order_type":"conditional","units":{"value":1},
         "conditional":{"price":{"value":1},"order_type":"market"}})",
     R"({"type":"buy","order_type":"limit","units":{"value":1},"price":{"value":1}})"},
    {"leverage has a type", "V13", simple, "/leverage", R"({"enabled":true,"value":3})",
     R"({"enabled":true,"type":"cross","value":3})"},
    {"leverage is a whole number", "V3", simple, "/leverage", R"({"enabled":true,"type":"cross","value":"1.5"})",
     R"({"enabled":true,"type":"custom","value":"12"})"},
    {"take_profit has steps", "V14", limit, "/take_profit/steps", "[]",
     R"([{"order_type":"limit","volume":100,"price":{"value":61000,"type":"bid"}}])"},
    {"steps are no map of numbers", "V14", limit, "/take_profit/steps", R"({"0":{}})",
     R"([{"order_type":"limit","volume":100,"price":{"value":61000,"type":"bid"}}])"},
    {"a step is a group", "V15", limit, "/take_profit/steps/0", R"("61000")",
     R"({"order_type":"limit","volume":50,"price":{"value":61000,"type":"bid"}})"},
    {"a step is market or limit", "V15", limit, "/take_profit/steps/0/order_type", R"("conditional")", R"("market")"},
    {"a step has a volume", "V15", limit, "/take_profit/steps/0/volume", "null", "50"},
    {"volumes sum to exactly 100", "V16", limit, "/take_profit/steps/0/volume", R"("49.99")", R"("50.00")"},
    {"a step has a price or a percent", "V17", limit, "/take_profit/steps/0/price/value", "null", "61500"},
    {"a step has not both", "V17", limit, "/take_profit/steps/0/price/percent", "5", "null"},
    {"percents need a trailing entry", "V18", limit, "/take_profit/steps/0/price", R"({"percent":5,"type":"bid"})",
     R"({"value":61000,"type":"bid"})", heard::by_exchange},
    {"a trailing entry wants percents", "V18", trailing, "/take_profit/steps/0/price",
     R"({"value":61000,"type":"bid"})", R"({"percent":5,"type":"bid"})", heard::by_author},
    {"a limit step does not trail", "V19", limit, "/take_profit/steps/1",
     R"({"order_type":"limit","volume":50,"price":{"value":62000,"type":"bid"},"trailing":{"enabled":true,"percent":1}})",
     R"({"order_type":"market","volume":50,"price":{"value":62000,"type":"bid"},"trailing":{"enabled":true,"percent":1}})"},
    {"a step trails by at least 0.01", "V19", limit, "/take_profit/steps/1/trailing",
     R"({"enabled":true,"percent":"0.009"})", R"({"enabled":true,"percent":"0.01"})"},
    {"only the last step trails", "V20", limit, "/take_profit/steps/0",
     R"({"order_type":"market","volume":50,"price":{"value":61000,"type":"bid"},"trailing":{"enabled":true,"percent":1}})",
     R"({"order_type":"market","volume":50,"price":{"value":61000,"type":"bid"},"trailing":{"enabled":false}})"},
    {"a target of a long is above its entry", "V22", limit, "/take_profit/steps/0/price/value", "60000", R"("60000.1")",
     heard::by_author},
    {"a stop has an order_type", "V23", limit, "/stop_loss/order_type", "null", R"("market")"},
    {"a stop has a trigger", "V23", limit, "/stop_loss/conditional", "null",
     R"({"price":{"value":58000,"type":"bid"}})"},
    {"a stop has not value and percent", "V23", limit, "/stop_loss/conditional/price/percent", "3", "null"},
    {"a limit stop has a price", "V24", limit, "/stop_loss/order_type", R"("limit")", R"("market")"},
    {"a market stop has no price", "V24", limit, "/stop_loss/price", R"({"value":57000})", "null", heard::by_author},
    {"a timeout has seconds", "V25", limit, "/stop_loss/timeout", R"({"enabled":true})",
     R"({"enabled":true,"value":"1"})"},
    {"a timeout is at least a second", "V3", limit, "/stop_loss/timeout", R"({"enabled":true,"value":0})",
     R"({"enabled":true,"value":1})"},
    {"breakeven needs two steps", "V26", trailing, "/stop_loss",
     R"({"enabled":true,"breakeven":true,"order_type":"market","conditional":{"price":{"percent":5,"type":"bid"}}})",
     R"({"enabled":true,"breakeven":false,"order_type":"market","conditional":{"price":{"percent":5,"type":"bid"}}})"},
    {"breakeven and a trailing stop exclude each other", "V26", limit, "/stop_loss",
     R"({"enabled":true,"breakeven":true,"order_type":"market","conditional":{"price":{"value":58000,"type":"bid"},"trailing":{"enabled":true}}})",
     R"({"enabled":true,"breakeven":true,"order_type":"market","conditional":{"price":{"value":58000,"type":"bid"},"trailing":{"enabled":false}}})",
     heard::by_author},
    {"a limit stop does not trail", "V27", limit, "/stop_loss",
     R"({"enabled":true,"order_type":"limit","price":{"value":1},"conditional":{"price":{"value":58000,"type":"bid"},"trailing":{"enabled":true}}})",
     R"({"enabled":true,"order_type":"market","conditional":{"price":{"value":58000,"type":"bid"},"trailing":{"enabled":true}}})"},
    {"a stop of a long is below its entry", "V28", limit, "/stop_loss/conditional/price/value", "60000", R"("59999.9")",
     heard::by_author},
    {"a note has at least a character", "V32", simple, "/note", R"("")", R"("x")"},
};

std::string slurp(const std::filesystem::path& path) {
    std::ifstream in{path};
    return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace

TEST_CASE("rules: each rule refuses the smallest body that breaks it and takes the nearest that does not") {
    for (const auto& r : rows) {
        CAPTURE(r.name);
        CHECK(has_error(read_with(r, r.breaks, strictness::author), r.rule) == (r.who != heard::by_exchange));
        CHECK(has_error(read_with(r, r.breaks, strictness::exchange), r.rule) == (r.who != heard::by_author));
        for (const auto who : {strictness::author, strictness::exchange}) {
            const auto reading = read_with(r, r.keeps, who);
            CHECK_MESSAGE(reading.request, (reading.violations.empty() ? "" : reading.violations[0].message));
        }
    }
}

TEST_CASE("rules: a smart sell names its entry reference and at least one exit") {
    auto body = boost::json::parse(limit);
    test::set_at(body, "/skip_enter_step", true);
    CHECK(trade::read_request(test::tree_of(body), strictness::author).request);
    test::set_at(body, "/position", boost::json::parse(R"({"type":"buy","order_type":"market","units":{"value":1}})"));
    CHECK(has_error(trade::read_request(test::tree_of(body), strictness::exchange), "V9"));
    test::set_at(body, "/position/price/value", 60000);
    CHECK(trade::read_request(test::tree_of(body), strictness::author).request);
    test::set_at(body, "/take_profit", boost::json::object{{"enabled", false}});
    test::set_at(body, "/stop_loss", boost::json::object{{"enabled", false}});
    CHECK(has_error(trade::read_request(test::tree_of(body), strictness::exchange), "V9"));
}

TEST_CASE("rules: a note of 300 characters is taken whatever its bytes, 301 are not") {
    auto body = test::tree_from_json(simple);
    std::string note;
    for (int i = 0; i < 300; ++i) note += "ä";
    body.set("note", trade::field_tree::scalar(note));
    CHECK(trade::read_request(body, strictness::exchange).request);
    body.set("note", trade::field_tree::scalar(note + "x"));
    const auto reading = trade::read_request(body, strictness::exchange);
    REQUIRE(reading.violations.size() == 1);
    CHECK(reading.violations[0].rule == "V32");
    CHECK(reading.violations[0].api_message == "too long. Max is 300 symbols");
}

TEST_CASE("rules: the mirror holds for a short: targets below, the stop above") {
    auto body = boost::json::parse(limit);
    test::set_at(body, "/position/type", "sell");
    CHECK(has_error(trade::read_request(test::tree_of(body), strictness::author), "V22"));
    CHECK(has_error(trade::read_request(test::tree_of(body), strictness::author), "V28"));
    CHECK(trade::read_request(test::tree_of(body), strictness::exchange).request);
    test::set_at(body, "/take_profit/steps/0/price/value", "59000");
    test::set_at(body, "/take_profit/steps/1/price/value", "58000");
    test::set_at(body, "/stop_loss/conditional/price/value", "61000");
    CHECK(trade::read_request(test::tree_of(body), strictness::author).request);
}

TEST_CASE("rules: a percent cannot put an exit at zero or below") {
    auto body = boost::json::parse(trailing);
    test::set_at(body, "/take_profit/steps/0/price/percent", "150");
    CHECK(trade::read_request(test::tree_of(body), strictness::exchange).request);
    test::set_at(body, "/position/type", "sell");
    CHECK(has_error(trade::read_request(test::tree_of(body), strictness::exchange), "V22"));
    test::set_at(body, "/take_profit/steps/0/price/percent", "99.9");
    CHECK(trade::read_request(test::tree_of(body), strictness::exchange).request);
    test::set_at(body, "/position/type", "buy");
    test::set_at(body, "/stop_loss", boost::json::parse(R"({"enabled":true,"order_type":"market",
        "conditional":{"price":{"percent":100,"type":"bid"}}})"));
    CHECK(has_error(trade::read_request(test::tree_of(body), strictness::exchange), "V28"));
}

TEST_CASE("rules: targets that do not rise and a stop that may not fill are warnings, not errors") {
    auto body = boost::json::parse(limit);
    test::set_at(body, "/take_profit/steps/1/price/value", "61000");
    test::set_at(body, "/stop_loss/order_type", "limit");
    test::set_at(body, "/stop_loss/price/value", "58500");
    const auto reading = trade::read_request(test::tree_of(body), strictness::author);
    REQUIRE(reading.request);
    REQUIRE(reading.violations.size() == 2);
    CHECK(reading.violations[0].rule == "V22");
    CHECK(reading.violations[1].rule == "V28");
}

TEST_CASE("rules: all 24 documented bodies pass, for the exchange and for an author") {
    int seen = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator{test::in_project("tests/contract/seed_bodies")}) {
        CAPTURE(entry.path().filename().string());
        const auto body = test::tree_from_json(slurp(entry.path()));
        for (const auto who : {strictness::exchange, strictness::author}) {
            const auto reading = trade::read_request(body, who);
            CHECK(reading.request);
            for (const auto& v : reading.violations) FAIL_CHECK(v.message);
        }
        ++seen;
    }
    CHECK(seen == 24);
}

TEST_CASE("rules: no tree of wrong kinds breaks the reading, and it never ends without a reason") {
    for (std::uint64_t seed = 0; seed < 3000; ++seed) {
        CAPTURE(seed);
        base::prng random{seed};
        auto body = boost::json::parse(seed % 2 ? limit : trailing);
        for (int i = 0; i < 3; ++i) {
            const char* kinds[]{"null",   "[]",          "{}",
                                R"("x")", "[[[1]]]",     R"({"value":{"value":1}})",
                                "[null]", R"("\u0000")", R"("99999999999999999999999999999999999999")"};
            const auto& r = rows[random.below(std::size(rows))];
            test::set_at(body, r.pointer, boost::json::parse(kinds[random.below(std::size(kinds))]));
        }
        for (const auto who : {strictness::exchange, strictness::author, strictness::adopter}) {
            const auto reading = trade::read_request(test::tree_of(body), who);
            const bool has_errors =
                std::ranges::any_of(reading.violations, [](const auto& v) { return v.level == base::severity::error; });
            CHECK(reading.request.has_value() != has_errors);
        }
    }
}
