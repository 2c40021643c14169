#include "service/explain.hpp"

#include <fstream>
#include <map>
#include <sstream>

#include <doctest/doctest.h>

#include "service/entity_changes.hpp"
#include "service/plan_source.hpp"
#include "support/in_project.hpp"
#include "wire/entity.hpp"

using namespace smarttrade;
using reconcile::fact, reconcile::fact_kind;

namespace {

constexpr base::utc_time nine{std::chrono::milliseconds{1'772'442'000'000}}; // 2026-03-02T09:00:00Z

/// Facts one second apart, as a journal holds them.
class book {
public:
    fact& add(fact_kind kind, std::string name = {}, std::string nonce = {}) {
        auto& one = events.emplace_back();
        one.seq = static_cast<std::int64_t>(events.size());
        one.what.kind = kind;
        one.what.at = nine + std::chrono::seconds{one.seq};
        if (!name.empty()) one.what.identity = {trade::account_id{7}, std::move(name), 1};
        one.what.nonce = std::move(nonce);
        return one.what;
    }
    std::vector<journal::entry> about(const std::string& name) const {
        std::vector<journal::entry> found;
        for (const auto& one : events)
            if (one.what.identity.name.empty() || one.what.identity.name == name) found.push_back(one);
        return found;
    }

    std::vector<journal::entry> events;
};

std::string entity(const std::string& status, const std::string& trigger) {
    std::ifstream file{test::in_project("tests/wire/entities/e2.json")};
    std::ostringstream text;
    text << file.rdbuf();
    auto read = wire::read_smart_trade(text.str()).value();
    read.status = trade::told_status<trade::trade_status>::parse(status);
    if (read.stop_loss) read.stop_loss->trigger = money::price::parse(trigger);
    return wire::write_smart_trade(read);
}

std::string plans(const std::string& text) {
    return service::encode_files({{"plans/btc.yaml", text}, {"plans/eth.yaml", "trades: {eth: {}}\n"}});
}

/// Without the times, which stand one second apart.
std::string told(const std::string& name, const book& of) {
    std::string all;
    for (const auto& line : service::explain(name, of.events)) {
        auto text = service::render_explanation({line});
        all += text.substr(26);
    }
    return all;
}

} // namespace

TEST_CASE("explain: the story of a trade from the edit that asked for it to its end, with every reason") {
    book of;
    of.add(fact_kind::binding).text = "paper";
    of.add(fact_kind::halted); // long before it began: no part of its story
    of.add(fact_kind::plans).body = plans("trades:\n  btc:\n    pair: USDT_BTC\n");
    of.add(fact_kind::managed, "btc").text = "cancel";
    of.add(fact_kind::intent, "btc", "abcdefgh").text = "USDT_BTC";
    of.add(fact_kind::request, "", "abcdefgh").text = "POST /v2/smart_trades 640 bytes";
    auto& outcome = of.add(fact_kind::outcome, "btc", "abcdefgh");
    outcome.ended = trade::outcome::unknown;
    outcome.http_status = 504;
    outcome.text = "gateway timeout (xrid 77)";
    auto& bound = of.add(fact_kind::bound, "btc", "abcdefgh");
    bound.trade_id = trade::smart_trade_id{123};
    bound.text = "its tag in a listing";
    of.add(fact_kind::observed, "btc").text = entity("waiting_targets", "58500");
    of.add(fact_kind::plans).body = plans("trades:\n  btc:\n    pair: USDT_BTC\n    stop_loss: 58800\n");
    auto& write = of.add(fact_kind::write, "btc", "wwwwwwww");
    write.text = "stop";
    write.trade_id = trade::smart_trade_id{123};
    auto& written = of.add(fact_kind::written, "btc", "wwwwwwww");
    written.ended = trade::outcome::accepted;
    of.add(fact_kind::observed, "btc").text = entity("waiting_targets", "58800");
    of.add(fact_kind::halted);
    of.add(fact_kind::ordered, "btc").text = "close";
    of.add(fact_kind::confirmed).text = "changes-3f2a91";
    of.add(fact_kind::removed, "btc");
    const auto text = told("btc", of);
    CAPTURE(text);
    std::vector<std::string> words;
    for (const auto& line : service::explain("btc", of.events)) words.push_back(line.word);
    CHECK(words
          == std::vector<std::string>{"plan.edited", "plan.manages", "create.intended", "request.sent", "create.ended",
                                      "trade.bound", "trade.entered", "plan.edited", "write.intended", "write.ended",
                                      "stop.moved", "operator.halted", "operator.ordered", "operator.confirmed",
                                      "plan.removed"});
    for (const auto* line : {"plan.edited       file=plans/btc.yaml:1\n", "plan.manages      on_remove=cancel\n",
                             "create.intended   pair=USDT_BTC tag=abcdefgh\n",
                             "request.sent      request=\"POST /v2/smart_trades 640 bytes\" tag=abcdefgh\n",
                             "create.ended      outcome=unknown http=504 tag=abcdefgh \"gateway timeout (xrid 77)\"\n",
                             "trade.bound       id=123 tag=abcdefgh \"its tag in a listing\"\n",
                             "plan.edited       file=plans/btc.yaml:4\n",
                             "write.intended    action=stop id=123 tag=wwwwwwww\n", "stop.moved        58500->58800",
                             "operator.ordered  command=close\n", "operator.confirmed hold=changes-3f2a91\n"}) {
        CAPTURE(line);
        CHECK(text.find(line) != std::string::npos);
    }
    CHECK(
        service::render_explanation(service::explain("btc", of.events)).starts_with("2026-03-02T09:00:03.000Z  plan"));
}

