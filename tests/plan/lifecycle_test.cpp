#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "plans.hpp"
#include "support/in_project.hpp"

using namespace smarttrade;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view limit = "position: {type: buy, order_type: limit, units: 0.01, price: 60000}";
constexpr std::string_view market = "position: {type: buy, order_type: market, units: 0.01}";

/// A limit trade `a` with these lines above its position, which stands two lines below them.
std::string with(std::string_view lines, std::string_view position = limit) {
    return fmt::format("trades:\n  a:\n    {}\n    pair: USDT_BTC\n    {}\n", lines, position);
}

trade::lifecycle life_of(std::string_view text) { return test::trades_of(text).at(0).life; }

} // namespace

TEST_CASE("plan: every word of a trade's life comes as it is written") {
    const auto life = life_of(R"(
trades:
  a:
    pair: USDT_BTC
    state: entered
    on_remove: close
    on_drift: report
    protect: false
    expires_at: 2026-03-02T10:00:00+01:00
    submit_within: 90s
    was: b
    position: {type: buy, order_type: conditional, units: 0.01,
               conditional: {price: 60000, order_type: market, when: above}}
    take_profit:
      - {id: first, order_type: limit, price: 5%, volume: 50%, state: cancelled}
      - {order_type: market, price: 7%, volume: 50%}
    adjustments:
      - {id: avg-1, add_funds: {order_type: limit, units: 0.005, price: 55000}}
      - {id: cut-1, reduce_funds: {order_type: market, units: {value: 0.002}}}
)");
    CHECK(life.state == trade::wanted_state::entered);
    CHECK(life.on_remove == trade::removal::close);
    CHECK(life.on_drift == trade::drift_policy::report);
    CHECK_FALSE(life.protect);
    CHECK_FALSE(life.expires_after);
    CHECK(life.expires_at == base::parse_utc("2026-03-02T09:00:00Z"));
    CHECK(life.submit_within == 90s);
    CHECK(life.when == trade::trigger_side::above);
    CHECK_FALSE(life.adopt);
    CHECK(life.was == "b");
    CHECK(life.steps
          == std::vector<trade::step_wish>{{"first", trade::step_state::cancelled}, {"tp2", trade::step_state::open}});
    REQUIRE(life.adjustments.size() == 2);
    CHECK(life.adjustments[0].id == "avg-1");
    CHECK(life.adjustments[0].kind == trade::adjustment_kind::add_funds);
    CHECK(life.adjustments[0].order.price->to_short_string() == "55000");
    CHECK(life.adjustments[0].at == base::text_position{"p.yaml", 18, 9});
    CHECK(life.adjustments[1].kind == trade::adjustment_kind::reduce_funds);
    CHECK(life.adjustments[1].order.units.to_short_string() == "0.002");
}

TEST_CASE("plan: a trade that says nothing of its life is open, left alone when removed, and mended when it drifts") {
    auto plain = trade::lifecycle{};
    CHECK(life_of(with("# nothing")) == plain);
    plain.adopt = trade::smart_trade_id{30404547};
    CHECK(life_of(with("adopt: 30404547")) == plain);
}

TEST_CASE("plan: entries that execute at once are sent within 15 minutes or not at all") {
    const auto within = [](std::string_view lines, std::string_view position) {
        return life_of(with(lines, position)).submit_within;
    };
    CHECK(within("# none", limit) == std::nullopt);
    CHECK(within("submit_within: 1h", limit) == 1h);
    CHECK(within("# none", market) == 15min);
    CHECK(within("submit_within: 2m", market) == 2min);
    CHECK(
        within("# none",
               "position: {type: buy, order_type: conditional, units: 1, price: 1, conditional: {price: 1, order_type: "
               "limit}}")
        == 15min);
    CHECK(within("adopt: 7", market) == std::nullopt);
    // Own coins must get their exits also late.
    CHECK(within("skip_enter_step: true\n    stop_loss: 1",
                 "position: {type: buy, order_type: market, units: 1, price: 2}")
          == std::nullopt);
}

TEST_CASE("plan: defaults may say how trades are led, a trade's own words win") {
    const auto trades = test::trades_of(fmt::format(R"(
defaults: {{pair: USDT_BTC, on_remove: cancel, on_drift: report, expires_after: 24h, submit_within: 1m, {0}}}
trades:
  a: {{}}
  b: {{on_remove: leave, protect: true, expires_at: 2026-03-02T09:00:00Z, submit_within: 2m, on_drift: none}}
  c: {{expires_after: none, adopt: 7}}
)",
                                                    limit));
    CHECK(trades.at(0).life.on_remove == trade::removal::cancel);
    CHECK(trades.at(0).life.on_drift == trade::drift_policy::report);
    CHECK(trades.at(0).life.expires_after == 24h);
    CHECK(trades.at(0).life.submit_within == 1min);
    CHECK(trades.at(1).life.on_remove == trade::removal::leave);
    CHECK(trades.at(1).life.on_drift == trade::drift_policy::revert);
    CHECK(trades.at(1).life.protect);
    CHECK_FALSE(trades.at(1).life.expires_after);
    CHECK(trades.at(1).life.expires_at);
    CHECK(trades.at(1).life.submit_within == 2min);
    CHECK_FALSE(trades.at(2).life.expires_after);
    CHECK_FALSE(trades.at(2).life.submit_within);
}

