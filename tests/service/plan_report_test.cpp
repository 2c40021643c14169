#include <doctest/doctest.h>

#include "service/plan_report.hpp"

using namespace smarttrade;
using namespace std::chrono_literals;
using reconcile::action_kind;
using reconcile::verdict;
using service::colours;

namespace {

const trade::account_id main_account{1};
const trade::account_id spot_account{2};

money::price price(const char* text) { return *money::price::parse(text); }
money::quantity units(const char* text) { return *money::quantity::parse(text); }
money::percent percent(const char* text) { return *money::percent::parse(text); }

base::diagnostic told_at(int line, base::severity level, std::string message) {
    base::diagnostic told;
    told.at = {"a.yaml", line, 5};
    told.level = level;
    told.message = std::move(message);
    return told;
}

/// A buy with two take profits and a stop.
trade::desired_trade wanted(const std::string& name, const char* pair = "USDT_BTC",
                            trade::account_id account = main_account) {
    trade::desired_trade trade;
    trade.identity = {account, name, 1};
    trade.account_name = account == main_account ? "main" : "spot";
    trade.at = {"plans/a.yaml", 3, 3};
    auto& request = trade.request;
    request.account = account;
    request.pair = *trade::pair::parse(pair);
    request.position.order = trade::entry_type::limit;
    request.position.units = units("0.01");
    request.position.price = price("60000");
    request.take_profit = {{trade::order_type::limit, {}, price("61000"), percent("50"), {}},
                           {trade::order_type::market, {}, percent("5"), percent("50"), percent("1.5")}};
    request.stop_loss.emplace();
    request.stop_loss->trigger = price("58000");
    return trade;
}

/// A run in which every wish stands in sync until the test says otherwise.
class run_of {
public:
    explicit run_of(std::vector<trade::desired_trade> wishes) {
        for (auto& each : wishes) {
            reconcile::standing at;
            at.identity = each.identity;
            at.phase = reconcile::phase::waiting;
            run.decided.standings.push_back(at);
            run.wishes.push_back({std::move(each), {}});
        }
        run.accounts = {{main_account, "main", "key", {}}, {spot_account, "spot", "key", {}}};
        run.keys = {{"key", {{{"", 100, 60s, 300s, 5}, 0}, {{"GET /v2/smart_trades", 40, 10s, 10s, 2}, 0}}}};
    }

    reconcile::standing& at(std::size_t which) { return run.decided.standings.at(which); }
    reconcile::action& will(action_kind kind, std::size_t which, std::optional<std::int64_t> id = {}) {
        reconcile::action what;
        what.kind = kind;
        what.identity = run.wishes.at(which).trade.identity;
        if (id) what.trade_id = trade::smart_trade_id{*id};
        at(which).trade_id = what.trade_id;
        at(which).verdict = verdict::pending;
        return run.decided.actions.emplace_back(std::move(what));
    }
    trade::smart_trade& live(std::int64_t id, const char* pair) {
        auto& entity = run.seen.trades[trade::smart_trade_id{id}].entity;
        entity.id = trade::smart_trade_id{id};
        entity.pair = *trade::pair::parse(pair);
        return entity;
    }
    std::string text(colours how = colours::off) const {
        return service::render_plan(service::plan_report_of(run), how);
    }
    int code() const { return service::exit_code(service::plan_report_of(run)); }

    service::dry_run run;
};

} // namespace

TEST_CASE("plan: nothing to do is one line and exit 0") {
    run_of made{{wanted("btc"), wanted("eth", "USDT_ETH")}};
    CHECK(made.text() == "2 trades, all in sync: nothing to do\n");
    CHECK(made.code() == 0);
    CHECK(run_of{{}}.text() == "0 trades, all in sync: nothing to do\n");
}

