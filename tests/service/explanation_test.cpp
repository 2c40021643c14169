#include <fstream>
#include <iterator>
#include <regex>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "journal/facts.hpp"
#include "journal/journal.hpp"
#include "service/explanation.hpp"
#include "support/in_project.hpp"
#include "support/temp_folder.hpp"

using namespace smarttrade;
namespace asio = boost::asio;

namespace {

service::explanation story_of(int events) {
    service::explanation made;
    for (int i = 1; i <= events; ++i) {
        auto& one = made.told.emplace_back();
        one.seq = i;
        one.at = *base::parse_utc("2026-03-02T09:00:00.000Z") + std::chrono::seconds{i};
        one.word = "stop.moved";
        one.change = "58500->58800";
        one.fields = {{"step", "tp1"}, {"id", std::to_string(i)}};
        one.why = "as \"btc.yaml:9\" says";
        if (i % 2 == 0) one.identity = trade::trade_identity{trade::account_id{7}, "btc", 2};
    }
    return made;
}

} // namespace

TEST_CASE("explain: what comes through the socket reads as what is read from the journal's file") {
    const auto whole = story_of(5);
    const auto told = service::as_told("btc", whole);
    CHECK(told.why.empty());
    const auto read = service::decode_explanation(told.report);
    REQUIRE(read.has_value());
    CHECK(service::render_explanation(*read) == service::render_explanation(whole.told));
    CHECK(service::encode_explanation("btc", *read) == told.report);
    for (const char* text : {"", "[]", R"({"events":7})", R"({"events":[{"at":"today"}]})"}) {
        CAPTURE(std::string{text});
        CHECK_FALSE(service::decode_explanation(text).has_value());
    }
}

TEST_CASE("explain: of a story that is too long for an answer the newest part is told, and that it is one") {
    const auto all = story_of(64);
    const auto size = service::as_told("btc", all).report.size();
    const auto told = service::as_told("btc", all, size / 3);
    CHECK(told.report.size() <= size / 3);
    const auto read = service::decode_explanation(told.report);
    REQUIRE(read.has_value());
    REQUIRE(read->size() == 16);
    CHECK(read->front().seq == 49);
    CHECK(read->back().seq == 64);
    CHECK(told.why == "48 older events are left out; all of them: smarttraded journal export -");
    const auto last = service::decode_explanation(service::as_told("btc", all, 1).report);
    REQUIRE(last.has_value());
    CHECK(last->size() == 1); // the newest is told whatever its size
}

TEST_CASE("explain: where memory is bounded the oldest sightings give way, and what was ordered and sent stays") {
    const test::temp_folder dir;
    const auto file = dir.file("journal.db");
    asio::io_context ctx;
    journal::journal daemon{file, ctx.get_executor(), "paper", {}};
    CHECK(test::record_one(daemon, ctx, test::intent("btc", "abcdefgh")).has_value());
    std::size_t size = 0;
    for (int i = 1000; i < 1100; ++i) {
        auto seen = test::make_fact(reconcile::fact_kind::observed, "btc", {});
        seen.text = "{\"seen\":" + std::to_string(i) + '}';
        size = seen.text.size();
        CHECK(test::record_one(daemon, ctx, seen).has_value());
    }
    const auto whole = service::explanation_from(file, "btc", std::nullopt);
    CHECK(whole.left_out == 0);
    CHECK(whole.told.size() == 101);
    const auto part = service::explanation_from(file, "btc", std::nullopt, {{}, 20 * size});
    CHECK(part.left_out >= 80);
    CHECK(part.left_out + part.told.size() == 101);
    CHECK(part.told.front().word == "create.intended");
    CHECK(part.told.back().seq == whole.told.back().seq);
    CHECK(service::as_told("btc", part).why.find(std::to_string(part.left_out) + " older events are left out") == 0);
}

TEST_CASE("explain: a trade that the journal does not know has no report, but a reason") {
    service::explanation nothing;
    nothing.why = "the journal tells of no trade 'btc'";
    const auto told = service::as_told("btc", nothing);
    CHECK(told.report.empty());
    CHECK(told.why == nothing.why);
}

TEST_CASE("explain: the man page names every word that the log does not have") {
    const auto text_of = [](const char* file) {
        std::ifstream in{test::in_project(file)};
        return std::string{std::istreambuf_iterator<char>{in}, {}};
    };
    const auto code = text_of("lib/service/explain.cpp");
    const auto page = text_of("config/man/smarttraded-events.7");
    const std::regex word{R"re("([a-z]+\.[a-z]+)")re"};
    int count = 0;
    for (std::sregex_iterator at{code.begin(), code.end(), word}, end; at != end; ++at, ++count) {
        const auto name = (*at)[1].str();
        CAPTURE(name);
        CHECK(page.find(name) != std::string::npos);
    }
    CHECK(count >= 20);
}
