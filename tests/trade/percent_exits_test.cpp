#include "trade/percent_exits.hpp"

#include <doctest/doctest.h>

#include "base/prng.hpp"
#include "trade/random_request.hpp"
#include "trade/rules.hpp"

using namespace smarttrade;
using money::decimal;
using trade::exit_kind;
using trade::side;

namespace {

money::price at(std::string_view text) { return money::price::parse(text).value(); }
money::percent pct(std::string_view text) { return money::percent::parse(text).value(); }

/// A target and a stop, both this percent away.
trade::trade_request with_exits(side entry, std::string_view percent) {
    trade::trade_request request;
    request.position.type = entry;
    request.take_profit.emplace_back().level = pct(percent);
    request.stop_loss.emplace().trigger = pct(percent);
    return request;
}

std::string target_of(const trade::trade_request& request) {
    return std::get<money::price>(request.take_profit.at(0).level).to_short_string();
}
std::string stop_of(const trade::trade_request& request) {
    return std::get<money::price>(request.stop_loss->trigger).to_short_string();
}

} // namespace

TEST_CASE("percent_exits: a target is rounded away from the entry, a stop towards it") {
    struct row {
        const char* name;
        side entry;
        const char* percent;
        const char* reference;
        const char* step;
        const char* target;
        const char* stop;
    };
    const row rows[]{
        {"a long, exact", side::buy, "5", "60000", "0.01", "63000", "57000"},
        {"a short, exact", side::sell, "5", "60000", "0.01", "57000", "63000"},
        {"a long between steps", side::buy, "1.5", "60000.01", "0.5", "60900.5", "59100.5"},
        {"a short between steps", side::sell, "1.5", "60000.01", "0.5", "59100", "60900"},
        {"no step is known: 8 decimals", side::buy, "3.3333", "0.1", "", "0.1033333", "0.0966667"},
        {"no step is known, cut", side::buy, "1", "0.00000442", "", "0.00000447", "0.00000438"},
        {"a step that says nothing", side::buy, "1", "0.00000442", "0", "0.00000447", "0.00000438"},
        {"a long stop that would stand at the entry", side::buy, "1", "0.00000003", "0.00000001", "0.00000004",
         "0.00000002"},
        {"a short stop that would stand at the entry", side::sell, "1", "3", "1", "2", "4"},
        {"an average between steps", side::buy, "0.1", "100.4", "1", "101", "100"},
        {"no exit is at zero", side::sell, "60", "1", "1", "1", "2"},
    };
    for (const auto& r : rows) {
        CAPTURE(r.name);
        const auto step = *r.step ? std::optional{at(r.step)} : std::nullopt;
        const auto made = trade::with_prices(with_exits(r.entry, r.percent), at(r.reference), step);
        CHECK(target_of(made) == r.target);
        CHECK(stop_of(made) == r.stop);
    }
}

TEST_CASE("percent_exits: prices and all that is no level stay as they are") {
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        CAPTURE(seed);
        const auto request = test::random_request{seed}.draw();
        auto made = trade::with_prices(request, at("60000"), at("0.01"));
        for (std::size_t i = 0; i < made.take_profit.size(); ++i) {
            CHECK(std::holds_alternative<money::price>(made.take_profit[i].level));
            if (request.position.is_trailing()) made.take_profit[i].level = request.take_profit[i].level;
        }
        if (made.stop_loss && request.position.is_trailing()) made.stop_loss->trigger = request.stop_loss->trigger;
        CHECK(made == request);
        CHECK_FALSE(trade::has_open_percents(request)); // the exchange takes all of these
    }
}

TEST_CASE("percent_exits: percents are open until they are prices, but not while the entry trails") {
    auto request = with_exits(side::buy, "5");
    CHECK(trade::has_open_percents(request));
    CHECK_FALSE(trade::has_open_percents(trade::with_prices(request, at("10"), {})));
    request.take_profit[0].level = at("11");
    CHECK(trade::has_open_percents(request));
    request.stop_loss.reset();
    CHECK_FALSE(trade::has_open_percents(request));
    request = with_exits(side::buy, "5");
    request.position.conditional.emplace().trailing = pct("1");
    CHECK_FALSE(trade::has_open_percents(request));
}

TEST_CASE("percent_exits: no numbers of an author overflow, and targets and stops keep their sides of the entry") {
    const std::string_view numbers[]{"0.0000000000000000001",
                                     "9999999999999999999",
                                     "1",
                                     "0.1234567890123456789",
                                     "1000000",
                                     "123456789.0123456789",
                                     "99.99",
                                     "60000.1234567",
                                     "3.141592653589793238",
                                     "0.9999999999999999999",
                                     "0.01",
                                     "7"};
    const std::string_view steps[]{"0.00000001", "1", "0.5", "0.000000000001", "9999999999999999999"};
    for (std::uint64_t seed = 0; seed < 3000; ++seed) {
        CAPTURE(seed);
        base::prng random{seed};
        const auto reference = at(numbers[random.below(std::size(numbers))]);
        auto percent = numbers[random.below(std::size(numbers))];
        if (pct(percent) > pct("1000000")) percent = "1000000"; // an author cannot write more
        const auto step = at(steps[random.below(std::size(steps))]);
        const auto entry = random.below(2) ? side::buy : side::sell;
        const auto request = with_exits(entry, percent);
        const auto made = trade::with_prices(request, reference, step);
        const auto target = std::get<money::price>(made.take_profit[0].level);
        const auto stop = std::get<money::price>(made.stop_loss->trigger);
        CHECK(target >= step);
        CHECK(stop >= step);
        if (step >= reference) continue; // no market has such a step
        if (pct(percent).value() < decimal{1, 15}) continue;
        CHECK((entry == side::buy ? target > reference : target <= reference));
        CHECK((entry == side::buy ? stop <= reference : stop > reference));
    }
}

TEST_CASE("percent_exits: a price that came of a percent is taken by the exchange") {
    for (const auto entry : {side::buy, side::sell}) {
        auto request = with_exits(entry, "5");
        request.account.value = 1;
        request.pair = {"USDT", "BTC"};
        request.position.order = trade::entry_type::limit;
        request.position.units = money::quantity{decimal{1}};
        request.position.price = at("60000");
        request.take_profit[0].volume = pct("100");
        const auto open = trade::read_request(trade::write_request(request), trade::strictness::exchange);
        CHECK_FALSE(open.request);
        CHECK(trade::read_request(trade::write_request(request), trade::strictness::author).request == request);
        const auto made = trade::with_prices(request, *request.position.price, {});
        for (const auto who : {trade::strictness::exchange, trade::strictness::author})
            CHECK(trade::read_request(trade::write_request(made), who).request == made);
    }
}
