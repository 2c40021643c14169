#include "plan/write_plans.hpp"

#include "base/prng.hpp"
#include "paper/world.hpp"
#include "plans.hpp"

using namespace smarttrade;

namespace {

const plan::adopter main_account{"main", "inst", {"taken"}};

/// A simple buy that waits, with this note.
trade::smart_trade waiting(std::int64_t id, std::string note = "") {
    trade::smart_trade made;
    made.id.value = id;
    made.pair = {"USDT", "BTC"};
    made.instant = true;
    made.status = trade::trade_status::waiting_position;
    made.position.order = trade::entry_type::limit;
    made.position.units = test::of("0.01");
    made.position.price = test::at("60000");
    made.note = note;
    made.note_raw = std::move(note);
    made.created_at = base::parse_utc("2026-03-02T09:00:00Z").value();
    return made;
}

std::vector<trade::desired_trade> read_back(const std::vector<trade::smart_trade>& trades) {
    return test::trades_of(plan::write_plans(trades, main_account));
}

std::string name_of(const std::string& note) { return read_back({waiting(1, note)}).at(0).identity.name; }

/// A swing after its first target, a trailing entry that waits, a short one with leverage, and one that ended.
std::vector<trade::smart_trade> four_trades() {
    test::world exchange{"60000", "60000"};
    auto swing = test::with_exits(test::limit_entry(trade::side::buy, "59000"));
    swing.note = "swing, weekly";
    swing.take_profit = {test::target(trade::order_type::limit, "63000", "50"),
                         test::trailing_target("66000", "50", "1.5")};
    swing.stop_loss = test::stop_at("57000");
    swing.stop_loss->breakeven = true;
    swing.stop_loss->timeout = std::chrono::seconds{30};
    exchange.create(swing);

    auto trailing = test::conditional_entry(trade::side::buy, "55000");
    trailing.position.conditional->trailing = test::pct("2");
    trailing.take_profit = {
        {trade::order_type::market, trade::price_type::last, test::pct("11"), test::pct("100"), {}}};
    trailing.stop_loss = test::stop_at("1");
    trailing.stop_loss->trigger = test::pct("6");
    exchange.create(trailing);

    auto leveraged = test::simple(trade::side::sell, trade::entry_type::limit);
    leveraged.position.price = test::at("70000");
    leveraged.account = test::contracts;
    leveraged.leverage = trade::leverage{trade::margin_type::isolated, 10};
    exchange.create(leveraged);

    const auto ended = test::simple(trade::side::buy, trade::entry_type::market);
    exchange.create(ended);
    exchange.tick("60000");
    exchange.tick("58900");
    exchange.tick("63000");

    std::vector<trade::smart_trade> all;
    for (const auto& each : exchange.state.trades) all.push_back(exchange.see(each.first));
    return all;
}

} // namespace

TEST_CASE("write_plans: a plan of existing trades reads as a person would have written it") {
    CHECK(plan::write_plans(four_trades(), main_account)
          == R"(# 3 trades of account main as they stand. `adopt` binds an entry to its trade; nothing is created.
defaults: {account: main}
trades:

  # smart_trade, waiting_targets, created 2026-03-02T09:00Z
  # entered 0.01 BTC for 590.59 USDT; closed 0.005 BTC for 314.685 USDT
  swing-weekly:
    adopt: 34110001
    pair: USDT_BTC
    note: swing, weekly
    position: {type: buy, order_type: limit, units: 0.01, price: 59059}
    take_profit:
      - {order_type: limit, price: 63000 bid, volume: 50%} # finished
      - {order_type: market, price: 66000 bid, volume: 50%, trailing: 1.5%}
    stop_loss: {order_type: market, conditional: 59059 bid, breakeven: true, timeout: 30s}

  # smart_trade, waiting_position, created 2026-03-02T09:00Z
  btc-usdt-smart-trade-1:
    adopt: 34110002
    pair: USDT_BTC
    position:
      type: buy
      order_type: conditional
      units: 0.01
      conditional: {price: 55000, order_type: market, trailing: 2%}
    take_profit:
      - {order_type: market, price: 11%}
    stop_loss: 6% bid

  # simple_sell, waiting_position, created 2026-03-02T09:00Z
  btc-usdt-simple-sell-1:
    adopt: 34110003
    pair: USDT_BTC
    instant: true
    leverage: {type: isolated, value: 10}
    position: {type: sell, order_type: limit, units: 0.01, price: 70000}

# 34110004 USDT_BTC simple_buy: finished, not written
)");
}