TEST_CASE("plan: creates are shown as orders with their exits, then what they cost and put at risk") {
    auto market = wanted("eth-dip", "USDT_ETH");
    market.request.position.order = trade::entry_type::market;
    market.request.position.price.reset();
    market.request.position.units = units("2");
    market.request.take_profit.resize(1);
    market.request.take_profit[0].volume = percent("100");
    market.request.stop_loss.reset();
    run_of made{{wanted("btc-swing"), market}};
    made.will(action_kind::create, 0);
    made.will(action_kind::create, 1);
    CHECK(made.text()
          == "2 to create\n"
             "  + btc-swing  USDT_BTC  buy 0.01 BTC at 60000 = 600 USDT, take profit 61000 x 50% + 5% x 50% trailing "
             "1.5%, stop 58000\n"
             "  + eth-dip    USDT_ETH  buy 2 ETH at market, take profit 61000, no stop\n"
             "requests of key key: 4 of 100 in 60s; all sent at once\n" // the limits of two markets are read before
             "money newly at risk: 600 USDT; at market 2 ETH\n");
    CHECK(made.code() == 2);
}

TEST_CASE("plan: updates show old and new, ends show what is flattened, and the account where there are several") {
    run_of made{
        {wanted("btc"), wanted("eth", "USDT_ETH", spot_account), wanted("sol", "USDT_SOL"), wanted("ada", "USDT_ADA")}};
    auto& update = made.will(action_kind::update, 0, 30404547);
    update.difference = "stop 58500->58800, tp1 61000->61500";
    made.will(action_kind::cancel, 1, 30404548).reason = "expired";
    made.will(action_kind::close, 2, 30404549);
    auto& sol = made.live(30404549, "USDT_SOL");
    sol.entered_amount = units("12.5");
    sol.closed_amount = units("2.5");
    sol.profit.percent = percent("-1.2");
    auto& add = made.will(action_kind::add_funds, 3, 30404550);
    add.text = "avg-1";
    add.funds.emplace();
    add.funds->units = units("100");
    add.funds->price = price("0.5");
    CHECK(made.text()
          == "2 to change\n"
             "  ~ btc  main  USDT_BTC  30404547  stop 58500->58800, tp1 61000->61500\n"
             "  ~ ada  main  USDT_ADA  30404550  add 100 ADA at 0.5 (avg-1)\n"
             "2 to end\n"
             "  - eth  spot  USDT_ETH  30404548  cancel, not entered (expired)\n"
             "  - sol  main  USDT_SOL  30404549  close 10 SOL at market, profit now -1.2%\n"
             "requests of key key: 5 of 100 in 60s; all sent at once\n"
             "money newly at risk: 50 USDT\n");
    CHECK(made.code() == 2);
}

TEST_CASE("plan: the other words of a trade's life are changes a person can read") {
    run_of made{{wanted("btc")}};
    made.will(action_kind::force_start, 0, 7).reason = "state: entered";
    made.will(action_kind::close_step, 0, 7);
    made.will(action_kind::force_process, 0, 7);
    auto& reduce = made.will(action_kind::reduce_funds, 0, 7);
    reduce.text = "cut-1";
    reduce.funds.emplace();
    reduce.funds->units = units("0.005");
    const auto text = made.text();
    CHECK(text.find("~ btc  USDT_BTC  7  enter now (state: entered)\n") != std::string::npos);
    CHECK(text.find("~ btc  USDT_BTC  7  close step\n") != std::string::npos);
    CHECK(text.find("~ btc  USDT_BTC  7  force process\n") != std::string::npos);
    CHECK(text.find("~ btc  USDT_BTC  7  reduce by 0.005 BTC at market (cut-1)\n") != std::string::npos);
    CHECK(text.find("money newly at risk: none\n") != std::string::npos);
}

TEST_CASE("plan: what only reads or journals is no change") {
    run_of made{{wanted("btc")}};
    for (const auto kind : {action_kind::bind, action_kind::take_echo, action_kind::read_trade}) made.will(kind, 0, 7);
    made.at(0).verdict = verdict::in_sync;
    CHECK(made.code() == 0);
    CHECK(made.text() == "1 trade, all in sync: nothing to do\n");
}

