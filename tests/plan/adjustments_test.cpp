#include <fmt/format.h>

#include "plans.hpp"

using namespace smarttrade;

namespace {

std::string told(std::string_view adjustments, std::string_view more = "",
                 std::string_view position = "{type: buy, order_type: limit, units: 0.01, price: 60000}",
                 const plan::surroundings& around = test::one_account()) {
    return test::told(fmt::format("trades:\n  a:\n    pair: USDT_BTC\n    position: {}\n    adjustments:\n{}{}",
                                  position, adjustments, more),
                      around);
}

} // namespace

TEST_CASE("plan: an adjustment is judged as the API judges its body, at its place") {
    CHECK(told("      - {id: avg-1, add_funds: {order_type: limit, units: 0.005, price: 55000}}\n"
               "      - {id: cut-1, reduce_funds: {order_type: market, units: {value: 0.002}}}\n")
          == "");
    CHECK(told("      - {id: b, add_funds: {order_type: limt, units: 1e-3, price: 55000}}\n")
          == "p.yaml:6:41: error: order_type limt, expected market or limit, did you mean 'limit'? [V34]\n"
             "p.yaml:6:54: error: units 1e-3, expected 0.001 [V2]\n");
    CHECK(
        told("      - {id: b, add_funds: {order_type: limit}}\n")
        == "p.yaml:6:17: error: missing key 'units' in adjustments[0].add_funds, expected the amount in base currency "
           "[V34]\n"
           "p.yaml:6:17: error: missing key 'price' in adjustments[0].add_funds, expected the price of the limit order "
           "[V34]\n");
    CHECK(told("      - {id: b, reduce_funds: {order_type: market, units: 1, price: 5}}\n")
          == "p.yaml:6:69: error: price 5, expected none: a market order has no price of its own [V34]\n");
    CHECK(told("      - {id: b, add_funds: {order_type: limit, units: 1, price: 5 bid}}\n")
          == "p.yaml:6:67: error: type bid, expected none: an order price follows no side of the book [V34]\n");
    CHECK(
        told("      - {id: b, add_funds: {order_type: limit, units: 1, price: 5%}}\n")
        == "p.yaml:6:58: error: missing key 'value' in adjustments[0].add_funds.price, expected the price of the limit "
           "order [V34]\n"
           "p.yaml:6:65: error: price 5%, expected a price: only exits can be percents [V34]\n");
}

TEST_CASE("plan: an adjustment has a name of its own and one order") {
    CHECK(told("      - {add_funds: {order_type: market, units: 1}}\n")
          == "p.yaml:6:9: error: missing key 'id' in adjustments[0], expected a name for it, unique in the trade\n");
    CHECK(told("      - {id: b}\n")
          == "p.yaml:6:9: error: adjustments[0] without add_funds and reduce_funds, expected one of them\n");
    CHECK(told("      - {id: b, add_funds: {order_type: market, units: 1}, reduce_funds: {order_type: market, units: "
               "1}}\n")
          == "p.yaml:6:74: error: reduce_funds beside add_funds, expected one of them\n"
             "p.yaml:6:28: note: adjustments[0].add_funds is here\n");
    CHECK(told("      - {id: b, add_funds: {order_type: market, units: 1}}\n"
               "      - {id: b, add_funds: {order_type: market, units: 1}}\n")
          == "p.yaml:7:14: error: id b stands twice, expected it once\np.yaml:6:14: note: adjustments[0].id is here\n");
    CHECK(told("      - {id: Avg, ad_funds: {}}\n")
          == "p.yaml:6:9: error: adjustments[0] without add_funds and reduce_funds, expected one of them\n"
             "p.yaml:6:14: error: id Avg, expected at most 63 of a-z, 0-9 and -, without - at its ends\n"
             "p.yaml:6:19: error: unknown key 'ad_funds', did you mean 'add_funds'?\n");
    CHECK(told("      - {id: b, add_funds: 0.01}\n")
          == "p.yaml:6:28: error: add_funds 0.01, expected a group of keys [V34]\n");
    CHECK(told("      avg-1\n") == "p.yaml:6:7: error: adjustments avg-1, expected a list\n");
}

