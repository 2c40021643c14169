#include <algorithm>

#include "plans.hpp"

using namespace smarttrade;

namespace {

constexpr std::string_view trade_a =
    "trades: {a: {pair: USDT_BTC, position: {type: buy, order_type: market, units: 1}}}\n";

std::string told(const plan::plan_set& set) {
    std::string all;
    for (const auto& d : set.diagnostics) {
        all += base::headline(d) + '\n';
        for (const auto& note : d.notes) all += base::headline(note) + '\n';
    }
    return all;
}

std::string with_account(std::string_view line, const plan::surroundings& around) {
    return test::told("trades:\n  a:\n    " + std::string{line}
                          + "\n    pair: USDT_BTC\n    position: {type: buy, order_type: market, units: 1}\n",
                      around);
}

} // namespace

TEST_CASE("plan: trade names are unique over all files, told at the second with a note at the first") {
    const auto one = plan::read(trade_a, "1.yaml");
    const auto two = plan::read("# second\n" + std::string{trade_a}, "2.yaml");
    CHECK(told(plan::merge({one, two}, test::one_account()))
          == "2.yaml:2:10: error: trade name 'a' stands in another file too, expected it once\n"
             "1.yaml:1:10: note: the first one is here\n");
    CHECK(told(plan::merge({one}, test::one_account())) == "");
}

TEST_CASE("plan: the order of files changes neither the trades nor what is told") {
    std::vector<plan::plan_file_ptr> files;
    for (const auto* name : {"c", "a", "b"})
        files.push_back(plan::read("trades: {" + std::string{name}
                                       + ": {pair: USDT_BTC, position: {type: buy, order_type: market, units: 0}}}\n",
                                   std::string{name} + ".yaml"));
    const auto first = told(plan::merge(files, test::one_account()));
    std::ranges::reverse(files);
    CHECK(told(plan::merge(files, test::one_account())) == first);

    const auto set = test::plans_of(R"(trades:
  b: {pair: USDT_BTC, position: {type: buy, order_type: market, units: 1}}
  a: {pair: USDT_BTC, revision: 3, position: {type: buy, order_type: market, units: 1}}
)");
    REQUIRE(set.trades.size() == 2);
    CHECK(set.trades[0].identity.name == "a");
    CHECK(set.trades[0].identity.revision == 3);
    CHECK(set.trades[0].at == base::text_position{"p.yaml", 3, 3});
    CHECK(set.trades[1].identity.revision == 1);
}

TEST_CASE("plan: the account is the only one, or the one that is named, or the one with that id") {
    plan::surroundings two;
    two.accounts = {{"main", {7}}, {"second", {8}}};
    CHECK(test::trades_of(trade_a)[0].identity.account.value == 7);
    CHECK(test::trades_of(trade_a)[0].account_name == "main");
    CHECK(with_account("account: second", two) == "");
    CHECK(with_account("account_id: \"8\"", two) == "");
    CHECK(with_account("account: secnd", two)
          == "p.yaml:3:14: error: account secnd, expected main or second, did you mean 'second'?\n");
    CHECK(with_account("account_id: 9", two)
          == "p.yaml:3:17: error: account_id 9, expected the id of a configured account\n");
    CHECK(with_account("# none", two) == "p.yaml:2:3: error: missing key 'account' in a, expected main or second\n");
    CHECK(with_account("{account: main, account_id: 7}", two) != "");
    CHECK(with_account("account: whatever", {}) == "");
}

TEST_CASE("plan: leverage and order totals above the guardrails are errors where the price is known") {
    auto around = test::one_account();
    around.max_leverage = 5;
    around.max_order_total = {{"USDT", money::money{money::decimal{5000}}}};
    CHECK(test::told(R"(trades:
  dear: {pair: USDT_BTC, position: {type: buy, order_type: limit, units: 0.1, price: 60000}}
  edge: {pair: USDT_BTC, position: {type: buy, order_type: limit, units: 0.1, price: 50000}}
  other: {pair: EUR_BTC, position: {type: buy, order_type: market, units: 1}}
  lever: {pair: USDT_BTC, leverage: {type: cross, value: 6}, position: {type: buy, order_type: market, units: 1}}
)",
                     around)
          == "p.yaml:2:74: error: units 0.1 at 60000 are 6000 USDT, above max_order_total, expected at most 5000\n"
             "p.yaml:4:17: error: pair EUR_BTC, expected a quote currency that max_order_total lists\n"
             "p.yaml:5:58: error: leverage 6 is above max_leverage, expected at most 5\n");
}

TEST_CASE("plan: a revision is a whole number") {
    CHECK(with_account("revision: 0", test::one_account())
          == "p.yaml:3:15: error: revision 0, expected a whole number from 1 on\n");
    CHECK(with_account("revision: 1.0", test::one_account())
          == "p.yaml:3:15: error: revision 1.0, expected a whole number from 1 on\n");
    CHECK(with_account("revision: 2", test::one_account()) == "");
}

TEST_CASE("plan: more than 100,000 trades are refused") {
    std::string text = "defaults: {pair: A_B, position: {type: buy, order_type: market, units: 1}}\ntrades:\n";
    for (int i = 0; i < 100'001; ++i) text += "  t" + std::to_string(i) + ": {}\n";
    const auto set = test::plans_of(text);
    REQUIRE(set.diagnostics.size() == 1);
    CHECK(base::headline(set.diagnostics[0]) == "p.yaml:100003:3: error: more than 100000 trades, expected fewer");
}

TEST_CASE("plan: of a thousand mistakes each is told, of more only that there are more") {
    std::string text = "trades:\n";
    for (int i = 0; i < 3000; ++i) text += "  t" + std::to_string(i) + ": 1\n";
    const auto set = test::plans_of(text);
    CHECK(set.diagnostics.size() == 1001);
    CHECK(set.diagnostics.back().message == "too many mistakes, the rest is not told");
    CHECK(set.trades.empty());
}