TEST_CASE("plan: a hold ends in the command that lets it go") {
    run_of made{{wanted("a"), wanted("b"), wanted("c"), wanted("d")}};
    reconcile::hold hold{"create-3f2a91", "4 new trades at once, guardrails.max_changes.create allows 3", {}};
    for (std::size_t i = 0; i < 4; ++i) {
        made.at(i).verdict = verdict::held;
        made.at(i).why = "waits for smarttraded confirm create-3f2a91";
        hold.trades.push_back(made.at(i).identity);
    }
    made.run.decided.holds = {hold};
    CHECK(made.text()
          == "1 held until you say so\n"
             "  ! create-3f2a91  4 new trades at once, guardrails.max_changes.create allows 3: a, b, c and 1 more: "
             "smarttraded confirm create-3f2a91\n"
             "requests of key key: none\n"
             "money newly at risk: none\n");
    CHECK(made.code() == 2);
}

TEST_CASE("plan: blocked, unknown and unprotected each say why, and what to type where that helps") {
    run_of made{
        {wanted("doge", "USDT_DOGE"), wanted("xrp", "USDT_XRP"), wanted("ltc", "USDT_LTC"), wanted("bch", "USDT_BCH")}};
    made.at(0).verdict = verdict::blocked;
    made.at(0).why = "refused 3 times: lot size; edit it, or `smarttraded retry doge`";
    made.at(1).verdict = verdict::unknown;
    made.at(1).why = "no reply to its create";
    made.at(2).verdict = verdict::unprotected;
    made.at(2).why = "cancelled with 3 LTC entered";
    made.at(2).trade_id = trade::smart_trade_id{9};
    made.at(3).verdict = verdict::blocked;
    made.at(3).why = "two trades under one name: smarttraded release bch --id ID";
    CHECK(made.text()
          == "2 blocked\n"
             "  x doge  USDT_DOGE  refused 3 times: lot size; edit it, or `smarttraded retry doge`\n"
             "  x bch   USDT_BCH   two trades under one name: smarttraded release bch --id ID\n"
             "1 unknown, being looked for\n"
             "  ? xrp  USDT_XRP  no reply to its create\n"
             "1 UNPROTECTED: held without exits\n"
             "  ! ltc  USDT_LTC  9  cancelled with 3 LTC entered: smarttraded release ltc\n"
             "requests of key key: none\n"
             "money newly at risk: none\n");
    CHECK(made.code() == 3);
}

TEST_CASE("plan: drift that is only reported is shown, and is in sync") {
    run_of made{{wanted("btc")}};
    made.at(0).why = "the stop stands at 58500, the plan says 58000: it was tightened elsewhere and stays";
    CHECK(made.text()
          == "1 left as they are, though they differ\n"
             "  = btc  USDT_BTC  the stop stands at 58500, the plan says 58000: it was tightened elsewhere and stays\n"
             "1 trade, all in sync: nothing to do\n");
    CHECK(made.code() == 0);
    made.at(0).phase = reconcile::phase::ended;
    made.at(0).why = "ended as id 7; raise revision to run again";
    CHECK(made.text() == "1 trade, all in sync: nothing to do\n");
}

TEST_CASE("plan: a trade that the plans let go of is not counted as in sync, and says that nobody moves its stop") {
    run_of made{{wanted("btc")}};
    reconcile::standing left;
    left.identity = {spot_account, "old", 2};
    left.phase = reconcile::phase::entered;
    left.why = "no longer in the plans: left as it is";
    left.trade_id = trade::smart_trade_id{5};
    made.live(5, "USDT_SOL");
    made.run.decided.left = {left};
    CHECK(made.text()
          == "1 in no plan any more, so not managed\n"
             "  = old  USDT_SOL  5  no longer in the plans: left as it is\n"
             "1 trade, all in sync: nothing to do\n");
    CHECK(made.code() == 0);
}

