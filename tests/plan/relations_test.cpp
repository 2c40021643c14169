#include <algorithm>

#include "plans.hpp"

using namespace smarttrade;

namespace {

plan::surroundings two_accounts() {
    plan::surroundings two;
    two.accounts = {{"main", {7}}, {"second", {8}}};
    return two;
}

/// Three entries, each with a line of its own.
std::string three(std::string_view a, std::string_view b, std::string_view c) {
    std::string text =
        "defaults: {account: main, pair: USDT_BTC, position: {type: buy, order_type: market, units: 1}}\n"
        "trades:\n";
    text += "  a: {" + std::string{a} + "}\n  b: {" + std::string{b} + "}\n  c: {" + std::string{c} + "}\n";
    return text;
}

} // namespace

TEST_CASE("plan: a trade is adopted by one entry, so that two do not pull at it") {
    CHECK(test::told(three("adopt: 7", "adopt: 8", "adopt: 7"), two_accounts())
          == "p.yaml:5:14: error: adopt 7 stands in two trades, expected it in one\n"
             "p.yaml:3:14: note: the first one is here\n");
    CHECK(test::told(three("adopt: 7", "adopt: 8", "adopt: 7, account: second"), two_accounts()) == "");
    CHECK(test::told(three("adopt: 7", "adopt: 8", "adopt: 7, account: second"), {}) == ""); // names are not judged
    CHECK(test::told(three("adopt: 7", "adopt: 7", "# }\n    "), {}) != "");
}

TEST_CASE("plan: an old name is carried over once, and not while it is still in the plans") {
    CHECK(test::told(three("was: old", "", "was: old"), two_accounts())
          == "p.yaml:5:12: error: was old stands in two trades, expected it in one\n"
             "p.yaml:3:12: note: the first one is here\n");
    CHECK(test::told(three("was: b", "", ""), two_accounts())
          == "p.yaml:3:12: error: was b, expected a name that is not in the plans any more\n"
             "p.yaml:4:3: note: b is here\n");
    // The same name on another account is another trade.
    CHECK(test::told(three("was: b", "account: second", ""), two_accounts()) == "");
    CHECK(test::told(three("was: old", "was: old, account: second", ""), two_accounts()) == "");
}

TEST_CASE("plan: relations are told beside every other mistake, and not by the order of the files") {
    const auto one = plan::read("trades: {a: {adopt: 7, pair: USDT-BTC}}\n", "1.yaml");
    const auto two = plan::read("trades: {b: {adopt: 7, stop_loss: off}}\n", "2.yaml");
    const auto count = [&](const std::vector<plan::plan_file_ptr>& files) {
        std::vector<std::string> told;
        for (const auto& d : plan::merge(files, test::one_account()).diagnostics) told.push_back(base::headline(d));
        return told;
    };
    const auto told = count({one, two});
    CHECK(told == count({two, one}));
    CHECK(std::ranges::count(told, "2.yaml:1:21: error: adopt 7 stands in two trades, expected it in one") == 1);
}
