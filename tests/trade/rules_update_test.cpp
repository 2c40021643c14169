#include "trade/rules_update.hpp"

#include <algorithm>

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include "support/json_tree.hpp"
#include "trade/random_request.hpp"

using namespace smarttrade;
using trade::strictness;

namespace {

money::decimal number(std::string_view text) { return *money::decimal::parse(text); }

/// A long of two steps, the first of which may have ended, with a stop.
trade::update_context two_steps(bool first_has_ended = false) {
    const auto step = [](std::string_view price) {
        trade::take_profit_step made;
        made.order = trade::order_type::limit;
        made.level = money::price{number(price)};
        made.volume = money::percent{number("50")};
        return made;
    };
    trade::update_context at;
    at.entry.order = trade::entry_type::limit;
    at.entry.units = money::quantity{number("0.01")};
    at.entry.price = money::price{number("60000")};
    at.is_entered = first_has_ended;
    at.take_profit = {{{11}, step("61000"), first_has_ended}, {{12}, step("62000"), false}};
    at.stop_loss = trade::stop_loss_order{};
    at.stop_loss->trigger = money::price{number("58000")};
    return at;
}

trade::update_context trailing_entry() {
    auto at = two_steps();
    at.entry = {trade::side::buy, trade::entry_type::conditional, at.entry.units, {}, trade::conditional_entry{}};
    at.entry.conditional->trigger = money::price{number("60000")};
    at.entry.conditional->trailing = money::percent{number("1")};
    for (auto& step : at.take_profit) step.order.level = money::percent{number("2")};
    at.stop_loss.reset();
    return at;
}

trade::update_reading read(std::string_view body, const trade::update_context& at,
                           strictness who = strictness::exchange) {
    return trade::read_update(test::tree_of(boost::json::parse({body.data(), body.size()})), at, who);
}

/// `rule: path: what the API says`, of the first error.
std::string complaint(const std::vector<trade::violation>& all) {
    const auto found =
        std::ranges::find(all, base::severity::error, [](const trade::violation& each) { return each.level; });
    if (found == all.end()) return "none";
    return found->rule + ": " + trade::bracket_path(found->at) + ": " + found->api_message;
}

trade::trade_update draw_update(std::uint64_t seed, trade::update_context& at) {
    base::prng dice{seed};
    const auto request = test::random_request{seed}.draw();
    at.entry = request.position;
    at.is_instant = request.instant;
    at.is_entered = !request.position.is_trailing() && dice.below(3) == 0;
    trade::trade_update update;
    update.leverage = request.leverage;
    if (at.is_entered || dice.below(2) == 0) at.leverage = update.leverage;
    if (!at.is_entered && dice.below(2) == 0) {
        update.position = {request.position.units, request.position.price, request.position.conditional};
        at.entry.units = money::quantity{number("7")};
    }
    std::int64_t next_id = 1'340'000'001;
    for (const auto& step : request.take_profit) {
        auto& change = update.take_profit.emplace_back();
        change.order = step;
        if (dice.below(3) == 0) continue;
        change.id = trade::sub_trade_id{next_id++};
        at.take_profit.push_back({*change.id, step, at.is_entered && dice.below(3) == 0});
    }
    update.stop_loss = request.stop_loss;
    return update;
}

} // namespace

TEST_CASE("read_update: what is written reads back as the same change") {
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        CAPTURE(seed);
        trade::update_context at;
        const auto update = draw_update(seed, at);
        const auto reading = trade::read_update(trade::write_update(update), at, strictness::exchange);
        REQUIRE_MESSAGE(reading.update, complaint(reading.violations));
        CHECK(*reading.update == update);
    }
}

TEST_CASE("write_update: leverage that ends is said to be off; otherwise its absence says nothing") {
    auto at = two_steps();
    at.leverage = trade::leverage{trade::margin_type::cross, 5};
    trade::trade_update update;
    CHECK(trade::read_update(trade::write_update(update), at, strictness::exchange).update->leverage == at.leverage);
    update.ends_leverage = true;
    CHECK_FALSE(trade::read_update(trade::write_update(update), at, strictness::exchange).update->leverage);
}

