// api.md E.4: the worked examples, reached by prices, compared member by member.
#include <fstream>
#include <iterator>

#include <doctest/doctest.h>

#include "contract/desk.hpp"
#include "support/in_project.hpp"

using namespace smarttrade::contract;

namespace {

json::value example(const std::string& name) {
    std::ifstream in{smarttrade::test::in_project("tests/contract/examples/") + name + ".json"};
    return json::parse(std::string{std::istreambuf_iterator<char>{in}, {}});
}

/// Members that say who and when, which differ from run to run: that they are there is all that is compared.
bool is_free(const std::string& path) {
    for (const std::string end : {"/id", "/pair", "/created_at", "/updated_at", "/closed_at", "/quote_volume",
                                  "/day_change_percent", "/account/name", "/account/link", "/orderbook_price_currency"})
        if (path.ends_with(end)) return true;
    return false;
}

void compare(const std::string& path, const json::value& wanted, const json::value& seen, std::string& differences) {
    if (wanted.is_object() && seen.is_object()) {
        for (const auto& member : wanted.as_object()) {
            const auto* there = seen.as_object().if_contains(member.key());
            const auto below = path + '/' + std::string{member.key()};
            if (there)
                compare(below, member.value(), *there, differences);
            else
                differences += below + " is absent\n";
        }
        for (const auto& member : seen.as_object())
            if (!wanted.as_object().contains(member.key()))
                differences += path + '/' + std::string{member.key()} + " is too much\n";
        return;
    }
    if (wanted.is_array() && seen.is_array() && wanted.as_array().size() == seen.as_array().size()) {
        for (std::size_t i = 0; i < wanted.as_array().size(); ++i)
            compare(path + '/' + std::to_string(i), wanted.at(i), seen.at(i), differences);
        return;
    }
    if (is_free(path) ? wanted.kind() == seen.kind() : at(wanted, "") == at(seen, "")) return;
    differences += path + ": " + at(seen, "") + ", documented " + at(wanted, "") + '\n';
}

/// What differs from the example, a line each; empty: nothing.
std::string differences(const std::string& name, const json::value& seen) {
    std::string found;
    compare("", example(name), seen, found);
    return found;
}

const edits swing{{"/note", "plan:btc-swing#1"},
                  {"/take_profit", take_profit({limit_step("63000", "50"), trailing_step("66000", "50", "1")})},
                  {"/stop_loss", stop_loss("57000")},
                  {"/stop_loss/breakeven", true}};

void quote(desk& on, const std::string& bid) {
    on.quote(bid + ".0", bid + ".01", bid + ".0");
    on.settle();
}

json::value entered(desk& on) {
    quote(on, "61000");
    const auto trade = on.created_and_settled(swing);
    quote(on, "60000");
    on.quote("59990", "59990.01", "59990");
    on.settle();
    return trade;
}

} // namespace

TEST_SUITE_BEGIN("with ticks");

TEST_CASE("E1: waiting for the position") {
    desk on;
    quote(on, "60950");
    CHECK(differences("E1", on.created_and_settled(swing)) == "");
}

TEST_CASE("E2: the position is open, exits wait") {
    desk on;
    const auto trade = entered(on);
    quote(on, "60500");
    CHECK(differences("E2", on.see(trade)) == "");
}

TEST_CASE("E3: the first step is filled, the stop has moved to breakeven") {
    desk on;
    const auto trade = entered(on);
    quote(on, "63500");
    CHECK(differences("E3", on.see(trade)) == "");
}

TEST_CASE("E4: the second step trails, the trade waits on") {
    desk on;
    const auto trade = entered(on);
    quote(on, "63500");
    quote(on, "66900");
    CHECK(differences("E4", on.see(trade)) == "");
}

TEST_CASE("E5: finished, the trailing step fired one percent under its top") {
    desk on;
    const auto trade = entered(on);
    quote(on, "63500");
    quote(on, "67000");
    quote(on, "66330");
    CHECK(differences("E5", on.see(trade)) == "");
}

TEST_CASE("E6: stopped out at the market") {
    desk on;
    const auto trade = entered(on);
    quote(on, "56990");
    quote(on, "56980");
    CHECK(differences("E6", on.see(trade)) == "");
}

TEST_CASE("E7: cancelled before the entry") {
    desk on;
    quote(on, "61010");
    const auto trade = on.created_and_settled(swing);
    on.act("DELETE", trade);
    on.settle();
    CHECK(differences("E7", on.see(trade)) == "");
}

TEST_CASE("E8: closed by market, the answer and the end") {
    desk on;
    const auto trade = entered(on);
    quote(on, "60800");
    CHECK(differences("E8", on.act("POST", trade, "/close_by_market").body) == "");
    quote(on, "60795");
    quote(on, "60790");
    CHECK(differences("E8-final", on.see(trade)) == "");
}

TEST_CASE("E9: failed for want of money") {
    desk on{"NONE_E9", "61000"};
    quote(on, "61010");
    CHECK(differences("E9", on.created_and_settled(swing)) == "");
}

TEST_SUITE_END();