TEST_CASE("write_plans: a note makes the name where it is a few plain words, else pair, kind and a number do") {
    CHECK(name_of("Swing, weekly (2)") == "swing-weekly-2");
    CHECK(name_of("  BTC  ") == "btc");
    CHECK(name_of("taken") == "taken-2");
    for (const auto* note :
         {"", "null", "ab", "1234", "größer", "a note that tells a whole story of a trade", "two\nlines"}) {
        CAPTURE(note);
        CHECK(name_of(note) == "btc-usdt-simple-buy-1");
    }
    const auto trades = read_back({waiting(1), waiting(2), waiting(3, "swing"), waiting(4, "Swing!")});
    REQUIRE(trades.size() == 4);
    CHECK(trades[0].identity.name == "btc-usdt-simple-buy-1");
    CHECK(trades[1].identity.name == "btc-usdt-simple-buy-2");
    CHECK(trades[2].identity.name == "swing");
    CHECK(trades[3].identity.name == "swing-2");
}

TEST_CASE("write_plans: any note comes back, whatever its letters") {
    std::string all_ascii;
    for (char c = 1; c < 127; ++c) all_ascii += c;
    std::string longest;
    for (int i = 0; i < 300; ++i) longest += "ä";
    for (const auto& note :
         {std::string{"swing"}, std::string{"a: b # c"}, std::string{"- [x] {y} 'z' \"q\" \\n"}, std::string{"none"},
          std::string{"~"}, std::string{"two\nlines"}, std::string{" leads"}, std::string{"größer als \u00fc"},
          std::string{"1e5"}, std::string{"%1"}, all_ascii, longest}) {
        CAPTURE(note);
        const auto trades = read_back({waiting(7, note)});
        REQUIRE(trades.size() == 1);
        CHECK(trades[0].request.note == note);
        CHECK(trades[0].life.adopt == trade::smart_trade_id{7});
    }
    CHECK(read_back({waiting(7, "ends in blanks \n ")}).at(0).request.note == "ends in blanks");
    CHECK(read_back({waiting(7, " \n ")}).at(0).request.note.empty());
}

TEST_CASE("write_plans: our tag gives the name back and is cut off, another's tag keeps its note out of the plan") {
    const auto ours = read_back({waiting(7, "#st:inst:btc-swing.3:abcdefgh weekly level")});
    REQUIRE(ours.size() == 1);
    CHECK(ours[0].identity.name == "btc-swing");
    CHECK(ours[0].identity.revision == 3);
    CHECK(ours[0].request.note == "weekly level");
    CHECK(read_back({waiting(7, "#st:inst:btc-swing.1:abcdefgh")}).at(0).request.note.empty());

    for (const auto* note : {"#st:other:btc-swing.1:abcdefgh weekly level", "see #st:x"}) {
        CAPTURE(note);
        const auto text = plan::write_plans({waiting(7, note)}, main_account);
        CHECK(text.find("its note is left out") != std::string::npos);
        const auto foreign = test::trades_of(text);
        REQUIRE(foreign.size() == 1);
        CHECK(foreign[0].identity.name == "btc-usdt-simple-buy-1");
        CHECK(foreign[0].request.note.empty());
    }
    CHECK(plan::write_plans({waiting(7, "#st:inst:taken.1:abcdefgh")}, main_account)
          == "# 0 trades of account main as they stand. `adopt` binds an entry to its trade; nothing is created.\n"
             "defaults: {account: main}\ntrades: {}\n\n"
             "# 7 USDT_BTC simple_buy: its tag makes it taken, which stands already, not written\n");
}

