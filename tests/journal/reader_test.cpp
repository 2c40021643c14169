#include "journal/reader.hpp"

#include <sys/stat.h>

#include <system_error>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "journal/audit.hpp"
#include "journal/facts.hpp"
#include "journal/journal.hpp"
#include "support/temp_folder.hpp"

using namespace smarttrade;
using reconcile::fact_kind;
using test::intent;
namespace asio = boost::asio;

TEST_CASE("reader: a line of the export tells every column of an event, under its name, in order") {
    auto outcome = test::make_fact(fact_kind::outcome, "btc", "abcdefgh");
    outcome.ended = trade::outcome::accepted;
    outcome.trade_id = trade::smart_trade_id{30404547};
    outcome.http_status = 201;
    outcome.text = "said \"yes\"\nand more";
    CHECK(journal::export_line({17, outcome})
          == R"({"seq":17,"at":"2026-03-02T09:00:00.123Z","kind":"outcome","account":7,"name":"btc","revision":2,)"
             R"("nonce":"abcdefgh","trade_id":30404547,"outcome":"accepted","http_status":201,"body":null,)"
             R"("text":"said \"yes\"\nand more"})");
    CHECK(journal::export_line({1, reconcile::fact{}})
          == R"({"seq":1,"at":"1970-01-01T00:00:00.000Z","kind":"binding","account":null,"name":null,"revision":null,)"
             R"("nonce":null,"trade_id":null,"outcome":null,"http_status":null,"body":null,"text":null})");
}

TEST_CASE("reader: while a daemon writes, a reader sees one moment of the journal and disturbs nothing") {
    const test::temp_folder dir;
    asio::io_context ctx;
    journal::journal daemon{dir.file("journal.db"), ctx.get_executor(), "paper", {}};
    CHECK(test::record_one(daemon, ctx, intent("a", "aaaaaaaa")).has_value());
    journal::reader person{dir.file("journal.db")};
    const auto count = [&] {
        int events = 0;
        person.for_each([&](const journal::entry&) { ++events; });
        return events;
    };
    CHECK(count() == 2);
    for (int i = 0; i < 500; ++i)
        CHECK(test::record_one(daemon, ctx, intent("b", "b" + std::to_string(i))).has_value());
    CHECK(count() == 2);
    CHECK(person.names() == std::vector<std::string>{"a"});
    CHECK(journal::reader{dir.file("journal.db")}.names() == std::vector<std::string>{"a", "b"});
}

TEST_CASE("reader: about a name are its events, the requests of its nonces, and what concerned all trades") {
    const test::temp_folder dir;
    asio::io_context ctx;
    journal::journal book{dir.file("journal.db"), ctx.get_executor(), "paper", {}};
    auto halted = test::make_fact(fact_kind::halted, "", "");
    std::vector<reconcile::fact> facts{intent("a", "aaaaaaaa"), intent("b", "bbbbbbbb"),
                                       test::make_fact(fact_kind::request, "", "aaaaaaaa"),
                                       test::make_fact(fact_kind::request, "", "bbbbbbbb"), halted};
    test::record_each(book, ctx, std::move(facts));
    std::string kinds;
    for (const auto& one : journal::reader{dir.file("journal.db")}.about("a"))
        kinds += std::to_string(one.seq) + std::string{base::name_of(one.what.kind)} + ' ';
    CHECK(kinds == "2intent 4request 6halted ");
}

TEST_CASE("reader: a backup made while a daemon writes is a sound journal of its own that only its owner reads") {
    const test::temp_folder dir;
    asio::io_context ctx;
    journal::journal daemon{dir.file("journal.db"), ctx.get_executor(), "paper", {}};
    CHECK(test::record_one(daemon, ctx, intent("a", "aaaaaaaa")).has_value());
    const auto copy = dir.file("copy");
    journal::reader{dir.file("journal.db")}.back_up(copy);
    CHECK(test::record_one(daemon, ctx, intent("b", "bbbbbbbb")).has_value());
    CHECK(journal::read_facts(copy).size() == 2);
    const auto found = journal::verify(copy);
    CHECK(found.findings.empty());
    CHECK(found.events == 2);
    CHECK(found.binding == "paper");
    struct ::stat is {};
    REQUIRE(::stat(copy.c_str(), &is) == 0);
    CHECK((is.st_mode & 0777) == 0600);
}

TEST_CASE("reader: a backup never takes the place of a file that is there, and leaves no half of one") {
    const test::temp_folder dir;
    asio::io_context ctx;
    journal::journal daemon{dir.file("journal.db"), ctx.get_executor(), "paper", {}};
    const auto precious = dir.write("precious", "the only copy");
    journal::reader source{dir.file("journal.db")};
    CHECK_THROWS_AS(source.back_up(precious), std::system_error);
    CHECK_FALSE(std::filesystem::exists(precious + ".part"));
    CHECK(std::filesystem::file_size(precious) == 13);
    CHECK_THROWS_AS(source.back_up(dir.file("no/such/folder")), std::system_error);
}