TEST_CASE("read_update: a group that is left out stays, and one that is off goes") {
    const auto at = two_steps();
    const auto untouched = read("{}", at);
    REQUIRE(untouched.update);
    CHECK(untouched.update->take_profit.size() == 2);
    CHECK(untouched.update->take_profit[1].id == trade::sub_trade_id{12});
    CHECK(untouched.update->stop_loss == at.stop_loss);
    CHECK_FALSE(untouched.update->position);
    const auto naked = read(R"({"take_profit":{"enabled":false},"stop_loss":{"enabled":"false"}})", at);
    REQUIRE(naked.update);
    CHECK(naked.update->take_profit.empty());
    CHECK_FALSE(naked.update->stop_loss);
}

TEST_CASE("read_update: a step that is filled counts in the hundred, whether it is named or not") {
    const auto at = two_steps(true);
    constexpr std::string_view rest =
        R"({"id":12,"order_type":"limit","volume":50,"price":{"value":63000,"type":"bid"}})";
    const auto steps = [](std::string_view items) {
        return R"({"take_profit":{"enabled":true,"steps":[)" + std::string{items} + "]}}";
    };
    for (const auto& items : {std::string{rest}, R"({"id":"11","volume":"1"},)" + std::string{rest}}) {
        CAPTURE(items);
        const auto reading = read(steps(items), at);
        REQUIRE_MESSAGE(reading.update, complaint(reading.violations));
        REQUIRE(reading.update->take_profit.size() == 2);
        CHECK(reading.update->take_profit[0].order == at.take_profit[0].order); // filled: nobody can change it
        CHECK(reading.update->take_profit[1].order.level == trade::exit_level{money::price{number("63000")}});
    }
    auto too_much = std::string{rest};
    too_much.replace(too_much.find("50"), 2, "100");
    CHECK(complaint(read(steps(too_much), at).violations) == "V16: take_profit[steps]: is invalid");
}

TEST_CASE("read_update: every rule of a change, with what the API says") {
    struct row {
        const char* name;
        trade::update_context at;
        const char* body;
        const char* says;
    };
    auto entered = two_steps();
    entered.is_entered = true;
    auto trailed = trailing_entry();
    trailed.is_entered = true;
    auto simple = two_steps();
    simple.is_instant = true;
    const char* prices = R"({"take_profit":{"enabled":true,"steps":[
        {"order_type":"limit","volume":100,"price":{"value":"61000","type":"bid"}}]}})";
    const char* percents = R"({"take_profit":{"enabled":true,"steps":[
        {"order_type":"limit","volume":100,"price":{"percent":"5","type":"bid"}}]}})";
    const char* strange = R"({"take_profit":{"enabled":true,"steps":[
        {"id":99,"order_type":"limit","volume":100,"price":{"value":"61000","type":"bid"}}]}})";
    const char* twice = R"({"take_profit":{"enabled":true,"steps":[
        {"id":12,"order_type":"limit","volume":50,"price":{"value":"61000","type":"bid"}},
        {"id":12,"order_type":"limit","volume":50,"price":{"value":"61000","type":"bid"}}]}})";
    const char* untrailed = R"({"position":{"conditional":{"price":{"value":"1"},"order_type":"market"}}})";
    for (const row& r : {
             row{"prices for a plain entry", two_steps(), prices, "none"},
             row{"a percent needs a trailing entry", two_steps(), percents,
                 "V18: take_profit[steps][0][price][percent]: is invalid"},
             row{"a percent while the entry trails", trailing_entry(), percents, "none"},
             row{"no percent once the trailing entry is filled", trailed, percents,
                 "V18: take_profit[steps][0][price][percent]: is invalid"},
             row{"trailing ends, and percents are left behind", trailing_entry(), untrailed,
                 "V18: take_profit: is missing"},
             row{"a step of another trade", two_steps(), strange,
                 "V33: take_profit[steps][0][id]: does not have a valid value"},
             row{"a step named twice", two_steps(), twice,
                 "V33: take_profit[steps][1][id]: does not have a valid value"},
             row{"a stop without its order type", two_steps(),
                 R"({"stop_loss":{"enabled":true,"conditional":{"price":{"value":1,"type":"last"}}}})",
                 "V23: stop_loss[order_type]: is missing"},
             row{"breakeven counts the steps that stay", two_steps(),
                 R"({"stop_loss":{"enabled":true,"breakeven":true,"order_type":"market",
                     "conditional":{"price":{"value":1,"type":"last"}}}})",
                 "none"},
             row{"an entry price is above zero", two_steps(), R"({"position":{"price":{"value":"0"}}})",
                 "V2: position[price][value]: does not have a valid value"},
             row{"a filled entry is frozen", entered, R"({"position":{"price":{"value":"0"}},"leverage":1})", "none"},
             row{"units are a group", two_steps(), R"({"position":{"units":"1"}})", "V5: position[units]: is invalid"},
             row{"a simple trade has no exits to change", simple, percents, "none"},
             row{"leverage is one", two_steps(), R"({"leverage":{"enabled":true,"type":"cross","value":0}})",
                 "V3: leverage[value]: does not have a valid value"},
         }) {
        CAPTURE(r.name);
        CHECK(complaint(read(r.body, r.at).violations) == r.says);
    }
}

