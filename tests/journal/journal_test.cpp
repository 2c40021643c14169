#include <filesystem>
#include <fstream>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "journal/facts.hpp"
#include "journal/journal.hpp"
#include "store/database.hpp"
#include "support/memory_disk.hpp"
#include "support/temp_folder.hpp"

using namespace smarttrade;
using reconcile::fact;
using reconcile::fact_kind;
namespace asio = boost::asio;

using test::intent;

namespace {

std::size_t record_all(journal::journal& into, asio::io_context& ctx, std::vector<fact> facts) {
    std::size_t durable = 0;
    for (const auto& ended : test::record_each(into, ctx, std::move(facts))) durable += ended ? 1 : 0;
    return durable;
}

} // namespace

TEST_CASE("journal: what was recorded is read back word for word by the next run, in order") {
    const test::temp_folder dir;
    asio::io_context ctx;
    auto outcome = intent("a", "abcdefgh");
    outcome.kind = fact_kind::outcome;
    outcome.ended = trade::outcome::accepted;
    outcome.http_status = 201;
    outcome.trade_id = trade::smart_trade_id{30404547};
    outcome.text = "created, \"quoted\" and \n broken";
    {
        journal::journal first{dir.file("journal.db"), ctx.get_executor(), "paper 7", {}};
        CHECK(record_all(first, ctx, {intent("a", "abcdefgh"), outcome, intent("b", "bbbbbbbb")}) == 3);
    }
    journal::journal second{dir.file("journal.db"), ctx.get_executor(), "paper 7", {}};
    std::vector<fact> found;
    second.for_each([&](const fact& f) { found.push_back(f); });
    REQUIRE(found.size() == 4);
    CHECK(found[0].kind == fact_kind::binding);
    CHECK(found[1].kind == fact_kind::intent);
    CHECK(found[1].at == intent("a", "x").at);
    CHECK(found[1].identity == trade::trade_identity{trade::account_id{7}, "a", 2});
    CHECK(found[1].body == "{\"pair\":\"USDT_BTC\"}");
    CHECK(found[2].ended == trade::outcome::accepted);
    CHECK(found[2].http_status == 201);
    CHECK(found[2].trade_id == trade::smart_trade_id{30404547});
    CHECK(found[2].text == outcome.text);
    CHECK(found[3].identity.name == "b");
    CHECK(journal::read_facts(dir.file("journal.db")).size() == 4);
}

TEST_CASE("journal: a state directory belongs to one set of accounts for ever") {
    const test::temp_folder dir;
    asio::io_context ctx;
    { journal::journal first{dir.file("journal.db"), ctx.get_executor(), "paper 7:paper", {}}; }
    CHECK_THROWS_WITH_AS((journal::journal{dir.file("journal.db"), ctx.get_executor(), "https://x 7:real", {}}),
                         doctest::Contains("belongs to 'paper 7:paper', the configuration names 'https://x 7:real'"),
                         journal::unusable);
}

TEST_CASE("journal: a newer version's journal is refused, not guessed at") {
    const test::temp_folder dir;
    asio::io_context ctx;
    { store::database{dir.file("journal.db"), store::durability::full}.execute("PRAGMA user_version=3"); }
    const auto open = [&] { journal::journal{dir.file("journal.db"), ctx.get_executor(), "paper", {}}; };
    CHECK_THROWS_WITH_AS(
        open(),
        doctest::Contains("written by a newer version (schema 3, this one knows 2): start that version "
                          "again, or move the state directory away"),
        journal::unusable);
    dir.write("journal.db.v2", "the newer version's copy of what was ours");
    CHECK_THROWS_WITH_AS(open(), doctest::Contains(("or put " + dir.file("journal.db.v2") + " in its place").c_str()),
                         journal::unusable);
}

TEST_CASE("journal: a file that is no database is refused with what to do") {
    const test::temp_folder dir;
    const auto file = dir.write("journal.db", std::string(5000, 'x'));
    CHECK_THROWS_WITH_AS(journal::read_facts(file),
                         (file + ": file is not a database: move it away or restore a backup").c_str(),
                         journal::unusable);
}