TEST_CASE("write_plans: no bytes in a trade make a plan that does not read") {
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        CAPTURE(seed);
        base::prng random{seed};
        const auto any_text = [&random] {
            const std::string_view pieces[]{"\n",   "\r", "\t",       ": ",   " #",           "\"", "'",   "\\",
                                            "{",    "- ", "\xC3\xA4", "\xFF", "\x01",         "a",  "BTC", "#st:",
                                            "inst", ".",  "trades:",  "%",    "\xE2\x80\xA8", "|",  "&x ", "*x"};
            std::string text;
            for (auto n = random.below(6); n > 0; --n) text += pieces[random.below(std::size(pieces))];
            return text;
        };
        auto odd = waiting(7, any_text());
        odd.status = trade::told_status<trade::trade_status>::parse(any_text());
        if (random.below(2)) odd.pair = {any_text(), any_text()};
        const auto set = test::plans_of(plan::write_plans({odd, waiting(8, any_text()), waiting(9)}, main_account));
        for (const auto& d : set.diagnostics) FAIL_CHECK(base::headline(d));
        CHECK(set.trades.size() >= 1);
    }
}

TEST_CASE("write_plans: what no plan can ask for is said in a comment, and the rest still reads") {
    auto lost = waiting(7, "lost");
    lost.instant = false;
    lost.stop_loss = trade::smart_trade::stop_view{}; // without a trigger
    auto hostile = waiting(8, "hostile");
    hostile.pair = {"US\nDT: ", "#"};
    hostile.status = trade::told_status<trade::trade_status>::parse("new\n  word: #");
    const auto text = plan::write_plans({lost, hostile, waiting(10, "fine")}, main_account);
    CHECK(text == R"(# 1 trade of account main as they stand. `adopt` binds an entry to its trade; nothing is created.
defaults: {account: main}
trades:

  # simple_buy, waiting_position, created 2026-03-02T09:00Z
  fine:
    adopt: 10
    pair: USDT_BTC
    note: fine
    instant: true
    position: {type: buy, order_type: limit, units: 0.01, price: 60000}

# 7 USDT_BTC simple_buy: has an exit without a level, not written: no plan can ask for that
# 8 US?DT: _# simple_buy: not written, because it would not read back:
#   illegal map value, expected YAML
)");
    CHECK(test::trades_of(text).size() == 1);
    CHECK(plan::write_plans({}, main_account)
          == "# 0 trades of account main as they stand. `adopt` binds an entry to its trade; nothing is created.\n"
             "defaults: {account: main}\ntrades: {}\n");
}

TEST_CASE("write_plans: amounts with more digits than an order can have, as fees leave them, are cut") {
    auto net = waiting(9);
    net.position.units = test::of("28.819532219570405727923627685");
    net.position.price = test::at("60000.123456789012345678901");
    const auto set = test::plans_of(plan::write_plans({net}, main_account));
    CHECK_FALSE(base::has_errors(set.diagnostics)); // but warned of that many decimals
    const auto& position = set.trades.at(0).request.position;
    CHECK(position.units == test::of("28.81953221957040572"));
    CHECK(position.price == test::at("60000.12345678901234"));
}

TEST_CASE("write_plans: a stop that moved to the entry is written where it stands") {
    test::bought trade{[] {
        auto wish = test::with_exits(test::limit_entry(trade::side::buy, "10000"));
        wish.stop_loss->breakeven = true;
        return wish;
    }()};
    trade.tick("11000");
    const auto shown = trade.see();
    REQUIRE(shown.stop_loss->trigger == test::at("10010"));
    const auto request = read_back({shown}).at(0).request;
    CHECK(std::get<money::price>(request.stop_loss->trigger) == test::at("10010"));
    CHECK(request.stop_loss->breakeven);
    CHECK(request.position.price == test::at("10010"));
}