TEST_CASE("read_update: an author hears of what would be ignored") {
    auto at = two_steps();
    at.is_entered = true;
    CHECK(complaint(read(R"({"position":{"price":{"value":"1"}}})", at, strictness::author).violations)
          == "V33: position: is invalid");
    CHECK(complaint(read(R"({"leverage":{"enabled":false}})", at, strictness::author).violations)
          == "V33: leverage: is invalid");
}

TEST_CASE("read_update: an entry that becomes a limit order needs its price") {
    auto at = trailing_entry();
    const auto limit = R"({"position":{"conditional":{"price":{"value":"59000"},"order_type":"limit"}},
                           "take_profit":{"enabled":false}})";
    CHECK(complaint(read(limit, at).violations) == "V8: position[price]: is missing");
    at.entry.price = money::price{number("58900")};
    CHECK(complaint(read(limit, at).violations) == "none");
}

TEST_CASE("read_funds_order: what is written reads back, and a market order has no price") {
    const trade::funds_order limit{trade::order_type::limit, money::quantity{number("0.5")},
                                   money::price{number("60000")}};
    CHECK(trade::read_funds_order(trade::write_funds_order(limit), strictness::author).order == limit);
    auto market = limit;
    market.order = trade::order_type::market;
    CHECK(complaint(trade::read_funds_order(trade::write_funds_order(market), strictness::author).violations)
          == "V34: price: is invalid");
    const auto read = trade::read_funds_order(trade::write_funds_order(market), strictness::exchange).order;
    REQUIRE(read);
    CHECK_FALSE(read->price);
}

TEST_CASE("read_funds_order: what is missing or of the wrong kind is named") {
    struct row {
        const char* body;
        const char* says;
    };
    for (const row& r :
         {row{R"({"units":{"value":1}})", "V34: order_type: is missing"},
          row{R"({"order_type":"conditional","units":{"value":1}})", "V34: order_type: does not have a valid value"},
          row{R"({"order_type":"market"})", "V34: units: is missing"},
          row{R"({"order_type":"market","units":[{"value":1}]})", "V34: units: is invalid"},
          row{R"({"order_type":"market","units":{"value":0}})", "V2: units[value]: does not have a valid value"},
          row{R"({"order_type":"limit","units":{"value":1}})", "V34: price: is missing"}}) {
        CAPTURE(r.body);
        const auto tree = test::tree_of(boost::json::parse(r.body));
        const auto reading = trade::read_funds_order(tree, strictness::exchange);
        CHECK_FALSE(reading.order);
        CHECK(complaint(reading.violations) == r.says);
    }
}

TEST_CASE("read_note_body: a note has 1 to 300 characters, and an umlaut is one of them") {
    const auto note = [](const std::string& text) {
        return trade::read_note_body(test::tree_of(boost::json::object{{"note", text}}), strictness::exchange);
    };
    std::string long_note;
    for (int i = 0; i < 300; ++i) long_note += "ä";
    CHECK(note(long_note).note == long_note);
    CHECK(complaint(note(long_note + '.').violations) == "V32: note: too long. Max is 300 symbols");
    CHECK(complaint(note("").violations) == "V32: note: is empty");
    CHECK(complaint(trade::read_note_body({}, strictness::exchange).violations) == "V32: note: is missing");
}
