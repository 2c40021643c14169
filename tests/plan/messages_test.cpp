#include <fmt/format.h>

#include "base/prng.hpp"
#include "plans.hpp"

using namespace smarttrade;

TEST_CASE("plan: five mistakes in one file are told at once, each at its place") {
    CHECK(test::told(R"(trades:
  btc-swing:
    pair: USDT_BTC
    position: {type: buy, order_type: limit, units: 1e-2, price: 70500}
    take_proft: [{order_type: limit, price: 71000}]
    take_profit:
      - {order_type: limit, price: 71500, volume: 50}
      - {order_type: limit, volume: 40}
    stop_loss: {order_type: market, conditional: 71000 bd}
  ETH: {pair: USDT_ETH, position: {type: buy, order_type: market, units: 1}}
)") == R"(p.yaml:4:53: error: units 1e-2, expected 0.01 [V2]
p.yaml:5:5: error: unknown key 'take_proft', did you mean 'take_profit'?
p.yaml:8:9: error: missing key 'price' in take_profit.steps[1], expected a price or a percent [V17]
p.yaml:9:56: error: type bd, expected bid, ask or last, did you mean 'bid'? [V11]
p.yaml:10:3: error: trade name 'ETH', expected at most 63 of a-z, 0-9 and -, without - at its ends, did you mean 'eth'?
)");
}

TEST_CASE("plan: a stop above a long entry is told at the stop with a note at the entry") {
    CHECK(test::told(R"(trades:
  btc-swing:
    pair: USDT_BTC
    position: {type: buy, order_type: limit, units: 1, price: 70500}
    stop_loss: 71000
)")
          == "p.yaml:5:16: error: stop_loss 71000 is above entry 70500 of a long trade, expected below [V28]\n"
             "p.yaml:4:63: note: position.price.value is here\n");
}

TEST_CASE("plan: a missing key is told at its parent's key") {
    CHECK(test::told(R"(trades:
  a:
    position: {type: buy, order_type: limit}
    take_profit: {}
    stop_loss:
      order_type: limit
      conditional: 58000
)") == R"(p.yaml:2:3: error: missing key 'pair' in the trade, expected QUOTE_BASE like USDT_BTC [V5]
p.yaml:3:5: error: missing key 'units' in position, expected the amount in base currency [V5]
p.yaml:3:5: error: missing key 'price' in position, expected the price of the order [V7]
p.yaml:4:5: error: missing key 'steps' in take_profit, expected 1 to 8 steps [V14]
p.yaml:5:5: error: missing key 'price' in stop_loss, expected the price of the limit order [V24]
)");
}

TEST_CASE("plan: a key without a value is told once, at the key") {
    CHECK(test::told(R"(trades:
  a:
    pair:
    position: {type: buy, order_type: market, units: 1}
    stop_loss:
  b:
)")
          == "p.yaml:3:5: error: pair without a value, expected a value or none\n"
             "p.yaml:5:5: error: stop_loss without a value, expected a value or none\n"
             "p.yaml:6:3: error: trade b without a value, expected a group of keys\n");
}

TEST_CASE("F29: numbers and booleans in another spelling are told with the wanted one") {
    struct row {
        const char* rest;
        const char* told;
    };
    for (const row& r :
         {row{"units: 1_000", "units 1_000, expected 1000 [V2]"}, row{"units: 010", "units 010, expected 10 [V2]"},
          row{"units: 1e-5", "units 1e-5, expected 0.00001 [V2]"},
          row{"units: '1,000'", "units '1,000', expected 1000 [V2]"}, row{"units: .5", "units .5, expected 0.5 [V2]"},
          row{"units: +1", "units +1, expected 1 [V2]"}, row{"units: -1", "units -1, expected a number above 0 [V2]"},
          row{"units: 0x10", "units 0x10, expected a number [V2]"},
          row{"units: .inf", "units .inf, expected a number [V2]"}}) {
        CAPTURE(r.rest);
        CHECK(test::told(fmt::format("trades:\n  a:\n    pair: USDT_BTC\n    position:\n      type: buy\n"
                                     "      order_type: market\n      {}\n",
                                     r.rest))
              == fmt::format("p.yaml:7:14: error: {}\n", r.told));
    }
    for (const auto& [written, wanted] :
         {std::pair{"yes", "true"}, {"no", "false"}, {"on", "true"}, {"OFF", "false"}, {"True", "true"}, {"1", "true"}})
        CHECK(test::told(fmt::format("trades:\n  a:\n    pair: USDT_BTC\n    instant: {}\n"
                                     "    position: {{type: buy, order_type: market, units: 1}}\n",
                                     written))
              == fmt::format("p.yaml:4:14: error: instant {}, expected {} [V1]\n", written, wanted));
}

TEST_CASE("plan: an exit that is switched off in another word, or a timeout without a unit, names the wanted one") {
    CHECK(test::told(R"(trades:
  a:
    pair: USDT_BTC
    position: {type: buy, order_type: market, units: 1}
    stop_loss: off
    take_profit: "no"
  b:
    pair: USDT_BTC
    position: {type: buy, order_type: market, units: 1}
    stop_loss: {order_type: market, conditional: 58000, timeout: 30}
)")
          == "p.yaml:5:16: error: stop_loss off, expected none\n"
             "p.yaml:6:18: error: take_profit no, expected none\n"
             "p.yaml:10:66: error: timeout 30, expected 30s [V25]\n");
}

TEST_CASE("plan: a wrong price_type is told once, with or without exits it is for") {
    for (const auto* exits : {"", "    stop_loss: 58000\n", "    take_profit: [{order_type: limit, price: 61000}]\n"})
        CHECK(test::told(fmt::format("trades:\n  a:\n    price_type: mid\n    pair: USDT_BTC\n"
                                     "    position: {{type: buy, order_type: market, units: 1}}\n{}",
                                     exits))
              == "p.yaml:3:17: error: price_type mid, expected bid, ask or last\n");
}

TEST_CASE("plan: more than 8 decimals in a price are a warning") {
    CHECK(test::told("trades:\n  a:\n    pair: USDT_BTC\n"
                     "    position: {type: buy, order_type: limit, units: 1, price: 0.123456789}\n")
          == "p.yaml:4:63: warning: price 0.123456789 has 9 decimals, expected at most 8 [V2]\n");
}

TEST_CASE("plan: fields the API would silently ignore are errors") {
    CHECK(test::told(R"(trades:
  a:
    pair: USDT_BTC
    position: {type: buy, order_type: market, units: 1, price: 60000, conditional: 58000}
    stop_loss: {order_type: market, price: 57000, conditional: 58000}
  b:
    pair: USDT_BTC
    position: {type: buy, order_type: limit, units: 1, price: 60000 bid}
)") == R"(p.yaml:4:64: error: price 60000, expected none: a market order has no price of its own [V7]
p.yaml:4:84: error: conditional 58000, expected order_type conditional beside it [V8]
p.yaml:5:44: error: price 57000, expected none: a market stop has no limit price [V24]
p.yaml:8:69: error: type bid, expected none: an order price follows no side of the book [V7]
)");
}

TEST_CASE("plan: a note must leave room for our tag and must not look like one") {
    const auto with_note = [](const std::string& note) {
        return test::told(fmt::format("trades:\n  a:\n    pair: USDT_BTC\n    note: {}\n"
                                      "    position: {{type: buy, order_type: market, units: 1}}\n",
                                      note));
    };
    // `#st:` + 12 of instance + `:a.1:` + 8 of nonce + a space = 30
    std::string longest;
    for (int i = 0; i < 270; ++i) longest += "ä";
    CHECK(with_note(longest) == "");
    CHECK(with_note(longest + "x")
          == "p.yaml:4:11: error: note has 271 characters, expected at most 270 beside the tag "
             "of this trade [V32]\n");
    CHECK(with_note("'see #st:x'")
          == "p.yaml:4:11: error: note holds '#st:', expected a text without it: trades are known by #st:\n");
    CHECK(with_note("''") == "p.yaml:4:11: error: note '', expected a text [V32]\n");
}

TEST_CASE("plan: a file without trades is an error at its beginning, trades: {} is none") {
    for (const auto* text : {"", "defaults: {account: main}\n"})
        CHECK(test::told(text)
              == "p.yaml:1:1: error: missing key 'trades' in the file, expected trades by their names, or {}\n");
    CHECK(test::told("trades: {}\n") == "");
    CHECK(test::told("trades:\n") == "p.yaml:1:1: error: trades, expected trades by their names, or {}\n");
    CHECK(test::told("trades: {}\ntrade: {}\n") == "p.yaml:2:1: error: unknown key 'trade', did you mean 'trades'?\n");
}

TEST_CASE("plan: no text makes the reading throw, and what is not told as wrong is a trade") {
    const std::string_view words[]{"trades",
                                   ": ",
                                   "\n",
                                   "\n  ",
                                   "\n    ",
                                   "{",
                                   "}",
                                   "[",
                                   "]",
                                   ", ",
                                   "a",
                                   "pair: USDT_BTC",
                                   "position: ",
                                   "type: buy",
                                   "order_type: ",
                                   "market",
                                   "conditional: ",
                                   "units: 1",
                                   "price: ",
                                   "5% bid",
                                   "none",
                                   "take_profit: ",
                                   "stop_loss: ",
                                   "trailing: ",
                                   "true",
                                   "timeout: 30s",
                                   "defaults: ",
                                   "steps: ",
                                   "- ",
                                   "note: x",
                                   "leverage: ",
                                   "58000",
                                   "state: closed",
                                   "adopt: 7",
                                   "was: b",
                                   "protect: ",
                                   "expires_at: 2026-03-02T09:00Z",
                                   "expires_after: 24h",
                                   "adjustments: ",
                                   "add_funds: ",
                                   "id: tp2",
                                   "when: above",
                                   "~"};
    for (std::uint64_t seed = 0; seed < 4000; ++seed) {
        CAPTURE(seed);
        base::prng random{seed};
        std::string text = seed % 2 ? "trades:\n  a:\n    " : "";
        for (auto n = random.below(30); n > 0; --n) text += words[random.below(std::size(words))];
        const auto set = test::plans_of(text);
        for (const auto& t : set.trades) {
            CHECK(t.request.position.units.sign() > 0);
            CHECK((t.request.instant || t.life.steps.size() == t.request.take_profit.size()));
        }
        if (!base::has_errors(set.diagnostics)) CHECK(set.trades.size() == test::count_of_trades(text));
    }
}

TEST_CASE("plan: a decimal comma in braces is a fraction, thousands are thousands") {
    const auto with_units = [](const std::string& units) {
        return test::told(
            "trades:\n  a:\n    pair: USDT_BTC\n    position: {type: buy, order_type: market, units: " + units + "}\n");
    };
    CHECK(with_units("0,012") == "p.yaml:4:54: error: units 0,012 in braces is two values, expected 0.012\n");
    CHECK(with_units("60,000") == "p.yaml:4:54: error: units 60,000 in braces is two values, expected 60000\n");
}

TEST_CASE("plan: very many warnings are no mistake") {
    std::string text = "trades:\n";
    for (int i = 0; i < 1'100; ++i)
        text += "  t" + std::to_string(i)
                + ": {pair: USDT_BTC, instant: true, position: {type: buy, order_type: limit, units: 1, price: "
                  "1.000000001}}\n";
    const auto set = test::plans_of(text);
    CHECK_FALSE(base::has_errors(set.diagnostics));
    CHECK(set.trades.size() == 1'100);
    CHECK(set.diagnostics.size() == 1'001);
    CHECK(set.diagnostics.back().message == "too many warnings, the rest is not told");
}