TEST_CASE("plan: a simple trade takes no funds later, a trailing entry none before it is filled") {
    constexpr std::string_view add = "      - {id: b, add_funds: {order_type: market, units: 1}}\n";
    CHECK(told(add, "    instant: true\n")
          == "p.yaml:6:7: error: adjustments on an instant trade, expected none: a simple buy or sell takes no funds "
             "later [V34]\np.yaml:7:14: note: instant is here\n");
    constexpr std::string_view trailing =
        "{type: buy, order_type: conditional, units: 1, conditional: {price: 1, order_type: market, trailing: 1%}}";
    CHECK(
        told(add, "", trailing)
        == "p.yaml:6:28: error: add_funds on a trailing entry, expected none: it takes funds once it is filled [V34]\n"
           "p.yaml:4:116: note: position.conditional.trailing is here\n");
    CHECK(told(add, "    adopt: 7\n", trailing) == ""); // it may be filled
    CHECK(told("      - {id: b, reduce_funds: {order_type: market, units: 0.5}}\n", "", trailing) == "");
}

TEST_CASE("plan: who reduces by more than is held by then is warned: the exchange will refuse it") {
    const auto reduce = [](const char* units) {
        return fmt::format("      - {{id: r{0}, reduce_funds: {{order_type: market, units: 0.{0}}}}}\n", units);
    };
    const std::string add = "      - {id: a, add_funds: {order_type: market, units: 0.01}}\n";
    CHECK(told(reduce("009")) == "");
    CHECK(told(reduce("01"))
          == "p.yaml:6:61: warning: units 0.01, expected less than 0.01: the trade holds no more [V35]\n");
    CHECK(told(add + reduce("01")) == "");
    CHECK(told(reduce("006") + reduce("005"))
          == "p.yaml:7:62: warning: units 0.005, expected less than 0.004: the trade holds no more [V35]\n");
    CHECK(told(reduce("01"), "    adopt: 7\n") == ""); // it may have taken funds before
    for (const auto* units : {"0.00000000000000000000000000000000000001", "-1", "0"}) { // told already
        const auto position = fmt::format("{{type: buy, order_type: limit, units: {}, price: 60000}}", units);
        CHECK(told(add + reduce("01"), "", position).find("[V35]") == std::string::npos);
    }
}

TEST_CASE("plan: max_order_total bounds the entry and all that is added to it") {
    auto around = test::one_account();
    around.max_order_total = {{"USDT", money::money{money::decimal{1000}}}};
    const auto in = [&](std::string_view adjustments, std::string_view position, std::string_view more = "") {
        return told(adjustments, more, position, around);
    };
    constexpr std::string_view limit = "{type: buy, order_type: limit, units: 0.01, price: 60000}";
    CHECK(in("      - {id: b, add_funds: {order_type: limit, units: 0.008, price: 50000}}\n", limit) == "");
    CHECK(
        in("      - {id: b, add_funds: {order_type: limit, units: 0.008, price: 50000}}\n"
           "      - {id: c, reduce_funds: {order_type: market, units: 0.005}}\n"
           "      - {id: d, add_funds: {order_type: market, units: 0.001}}\n"
           "      - {id: e, add_funds: {order_type: market, units: 0.001}}\n",
           limit)
        == "p.yaml:8:9: error: add_funds d: units 0.001 at 60000 make it 1060 USDT, above max_order_total, expected at "
           "most 1000\n");
    constexpr std::string_view market = "{type: buy, order_type: market, units: 1}"; // judged when its price is known
    CHECK(in("      - {id: b, add_funds: {order_type: market, units: 1}}\n", market) == "");
    CHECK(
        in("      - {id: b, add_funds: {order_type: limit, units: 1, price: 1000.1}}\n", market)
        == "p.yaml:6:9: error: add_funds b: units 1 at 1000.1 are 1000.1 USDT, above max_order_total, expected at most "
           "1000\n");
    // What is adopted or owned costs nothing more, what is added to it does.
    constexpr std::string_view dear = "{type: buy, order_type: limit, units: 1, price: 60000}";
    CHECK(in("      []\n", dear, "    adopt: 7\n") == "");
    CHECK(in("      - {id: b, add_funds: {order_type: limit, units: 1, price: 2000}}\n", dear, "    adopt: 7\n") != "");
    const auto digits = std::string(19, '9');
    CHECK(in(fmt::format("      - {{id: b, add_funds: {{order_type: limit, units: 0.{0}1, price: {1}}}}}\n"
                         "      - {{id: c, add_funds: {{order_type: limit, units: {1}, price: {1}}}}}\n",
                         std::string(17, '0'), digits),
             market)
          != "");
}