TEST_CASE("explain: a trade carried over by `was` is told with the life it had under its old name") {
    book of;
    of.add(fact_kind::intent, "old", "abcdefgh");
    of.add(fact_kind::renamed, "new").text = "old";
    of.add(fact_kind::removed, "new");
    int loads = 0;
    const auto events = service::with_former_names("new", [&](const std::string& name) {
        ++loads;
        return of.about(name);
    });
    CHECK(loads == 2);
    std::string words;
    for (const auto& line : service::explain("new", events)) words += line.word + ' ' + line.change + ' ';
    CHECK(words == "create.intended  plan.renamed old->new plan.removed  ");
    const auto text = service::render_explanation(service::explain("new", events));
    CHECK(text.find("old.1 account=7") != std::string::npos); // told apart where there are several
}

TEST_CASE("explain: a name that never was, or not on that account, has no story, whatever concerned all trades") {
    book of;
    of.add(fact_kind::plans).body = plans("trades: {btc: {}}\n");
    of.add(fact_kind::intent, "btc", "abcdefgh");
    of.add(fact_kind::halted);
    CHECK(service::explain("bct", of.about("bct")).empty());
    CHECK(service::explain("btc", of.events, trade::account_id{8}).empty());
    CHECK(service::explain("btc", of.events, trade::account_id{7}).size() == 3);
}

TEST_CASE("explain: a change that the log has no word for is told value by value") {
    CHECK(service::changed_leaves(R"({"a":{"b":1,"c":"x"},"d":[1,2]})", R"({"a":{"b":1,"c":"y"},"d":[1],"e":null})")
          == std::vector<std::pair<std::string, std::string>>{{"a.c", "x->y"}, {"e", "-->null"}, {"d.2", "2->-"}});
    CHECK(service::changed_leaves("{", "{}").empty());
    book of;
    of.add(fact_kind::observed, "btc").text = R"({"note":"a"})";
    of.add(fact_kind::observed, "btc").text = R"({"note":"b"})";
    CHECK(told("btc", of) == "trade.seen\ntrade.changed     note=a->b\n");
}

TEST_CASE("explain: what the exchange said stays one line and harmless") {
    book of;
    auto& outcome = of.add(fact_kind::outcome, "btc", "abcdefgh");
    outcome.text = "no\n\x1b[31m\"way\"";
    CHECK(told("btc", of) == "create.ended      tag=abcdefgh \"no  [31m\\\"way\\\"\"\n");
}

TEST_CASE("explain: as JSON each event carries its number, its trade, its fields and its reason") {
    book of;
    auto& bound = of.add(fact_kind::bound, "btc", "abcdefgh");
    bound.trade_id = trade::smart_trade_id{123};
    bound.text = "the reply to its create";
    CHECK(service::encode_explanation("btc", service::explain("btc", of.events))
          == R"({"name":"btc","events":[{"seq":1,"at":"2026-03-02T09:00:01.000Z","level":"info","event":"trade.bound","name":"btc",)"
             R"("revision":1,"account":7,"change":"","fields":{"id":"123","tag":"abcdefgh"},)"
             R"("why":"the reply to its create"}]})");
}

TEST_CASE("explain: a narrow terminal goes on below, behind the time, and a wide one is left alone") {
    service::happening one;
    one.word = "write.ended";
    one.fields = {{"outcome", "refused"}, {"http", "422"}};
    one.why = "the exchange says no";
    const auto whole = service::render_explanation({one});
    CHECK(whole == "1970-01-01T00:00:00.000Z  write.ended       outcome=refused http=422 \"the exchange says no\"\n");
    CHECK(service::render_explanation({one}, service::colours::off, service::window{200, 24}) == whole);
    CHECK(service::render_explanation({one}, service::colours::off, service::window{64, 24})
          == "1970-01-01T00:00:00.000Z  write.ended       outcome=refused\n"
             "                          http=422 \"the exchange says no\"\n");
}

TEST_CASE(
    "explain: on a terminal the time steps back and trouble stands out, and lines are as wide as without colours") {
    book of;
    auto& outcome = of.add(fact_kind::outcome, "btc", "abcdefgh");
    outcome.ended = trade::outcome::refused;
    of.add(fact_kind::observed, "btc").text = entity("waiting_targets", "58500");
    of.add(fact_kind::ordered, "btc").text = "close";
    of.add(fact_kind::observed, "btc").text = entity("failed", "58500");
    const auto all = service::explain("btc", of.events);
    const auto text = service::render_explanation(all, service::colours::on);
    CAPTURE(text);
    for (const auto* line : {"\x1b[2m2026-03-02T09:00:01.000Z\x1b[0m  \x1b[33mcreate.ended\x1b[0m      outcome=refused",
                             "  \x1b[1mtrade.entered\x1b[0m     ", "Z\x1b[0m  operator.ordered  command=close\n",
                             "  \x1b[31mtrade.failed\x1b[0m      "}) {
        CAPTURE(line);
        CHECK(text.find(line) != std::string::npos);
    }
    const service::window narrow{64, 24};
    auto bare = service::render_explanation(all, service::colours::on, narrow);
    for (std::size_t at = 0; (at = bare.find('\x1b')) != bare.npos;) bare.erase(at, bare.find('m', at) + 1 - at);
    CHECK(bare == service::render_explanation(all, service::colours::off, narrow));
}