TEST_CASE("plan: a trade that no plan names any more is shown by what is done with it") {
    run_of made{{}};
    reconcile::standing left;
    left.identity = {spot_account, "old", 2};
    left.verdict = verdict::unprotected;
    left.why = "cancelled with 1 SOL entered";
    left.trade_id = trade::smart_trade_id{5};
    made.live(5, "USDT_SOL");
    made.run.decided.left = {left};
    CHECK(made.code() == 3);
    CHECK(made.text().find("! old  USDT_SOL  5  cancelled with 1 SOL entered: smarttraded release old\n")
          != std::string::npos);
    const auto report = service::plan_report_of(made.run);
    REQUIRE(report.trades.size() == 1);
    CHECK(report.trades[0].verdict == "unprotected");
    CHECK(report.trades[0].revision == 2);
}

TEST_CASE("plan: what waits for its turn is pending, not forgotten") {
    run_of made{{wanted("btc")}};
    made.at(0).verdict = verdict::pending;
    made.at(0).why = "waits for revision 1 to end";
    CHECK(made.text().find("1 waiting for their turn\n  . btc  USDT_BTC  waits for revision 1 to end\n") == 0);
    CHECK(made.code() == 2);
}

TEST_CASE("plan: requests are counted by the limit that counts them, with the time they take under it") {
    std::vector<trade::desired_trade> many;
    for (int i = 0; i < 200; ++i) many.push_back(wanted("t" + std::to_string(i)));
    run_of made{many};
    for (std::size_t i = 0; i < many.size(); ++i) made.will(action_kind::create, i);
    made.run.keys[0].buckets[0].used = 34;
    for (std::size_t i = 0; i < 50; ++i) made.will(action_kind::search, i);
    const auto costs = service::costs_of(made.run);
    // The limits of the one market are read once. 95 of 100 are ours, 34 are used: 61 at once, then 95 a minute: 190
    // more are two windows.
    const std::vector<service::bucket_cost> expected{{"key", "", 251, 34, 100, 60, 120},
                                                     {"key", "GET /v2/smart_trades", 50, 0, 40, 10, 10}};
    CHECK(costs == expected);
    CHECK(made.text().find("requests of key key: 251 of 100 in 60s (34 used), 50 of 40 in 10s for GET "
                           "/v2/smart_trades; all sent within about 120s\n")
          != std::string::npos);
}

TEST_CASE("plan: every write is priced by the requests it really takes") {
    struct row {
        action_kind kind;
        std::size_t requests;
    };
    for (const row& r : {row{action_kind::create, 2}, row{action_kind::update, 1}, row{action_kind::cancel, 2},
                         row{action_kind::close, 1}, row{action_kind::set_note, 1}, row{action_kind::add_funds, 1},
                         row{action_kind::close_step, 1}, row{action_kind::cancel_step, 1},
                         row{action_kind::read_market, 1}, row{action_kind::bind, 0}, row{action_kind::rename, 0}}) {
        CAPTURE(base::name_of(r.kind));
        run_of made{{wanted("btc")}};
        auto& what = made.will(r.kind, 0, 7);
        what.pair = {"USDT", "BTC"};
        what.text = "note";
        CHECK(service::costs_of(made.run).at(0).needed == r.requests);
    }
}