TEST_CASE("journal: damage in the middle of the file is found at the start, not while trading") {
    const test::temp_folder dir;
    const auto file = dir.file("journal.db");
    asio::io_context ctx;
    {
        journal::journal j{file, ctx.get_executor(), "paper", {}};
        std::vector<fact> many;
        for (int i = 0; i < 500; ++i) many.push_back(intent("t" + std::to_string(i), "nonce" + std::to_string(i)));
        record_all(j, ctx, std::move(many));
    }
    const auto size = std::filesystem::file_size(file);
    REQUIRE(size > 40'000);
    std::fstream damage{file, std::ios::in | std::ios::out | std::ios::binary};
    damage.seekp(static_cast<std::streamoff>(size / 2 / 4096 * 4096));
    damage << std::string(4096, 'x');
    damage.close();
    CHECK_THROWS_WITH_AS((journal::journal{file, ctx.get_executor(), "paper", {}}),
                         (file + ": the database is damaged: move it away or restore a backup").c_str(),
                         journal::unusable);
}

TEST_CASE("journal: facts that come at one time are durable together, and each caller hears of it") {
    const test::temp_folder dir;
    asio::io_context ctx;
    journal::journal j{dir.file("journal.db"), ctx.get_executor(), "paper", {}};
    std::vector<fact> many;
    for (int i = 0; i < 200; ++i) many.push_back(intent("t" + std::to_string(i), "nonce" + std::to_string(i)));
    CHECK(record_all(j, ctx, std::move(many)) == 200);
    CHECK(journal::read_facts(dir.file("journal.db")).size() == 201);
}

TEST_CASE("journal: a query tells intent, request and outcome of each create") {
    const test::temp_folder dir;
    asio::io_context ctx;
    auto request = intent("a", "abcdefgh");
    request.kind = fact_kind::request;
    request.text = "POST /v2/smart_trades 27 bytes";
    auto outcome = request;
    outcome.kind = fact_kind::outcome;
    outcome.ended = trade::outcome::unknown;
    {
        journal::journal j{dir.file("journal.db"), ctx.get_executor(), "paper", {}};
        record_all(j, ctx, {intent("a", "abcdefgh"), request, outcome, intent("b", "bbbbbbbb")});
    }
    store::database db{dir.file("journal.db"), store::durability::full};
    auto rows = db.prepare("SELECT name, request, outcome, trade_id FROM create_attempt ORDER BY name");
    REQUIRE(rows.step());
    CHECK(rows.text(0) == "a");
    CHECK(rows.text(1) == "POST /v2/smart_trades 27 bytes");
    CHECK(rows.text(2) == "unknown");
    CHECK(rows.is_null(3));
    REQUIRE(rows.step());
    CHECK(rows.is_null(2));
}

TEST_CASE("journal: what a killed process wrote without syncing it is durable once the next run has read it") {
    int found = 0;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        CAPTURE(seed);
        test::memory_disk disk{seed};
        base::prng draw{seed};
        asio::io_context ctx;
        const auto open = [&] { return journal::journal{"journal.db", ctx.get_executor(), "paper 7", {}}; };
        { const auto made = open(); }
        {
            auto first = open();
            const auto facts_before = record_all(first, ctx, {intent("b", "bbbbbbbb")});
            REQUIRE(facts_before == 1);
            disk.before = [&disk](test::memory_disk::operation what, const std::string&) {
                if (what == test::memory_disk::operation::sync) disk.kill();
            };
            CHECK(record_all(first, ctx, {intent("a", "abcdefgh")}) == 0);
            disk.before = {};
        }
        const auto count = [](journal::journal& of) {
            int facts = 0;
            of.for_each([&facts](const fact&) { ++facts; });
            return facts;
        };
        int read = 0;
        {
            auto second = open();
            read = count(second);
            disk.lose_power(draw);
        }
        auto third = open();
        CHECK(count(third) == read);
        found += read == 3 ? 1 : 0;
    }
    CHECK(found > 0);
}

TEST_CASE("journal: a start reads of requests no body, and of what was observed of a trade only the newest text") {
    const test::temp_folder dir;
    asio::io_context ctx;
    journal::journal j{dir.file("journal.db"), ctx.get_executor(), "paper", {}};
    std::vector<fact> many;
    for (const auto* name : {"a", "b"})
        for (const auto* text : {"first", "second", "third"}) {
            many.push_back(test::make_fact(fact_kind::observed, name, ""));
            many.back().text = text;
        }
    many.push_back(test::make_fact(fact_kind::request, "a", "abcdefgh"));
    many.back().text = "POST", many.back().body = "{}";
    record_all(j, ctx, std::move(many));
    std::vector<std::string> texts;
    for (const auto& f : test::all_facts(j)) texts.push_back(f.text + f.body);
    CHECK(texts == std::vector<std::string>{"paper", "", "", "third", "", "", "third", "POST"});
}

TEST_CASE("journal: who writes for others goes on with its own work once its own facts are durable") {
    const test::temp_folder dir;
    asio::io_context ctx;
    journal::journal j{dir.file("journal.db"), ctx.get_executor(), "paper", {}};
    bool first_is_back = false;
    int rounds_waited = 0;
    const auto once = [&](bool is_first) -> asio::awaitable<void> {
        std::vector<fact> one{intent("first", "first")};
        co_await j.record(std::move(one));
        if (is_first) first_is_back = true;
    };
    const auto for_ever = [&]() -> asio::awaitable<void> {
        while (!first_is_back && rounds_waited < 50) {
            ++rounds_waited;
            co_await once(false);
        }
    };
    const auto no_failure = [](std::exception_ptr e) { CHECK(!e); };
    asio::co_spawn(ctx, once(true), no_failure);
    for (int i = 0; i < 3; ++i) asio::co_spawn(ctx, for_ever(), no_failure);
    ctx.run();
    CHECK(rounds_waited < 10);
}
