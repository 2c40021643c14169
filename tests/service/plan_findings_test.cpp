// What `plan` says of the markets, and how often the service asks them.
#include "service/plan_findings.hpp"
#include "service/world.hpp"
#include "trade/rules_market.hpp"

using namespace smarttrade;
using namespace std::chrono_literals;
using test::world;

namespace {

constexpr auto two_trades = R"(trades:
  btc:
    pair: USDT_BTC
    position: {type: buy, order_type: limit, units: 0.0123456, price: 9000}
    take_profit: [{order_type: limit, price: 11000 bid}]
  eth:
    pair: USDT_BTC
    position: {type: buy, order_type: limit, units: 0.01, price: 900}
    adjustments:
      - {id: avg-1, add_funds: {order_type: limit, units: 0.01, price: 800.005}}
)";

service::source_file file_of(const std::string& text) { return {"plans.yaml", text}; }

/// A run of these plans in which nothing is decided yet, on a market in lots of 0.00001 and prices of 0.01.
service::dry_run run_of(const std::string& text) {
    service::dry_run run;
    service::source_reading sources;
    sources.files = {file_of(text)};
    const plan::surroundings around{{{{"main", trade::account_id{1}}}}, {}, {}};
    auto set = service::plan_reader{}.judge(sources, around);
    REQUIRE_FALSE(base::has_errors(set.diagnostics));
    for (auto& each : set.trades) {
        auto& at = run.decided.standings.emplace_back();
        at.identity = each.identity;
        run.wishes.push_back({std::move(each), {}});
    }
    auto& rates = run.seen.markets[{trade::account_id{1}, trade::pair{"USDT", "BTC"}}].rates;
    rates.last = rates.bid = rates.ask = money::price{money::decimal{10'000}};
    rates.price_step = money::price{money::decimal{1, 2}};
    rates.lot_step = money::quantity{money::decimal{1, 5}};
    return run;
}

void create(service::dry_run& run, std::size_t which) {
    auto& what = run.decided.actions.emplace_back();
    what.kind = reconcile::action_kind::create;
    what.identity = run.wishes.at(which).trade.identity;
}

std::string told(const service::dry_run& run, const std::string& text) {
    const std::vector<service::source_file> files{file_of(text)};
    return service::render_all(service::plan_findings(run, files), files);
}

} // namespace

TEST_CASE("plan: what a market does not allow is an error at its value, with its line and a caret") {
    auto run = run_of(two_trades);
    run.decided.standings[0].verdict = reconcile::verdict::blocked;
    auto& breach = run.decided.breaches.emplace_back();
    breach.identity = run.wishes[0].trade.identity;
    breach.violations =
        trade::judge_by_market(run.wishes[0].trade.request, run.seen.markets.begin()->second.rates).breaches;
    CHECK(told(run, two_trades)
          == "plans.yaml:4:53: error: units 0.0123456, expected a multiple of 0.00001: 0.01234 or 0.01235 [V29]\n"
             "        position: {type: buy, order_type: limit, units: 0.0123456, price: 9000}\n"
             "                                                        ^\n");
}

TEST_CASE("plan: a price far from the market, and funds that would be refused later, are warned of before a create") {
    auto run = run_of(two_trades);
    create(run, 1);
    CHECK(told(run, two_trades)
          == "plans.yaml:8:66: warning: price 900 is 91% below the market at 10000, expected within 20%: is a digit "
             "wrong?\n"
             "        position: {type: buy, order_type: limit, units: 0.01, price: 900}\n"
             "                                                                     ^\n"
             "plans.yaml:10:72: warning: price 800.005, expected a multiple of 0.01: 800.00 or 800.01 [V30]\n"
             "          - {id: avg-1, add_funds: {order_type: limit, units: 0.01, price: 800.005}}\n"
             "                                                                           ^\n");
    CHECK(told(run_of(two_trades), two_trades).empty()); // of what is not sent nothing is told
    auto& breach = run.decided.breaches.emplace_back();
    breach.identity = run.wishes[1].trade.identity;
    run.seen.markets.begin()->second.rates.bid_multiplier_down = money::decimal{2, 1};
    breach.violations =
        trade::judge_by_market(run.wishes[1].trade.request, run.seen.markets.begin()->second.rates).breaches;
    CHECK(told(run, two_trades).find("8:66: error: price 900, expected at least 2000: 0.2 times the bid")
          != std::string::npos);
    CHECK(told(run, two_trades).find("8:66: warning") == std::string::npos); // once is enough
}

TEST_CASE("plan: a market that cannot be read is told where the pair stands") {
    auto run = run_of(two_trades);
    create(run, 0);
    run.seen.markets.clear();
    run.seen.unpriced[{trade::account_id{1}, trade::pair{"USDT", "BTC"}}].why = "pair does not have a valid value";
    CHECK(
        told(run, two_trades)
        == "plans.yaml:3:11: warning: pair USDT_BTC, its market was not read, so its limits are not checked: pair does "
           "not have a valid value\n"
           "        pair: USDT_BTC\n"
           "              ^\n");
}

TEST_CASE("converge: the limits of a pair are read once for all its creates, and what breaks them is never sent") {
    world w;
    std::string plans = "trades:\n";
    for (int i = 0; i < 20; ++i)
        plans += fmt::format("  t{}:\n    pair: USDT_BTC\n    position: {{type: buy, order_type: limit, units: {}, "
                             "price: 9000}}\n",
                             i, i == 7 ? "0.010001" : "0.01");
    w.run_daemon(plans, 600s, [](auto& r) {
        for (const auto& each : r.standing().standings)
            CHECK((each.verdict == reconcile::verdict::blocked) == (each.identity.name == "t7"));
    });
    CHECK(w.wire.creates() == 19);
    CHECK(w.log.count("trade.refused") == 0);
    CHECK(w.log.count("trade.blocked") == 1);
    CHECK(w.log.count("units 0.010001, expected a multiple of 0.00001: 0.01000 or 0.01001 [V29] (plans.yaml:23:3); "
                      "edit it, then: smarttraded reload")
          == 1);
    CHECK(std::ranges::count_if(w.wire.executed, [](const auto& r) { return r.find("currency_rates") != r.npos; })
          == 1);
}

TEST_CASE(
    "plan: more markets than can be read in time are left to the creates, and those that cannot be read cost no wait") {
    world w;
    w.settings.rules.create_max = 100;
    std::string plans = "trades:\n";
    for (int i = 0; i < 60; ++i)
        plans +=
            fmt::format("  t{}:\n    pair: USDT_X{}\n    position: {{type: buy, order_type: limit, units: 1, price: "
                        "1}}\n",
                        i, i);
    const auto begun = w.clock.now();
    const auto made = w.rehearse(plans);
    CHECK(std::ranges::count_if(w.wire.executed, [](const auto& r) { return r.find("currency_rates") != r.npos; })
          == 50);
    // Those that were not read are created all the same, and warned of once.
    CHECK(std::ranges::count(made.decided.actions, reconcile::action_kind::create, &reconcile::action::kind) == 60);
    auto run = run_of(plans);
    run.decided = made.decided;
    run.seen = made.seen;
    const auto found = service::plan_findings(run, {file_of(plans)});
    REQUIRE(found.size() == 2); // for the others there is another reason
    CHECK(base::headline(found[1]).find(" and 9 more, their markets were not read, so their limits are not checked: "
                                        "50 are read here, the others in their turn")
          != std::string::npos);
    CHECK(w.wire.executed_at.back() - begun < 5s);
}

namespace {

std::string adopting(int first, int end) {
    std::string plans = "trades:\n";
    for (int i = first; i < end; ++i)
        plans += fmt::format("  a{0}:\n    pair: USDT_BTC\n    adopt: {0}\n    position: {{type: buy, order_type: "
                             "limit, units: 0.01, price: 9000}}\n",
                             i);
    return plans;
}

std::size_t gets(const world& w) {
    return static_cast<std::size_t>(
        std::ranges::count_if(w.wire.executed, [](const auto& r) { return r.find("v2/smart_trades/") != r.npos; }));
}

} // namespace

TEST_CASE("plan: a wrong id that a draft would adopt is read once, costs no alert and is not watched") {
    world w;
    const auto made = w.rehearse(adopting(4711, 4712), 5min);
    REQUIRE(made.decided.standings.size() == 1);
    CHECK(made.decided.standings[0].why.find("the exchange does not know a trade 4711") != std::string::npos);
    CHECK(gets(w) == 1);
    CHECK(w.log.count("trade.missing") == 0);
}

TEST_CASE("plan: more ids to adopt than can be read in time are told as not looked at, and so is one that fails") {
    world w;
    const auto made = w.rehearse(adopting(1000, 1060));
    CHECK(gets(w) == 50);
    CHECK(std::ranges::count_if(made.decided.standings,
                                [](const auto& at) {
                                    return at.why.ends_with(
                                        " was not looked at: 50 are read here, the others in their turn");
                                })
          == 10);
    w.wire.force("GET /public/api/v2/smart_trades/", 500);
    const auto failed = w.rehearse(adopting(1000, 1001));
    REQUIRE(failed.decided.standings.size() == 1);
    CHECK(failed.decided.standings[0].why.starts_with("trade 1000 was not looked at: "));
}

TEST_CASE("converge: an id that no plan in force adopts any more is not asked for again") {
    world w;
    w.run_daemon(
        adopting(4711, 4712), 20min, [&](auto&) { CHECK(gets(w) <= 12); },
        [&](auto& r) {
            CHECK(gets(w) >= 9);
            r.accept({}, "empty");
        });
    CHECK(w.log.count("trade.missing") == 1);
}

TEST_CASE("converge: limits that cannot be read do not keep an entry waiting: the exchange judges it") {
    world w;
    w.wire.force("GET /public/api/ver1/accounts/currency_rates", 500);
    w.run_daemon("trades:\n  a:\n    pair: USDT_BTC\n    position: {type: buy, order_type: limit, units: 0.01, price: "
                 "9000}\n",
                 60s);
    CHECK(w.wire.creates() == 1);
}

TEST_CASE("plan: a revision lower than one that ran is an error at its value") {
    const std::string text = "trades:\n  btc:\n    pair: USDT_BTC\n    revision: 1\n    instant: true\n"
                             "    position: {type: buy, order_type: limit, units: 0.01, price: 9000}\n";
    const auto run = run_of(text);
    std::vector<trade::desired_trade> plans{run.wishes[0].trade};
    reconcile::history past;
    CHECK(service::lowered_revisions(plans, past, {file_of(text)}).empty());
    reconcile::fact ran;
    ran.kind = reconcile::fact_kind::bound;
    ran.identity = plans[0].identity;
    ran.identity.revision = 2;
    ran.trade_id = trade::smart_trade_id{7};
    past.apply(ran, {});
    const auto lowered = service::lowered_revisions(plans, past, {file_of(text)});
    REQUIRE(lowered.size() == 1);
    CHECK(base::headline(lowered[0])
          == "plans.yaml:4:15: error: revision 1, expected 2, which ran already, or 3 to run the trade once more");
    plans[0].identity.revision = 3;
    CHECK(service::lowered_revisions(plans, past, {file_of(text)}).empty());
}