TEST_CASE("plan: an account that lacks the money is told, with how much") {
    auto sell = wanted("eth-short", "USDT_ETH");
    sell.request.position.type = trade::side::sell;
    sell.request.position.units = units("3");
    auto levered = wanted("btc-x5", "USDT_BTC", spot_account);
    levered.request.leverage = trade::leverage{trade::margin_type::isolated, 5};
    auto held = wanted("held");
    held.request.skip_enter_step = true;
    run_of made{{wanted("btc"), sell, levered, held}};
    for (std::size_t i = 0; i < 4; ++i) made.will(action_kind::create, i);
    const auto balance = [](const char* currency, const char* available) {
        trade::balance one;
        one.currency = currency;
        one.available = units(available);
        return one;
    };
    made.run.accounts[0].balances = {balance("USDT", "479.5")};
    made.run.accounts[1].balances = {balance("USDT", "120")};
    const std::vector<service::shortage> expected{{"main", "ETH", "3", "0", "3"},
                                                  {"main", "USDT", "600", "479.5", "120.5"}};
    CHECK(service::shortages_of(made.run) == expected);
    CHECK(made.text().find("balance of main: 600 USDT needed, 479.5 available, 120.5 short\n") != std::string::npos);
    CHECK(made.text().find("held: 0.01 BTC from 60000 = 600 USDT") != std::string::npos);
    made.run.accounts[0].balances.reset(); // not read: no claim
    CHECK(service::shortages_of(made.run).empty());
}

TEST_CASE("plan: refused plans and an account that was not read are exit 1, whatever else is known") {
    run_of made{{wanted("btc")}};
    made.at(0).verdict = verdict::unprotected;
    made.run.cannot_tell = "account main was not read completely yet";
    CHECK(made.text() == "cannot tell: account main was not read completely yet\n");
    CHECK(made.code() == 1);
    made.run.diagnostics.push_back(told_at(3, base::severity::warning, "many decimals"));
    made.run.diagnostics.push_back(told_at(4, base::severity::error, "volumes sum to 90, expected 100"));
    CHECK(made.text()
          == "a.yaml:4:5: error: volumes sum to 90, expected 100\nthe plans are refused; nothing would change\n");
    CHECK(made.code() == 1);
}

TEST_CASE("plan: a halted daemon says so, and how to go on") {
    run_of made{{wanted("btc")}};
    made.will(action_kind::create, 0);
    made.run.is_halted = true;
    CHECK(made.text().find("halted: none of this is sent; to go on: smarttraded resume\n") != std::string::npos);
}

TEST_CASE("plan: colour marks the signs alone, and only when asked for") {
    run_of made{{wanted("btc")}};
    made.will(action_kind::create, 0);
    CHECK(made.text().find('\033') == std::string::npos);
    CHECK(made.text(colours::on).find("\n  \033[32m+\033[0m btc  USDT_BTC  buy ") != std::string::npos);
}

TEST_CASE("plan: the daemon's answer comes back as it was sent") {
    run_of made{{wanted("btc"), wanted("eth", "USDT_ETH", spot_account)}};
    made.will(action_kind::create, 0);
    made.will(action_kind::update, 1, 7).difference = "stop 1->2";
    made.run.is_halted = true;
    made.run.decided.holds = {{"h-1", "because", {made.at(0).identity}}};
    made.run.accounts[0].balances.emplace();
    made.run.diagnostics.push_back(told_at(3, base::severity::warning, "many decimals"));
    made.run.findings.push_back(told_at(2, base::severity::error, "units 0.0104, expected a multiple of 0.001"));
    made.run.findings[0].rule = "V29";
    made.run.findings[0].notes.push_back(told_at(1, base::severity::note, "here"));
    const auto report = service::plan_report_of(made.run);
    const auto back = service::decode_plan(service::encode_plan(report));
    REQUIRE(back.has_value());
    CHECK(service::encode_plan(*back) == service::encode_plan(report));
    CHECK(back == report);
    service::dry_run wrong;
    wrong.cannot_tell = "x";
    wrong.diagnostics.push_back(told_at(1, base::severity::error, "wrong"));
    const auto bad = service::plan_report_of(wrong);
    CHECK(service::decode_plan(service::encode_plan(bad)) == bad);
    CHECK_FALSE(service::decode_plan("[]").has_value());
}