TEST_CASE("plan: what belongs to one trade alone is refused in defaults") {
    CHECK(test::told("defaults: {state: closed, adopt: 7, was: b, adjustments: [],\n"
                     "           take_profit: [{order_type: limit, price: 1, state: closed}]}\ntrades: {}\n")
          == "p.yaml:1:12: error: 'state' in defaults, expected it in a trade only\n"
             "p.yaml:1:27: error: 'adopt' in defaults, expected it in a trade only\n"
             "p.yaml:1:37: error: 'was' in defaults, expected it in a trade only\n"
             "p.yaml:1:45: error: 'adjustments' in defaults, expected it in a trade only\n"
             "p.yaml:2:56: error: 'state' of a step in defaults, expected it in a trade only\n");
}

TEST_CASE("plan: what contradicts a default is told in the trade, with a note at the default") {
    CHECK(test::told(fmt::format(
              "defaults: {{on_remove: close, pair: USDT_BTC}}\ntrades:\n  a: {{protect: true, {}}}\n", limit))
          == "p.yaml:1:23: error: on_remove close with protect true, expected one of them: what is protected is never "
             "cancelled or closed\np.yaml:3:16: note: protect is here\n");
}

TEST_CASE("plan: the shipped example of a trade's life is a valid plan") {
    std::ifstream in{test::in_project("config/lifecycle.yaml")};
    const auto trades = test::trades_of(std::string{std::istreambuf_iterator<char>{in}, {}});
    REQUIRE(trades.size() == 3);
    CHECK(trades[0].life.when == trade::trigger_side::above);
    CHECK(trades[1].life.protect);
    CHECK(trades[2].life.adjustments.size() == 2);
}

TEST_CASE("plan: a wrong word of a trade's life is told at its place with the word that was meant") {
    struct row {
        const char* line;
        const char* told;
    };
    const row rows[]{
        {"state: close", "12: error: state close, expected open, entered, closed, cancelled or released, did you mean "
                         "'closed'?"},
        {"state: [open]", "12: error: state (a list), expected open, entered, closed, cancelled or released"},
        {"on_remove: cancle", "16: error: on_remove cancle, expected leave, cancel or close, did you mean 'cancel'?"},
        {"on_remove: delete", "16: error: on_remove delete, expected leave, cancel or close"},
        {"on_drift: ignore", "15: error: on_drift ignore, expected revert or report"},
        {"protect: yes", "14: error: protect yes, expected true [V1]"},
        {"protect: False", "14: error: protect False, expected false [V1]"},
        {"expires_after: 24",
         "20: error: expires_after 24, expected a whole number and one of ms s m h d, like 30s, in "
         "whole seconds"},
        {"expires_after: 1500ms",
         "20: error: expires_after 1500ms, expected a whole number and one of ms s m h d, like "
         "30s, in whole seconds"},
        {"submit_within: 0s",
         "20: error: submit_within 0s, expected a whole number and one of ms s m h d, like 30s, in "
         "whole seconds"},
        {"expires_at: 2026-03-02T09:00:00", "17: error: expires_at 2026-03-02T09:00:00, expected a zone behind it: "
                                            "2026-03-02T09:00:00Z or 2026-03-02T09:00:00+01:00"},
        {"expires_at: 2026-03-02T09:00Z", "17: error: expires_at 2026-03-02T09:00Z, expected 2026-03-02T09:00:00Z"},
        {"expires_at: tomorrow", "17: error: expires_at tomorrow, expected a time with its zone like "
                                 "2026-03-02T09:00:00Z"},
        {"expires_at: 2026-02-30T09:00:00Z",
         "17: error: expires_at 2026-02-30T09:00:00Z, expected a time with its zone "
         "like 2026-03-02T09:00:00Z"},
        {"adopt: x1", "12: error: adopt x1, expected the id of a smart trade [V3]"},
        {"adopt: 0", "12: error: adopt 0, expected the id of a smart trade [V3]"},
        {"was: BTC", "10: error: was BTC, expected the name of this trade before it was renamed"},
        {"was: a", "10: error: was a, expected another name than its own"},
        {"stat: open", "5: error: unknown key 'stat', did you mean 'state'?"},
        {"state:", "5: error: state without a value, expected a value or none"},
    };
    for (const auto& r : rows) {
        CAPTURE(r.line);
        CHECK(test::told(with(r.line)) == fmt::format("p.yaml:3:{}\n", r.told));
    }
}

