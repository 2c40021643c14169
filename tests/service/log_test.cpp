#include <set>

#include <doctest/doctest.h>

#include "service/log_format.hpp"
#include "support/events_page.hpp"

using namespace smarttrade;
using service::event;
using service::log_event;

namespace {

const auto at = *base::parse_utc("2026-03-02T09:12:05.002Z");

log_event entered() {
    log_event line;
    line.what = event::trade_entered;
    line.trade = "btc-swing";
    line.id = trade::smart_trade_id{30404547};
    line.fields = {{"units", "0.01"}, {"average", "60060"}, {"cost", "600.6USDT"}};
    return line;
}

} // namespace

TEST_CASE("log: a line reads time, level, trade, event, facts") {
    CHECK(service::format_text(entered(), at, {false, false})
          == "09:12:05.002 notice  btc-swing    trade.entered  units=0.01 average=60060 cost=600.6USDT id=30404547");
}

TEST_CASE("log: a change is told as old->new, its reason in quotes") {
    log_event line;
    line.what = event::stop_moved;
    line.trade = "btc-swing";
    line.change = "58500->58800";
    line.why = "btc.yaml:9";
    CHECK(service::format_text(line, at, {false, false})
          == "09:12:05.002 notice  btc-swing    stop.moved     58500->58800 \"btc.yaml:9\"");
}

TEST_CASE("log: what concerns no trade has a dash; off a terminal the time is whole") {
    log_event line;
    line.what = event::api_down;
    line.why = "connect timeout; exits stay with 3Commas";
    CHECK(
        service::format_text(line, at, {})
        == "2026-03-02T09:12:05.002Z warning -            api.down       \"connect timeout; exits stay with 3Commas\"");
}

TEST_CASE("log: logfmt and JSON carry the same facts under fixed names") {
    CHECK(service::format_logfmt(entered(), at)
          == "ts=2026-03-02T09:12:05.002Z level=notice name=btc-swing event=trade.entered units=0.01 average=60060 "
             "cost=600.6USDT id=30404547");
    CHECK(service::format_json(entered(), at)
          == R"({"ts":"2026-03-02T09:12:05.002Z","level":"notice","name":"btc-swing","event":"trade.entered",)"
             R"("units":"0.01","average":"60060","cost":"600.6USDT","id":30404547})");
}

TEST_CASE("log: a foreign text can neither break a line nor command the terminal") {
    log_event line;
    line.what = event::trade_refused;
    line.why = "bad\n2026 error \x1b[31m \"quoted\"";
    line.fields = {{"pair", "a b\n"}};
    for (const auto& text :
         {service::format_text(line, at, {}), service::format_logfmt(line, at), service::format_json(line, at)}) {
        CHECK(text.find('\n') == std::string::npos);
        CHECK(text.find('\x1b') == std::string::npos);
    }
    CHECK(service::format_logfmt(line, at).find(R"(why="bad 2026 error  [31m \"quoted\"")") != std::string::npos);
}

TEST_CASE("log: a value with a blank in it has quotes, also where the blank was a control character") {
    log_event line;
    line.what = event::trade_refused;
    line.fields = {{"a", "x\ry"}, {"b", "x\x1b=y"}, {"c", "\x7f"}, {"d", "xy"}};
    const std::string told = R"( a="x y" b="x =y" c=" " d=xy)";
    CHECK(service::format_logfmt(line, at).find(told) != std::string::npos);
    CHECK(service::format_text(line, at, {}).find(told) != std::string::npos);
}

TEST_CASE("log: each event has a word of its own, noun.verb") {
    std::set<std::string_view> words;
    for (int i = 0; i <= static_cast<int>(event::journal_failed); ++i) {
        const auto word = service::kind_of(static_cast<event>(i)).word;
        CAPTURE(word);
        CHECK(words.insert(word).second);
        CHECK(word.find('.') != std::string_view::npos);
    }
}

TEST_CASE("log: the man page names every event with its level, and no other") {
    std::set<std::string> known;
    for (int i = 0; i <= static_cast<int>(event::journal_failed); ++i) {
        const auto& kind = service::kind_of(static_cast<event>(i));
        const std::string word{kind.word};
        CAPTURE(word);
        known.insert(word);
        REQUIRE(test::events_page().contains(word));
        CHECK(test::events_page().at(word).level == base::name_of(kind.level));
    }
    for (const auto& each : test::events_page()) {
        CAPTURE(each.first);
        CHECK(known.contains(each.first));
    }
}

TEST_CASE("log: the man page lists the MESSAGE_ID of every event, and no other") {
    constexpr auto all = static_cast<int>(event::journal_failed) + 1;
    CHECK(test::documented_message_ids().size() == all);
    std::set<std::string> ids;
    for (int i = 0; i < all; ++i) {
        const auto what = static_cast<event>(i);
        const std::string word{service::kind_of(what).word};
        CAPTURE(word);
        REQUIRE(test::documented_message_ids().contains(word));
        CHECK(test::documented_message_ids().at(word) == service::message_id(what));
        CHECK(ids.insert(service::message_id(what)).second);
    }
}