TEST_CASE("plan: words that contradict each other are told with a note at the other one") {
    struct row {
        const char* lines;
        const char* told;
    };
    const row rows[]{
        {"expires_after: 24h\n    expires_at: 2026-03-02T09:00:00Z",
         "p.yaml:4:17: error: expires_at beside expires_after, expected one of them\n"
         "p.yaml:3:20: note: expires_after is here\n"},
        {"adopt: 7\n    was: b", "p.yaml:4:10: error: was beside adopt, expected one of them: each names the trade\n"
                                 "p.yaml:3:12: note: adopt is here\n"},
        {"protect: true\n    state: closed",
         "p.yaml:4:12: error: state closed with protect true, expected one of them: what is protected is never "
         "cancelled or closed\np.yaml:3:14: note: protect is here\n"},
        {"protect: true\n    on_remove: cancel",
         "p.yaml:4:16: error: on_remove cancel with protect true, expected one of them: what is protected is never "
         "cancelled or closed\np.yaml:3:14: note: protect is here\n"},
        {"adopt: 7\n    submit_within: 5m",
         "p.yaml:4:20: warning: submit_within beside adopt, expected none: what is adopted is never created\n"
         "p.yaml:3:12: note: adopt is here\n"},
    };
    for (const auto& r : rows) {
        CAPTURE(r.lines);
        CHECK(test::told(with(r.lines)) == r.told);
    }
    for (const auto* lines : {"adopt: 7\n    state: cancelled", "adopt: 7\n    state: closed",
                              "protect: true\n    state: "
                              "entered",
                              "adopt: 7\n    expires_after: 1h"})
        CHECK(test::told(with(lines)) == "");
}

TEST_CASE("plan: `when` needs a conditional entry that waits for a side, which a trailing one does not") {
    const auto told = [](std::string_view position) { return test::told(with("# when", position)); };
    CHECK(told("position: {type: buy, order_type: conditional, units: 1, conditional: {price: 1, order_type: market, "
               "when: "
               "over}}")
          == "p.yaml:5:112: error: when over, expected above or below\n");
    CHECK(
        told("position: {type: buy, order_type: conditional, units: 1,\n"
             "      conditional: {price: 1, order_type: market, trailing: 1%, when: above}}")
        == "p.yaml:6:71: error: when above on a trailing entry, expected none: it starts below the price to buy, above "
           "it to sell\np.yaml:6:61: note: position.conditional.trailing is here\n");
    CHECK(told("position: {type: buy, order_type: limit, units: 1, price: 2, conditional: {price: 1, when: above}}")
          == "p.yaml:5:79: error: conditional 1, expected order_type conditional beside it [V8]\n");
    CHECK(told("position: {type: buy, order_type: market, units: 1}\n    stop_loss: {order_type: market, conditional: "
               "{price: 1, when: above}}")
          == "p.yaml:6:61: error: unknown key 'when', expected price or trailing\n");
}

TEST_CASE("plan: the names of steps are unique, those by place too") {
    const auto told = [](std::string_view steps) {
        return test::told(with("# steps", fmt::format("{}\n    take_profit:\n{}", limit, steps)));
    };
    CHECK(told("      - {id: one, order_type: limit, price: 61000, volume: 50}\n"
               "      - {id: one, order_type: limit, price: 62000, volume: 50}\n")
          == "p.yaml:8:14: error: id one stands twice, expected it once\n"
             "p.yaml:7:14: note: take_profit.steps[0].id is here\n");
    CHECK(told("      - {id: tp2, order_type: limit, price: 61000, volume: 50}\n"
               "      - {order_type: limit, price: 62000, volume: 50}\n")
          == "p.yaml:7:14: error: id tp2 is what a step without an id has by its place, expected another\n"
             "p.yaml:8:9: note: take_profit.steps[1] is here\n");
    CHECK(told("      - {order_type: limit, price: 61000, volume: 50}\n"
               "      - {id: tp1, order_type: limit, price: 62000, volume: 50}\n")
          == "p.yaml:8:14: error: id tp1 is what a step without an id has by its place, expected another\n"
             "p.yaml:7:9: note: take_profit.steps[0] is here\n");
    CHECK(told("      - {id: TP, order_type: limit, price: 61000, state: close}\n")
          == "p.yaml:7:14: error: id TP, expected at most 63 of a-z, 0-9 and -, without - at its ends\n"
             "p.yaml:7:58: error: state close, expected open, closed or cancelled, did you mean 'closed'?\n");
    CHECK(told("      - {id: tp1, order_type: limit, price: 61000, volume: 50}\n"
               "      - {id: tp2, order_type: limit, price: 62000, volume: 50, state: closed}\n")
          == "");
}

TEST_CASE("plan: an empty step is told, so that no trade vanishes without a word") {
    CHECK(test::told(with("take_profit: [~]"))
          == "p.yaml:3:19: error: step '', expected a group like {order_type: limit, price: 61000} [V15]\n");
    CHECK(test::told(with("adjustments: [~]")) == "p.yaml:3:19: error: adjustment '', expected a group of keys\n");
}
