#include <filesystem>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "journal/doomed_disk.hpp"
#include "journal/facts.hpp"
#include "journal/journal.hpp"
#include "journal/schema.hpp"
#include "store/database.hpp"
#include "support/memory_disk.hpp"
#include "support/temp_folder.hpp"

using namespace smarttrade;
using reconcile::fact_kind;
using test::intent;
namespace asio = boost::asio;

namespace {

/// As the first released version made it, and as such a word of its own: a journal on a user's disk does not change
/// when our sources do.
constexpr std::string_view first_version = R"(
CREATE TABLE event (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    account INTEGER,
    name TEXT,
    revision INTEGER,
    nonce TEXT,
    trade_id INTEGER,
    outcome TEXT,
    http_status INTEGER,
    body TEXT,
    text TEXT
);
CREATE INDEX event_by_trade ON event (account, name, revision);
CREATE INDEX event_by_nonce ON event (nonce) WHERE nonce IS NOT NULL;
CREATE VIEW create_attempt AS
    SELECT i.account, i.name, i.revision, i.nonce, i.at AS intent_at, r.at AS request_at, r.text AS request,
           o.at AS outcome_at, o.outcome, o.http_status, b.trade_id, b.text AS evidence
    FROM event i
    LEFT JOIN event r ON r.nonce = i.nonce AND r.kind = 'request'
    LEFT JOIN event o ON o.nonce = i.nonce AND o.kind = 'outcome'
    LEFT JOIN event b ON b.nonce = i.nonce AND b.kind = 'bound'
    WHERE i.kind = 'intent';
INSERT INTO event (at, kind, text) VALUES ('2026-03-02T09:00:00.000Z', 'binding', 'paper');
INSERT INTO event (at, kind, account, name, revision, nonce, body, text) VALUES
    ('2026-03-02T09:00:01.123Z', 'intent', 7, 'a', 2, 'abcdefgh', '{"pair":"USDT_BTC"}', 'USDT_BTC');
INSERT INTO event (at, kind, account, name, revision, nonce, trade_id, outcome, http_status) VALUES
    ('2026-03-02T09:00:02.123Z', 'outcome', 7, 'a', 2, 'abcdefgh', 30404547, 'accepted', 201);
PRAGMA user_version=1;
)";

void make_first_version(const std::string& path) {
    store::database{path, store::durability::full}.execute(first_version);
}

std::int64_t version_in(const std::string& path) {
    auto db = store::database::for_reading(path);
    return journal::version_of(db);
}

/// What decides, in few words.
std::string told_by(journal::journal& of) {
    std::string all;
    for (const auto& f : test::all_facts(of)) all += std::string{base::name_of(f.kind)} + ' ' + f.identity.name + ' ';
    return all;
}

constexpr auto all_three = "binding  intent a outcome a ";

} // namespace

TEST_CASE("migration: a journal of version 1 is brought forward, and every fact of it stays word for word") {
    const test::temp_folder dir;
    const auto file = dir.file("journal.db");
    make_first_version(file);
    const auto before = journal::read_facts(file);
    asio::io_context ctx;
    {
        journal::journal j{file, ctx.get_executor(), "paper", {}};
        CHECK(told_by(j) == all_three);
        CHECK(test::record_one(j, ctx, intent("b", "bbbbbbbb")).has_value());
    }
    CHECK(version_in(file) == journal::schema_version);
    const auto after = journal::read_facts(file);
    REQUIRE(before.size() == 3);
    REQUIRE(after.size() == 4);
    CHECK(after[2].trade_id == trade::smart_trade_id{30404547});
    CHECK(after[1].body == before[1].body);
    CHECK(after[1].at == before[1].at);
    auto migrated = store::database::for_reading(file);
    CHECK(journal::layout_of(migrated) == journal::expected_layout(journal::schema_version));
}

TEST_CASE("migration: the way back is a copy of the old journal beside the new, and only where there was an old one") {
    const test::temp_folder dir;
    const auto file = dir.file("journal.db");
    asio::io_context ctx;
    { journal::journal fresh{dir.file("fresh.db"), ctx.get_executor(), "paper", {}}; }
    CHECK_FALSE(std::filesystem::exists(dir.file("fresh.db.v1")));
    make_first_version(file);
    dir.write("journal.db.v1", "left by a migration that was killed");
    { journal::journal j{file, ctx.get_executor(), "paper", {}}; }
    CHECK(version_in(dir.file("journal.db.v1")) == 1);
    CHECK(journal::read_facts(dir.file("journal.db.v1")).size() == 3);
    auto copy = store::database::for_reading(dir.file("journal.db.v1"));
    CHECK(journal::layout_of(copy) == journal::expected_layout(1));
}

TEST_CASE("migration: killed or without power at any moment, the old journal is whole and the next start finishes") {
    int deaths = 0;
    for (const auto how : {test::death::kill, test::death::power_loss})
        for (int at = 1;; ++at) {
            CAPTURE(at);
            asio::io_context ctx;
            test::doomed_disk world{how, at, static_cast<std::uint64_t>(at), [] { make_first_version("journal.db"); }};
            try {
                journal::journal j{"journal.db", ctx.get_executor(), "paper", {}, 4096};
            } catch (const store::store_error& failed) {
                CHECK(failed.code() == 10);
            }
            world.spare();
            {
                const auto found = version_in("journal.db");
                CHECK((found == 1 || found == journal::schema_version));
                auto db = journal::open_for_reading("journal.db");
                CHECK(journal::layout_of(db) == journal::expected_layout(found));
            }
            journal::journal next{"journal.db", ctx.get_executor(), "paper", {}, 4096};
            CHECK(told_by(next) == all_three);
            CHECK_FALSE(next.was_restored());
            if (!world.died) break;
            ++deaths;
        }
    CHECK(deaths > 40);
}

TEST_CASE("migration: on a full disk the old journal stays and serves, and is brought forward once there is room") {
    test::memory_disk disk{1};
    asio::io_context ctx;
    make_first_version("journal.db");
    disk.set_capacity(disk.bytes() + 4096);
    {
        journal::journal j{"journal.db", ctx.get_executor(), "paper", {}};
        CHECK(told_by(j) == all_three);
        CHECK_FALSE(test::record_one(j, ctx, intent("b", "bbbbbbbb")).has_value());
    }
    CHECK(version_in("journal.db") == 1);
    CHECK_FALSE(disk.exists("journal.db.v1"));
    disk.set_capacity(disk.bytes() + 100'000'000);
    journal::journal j{"journal.db", ctx.get_executor(), "paper", {}};
    CHECK(told_by(j) == all_three);
    CHECK(version_in("journal.db") == journal::schema_version);
}

TEST_CASE("migration: people find what became of each write in a view") {
    const test::temp_folder dir;
    asio::io_context ctx;
    auto write = test::make_fact(fact_kind::write, "a", "wwwwwwww");
    write.text = "add_funds avg-1";
    auto written = test::make_fact(fact_kind::written, "a", "wwwwwwww");
    written.ended = trade::outcome::unknown;
    auto settled = written;
    settled.kind = fact_kind::settled;
    settled.ended = trade::outcome::accepted;
    settled.text = "one new order";
    {
        journal::journal j{dir.file("journal.db"), ctx.get_executor(), "paper", {}};
        test::record_each(j, ctx, {write, written, settled});
    }
    auto db = store::database::for_reading(dir.file("journal.db"));
    auto rows = db.prepare("SELECT name, action, outcome, settled, evidence FROM write_attempt");
    REQUIRE(rows.step());
    CHECK(rows.text(0) == "a");
    CHECK(rows.text(1) == "add_funds avg-1");
    CHECK(rows.text(2) == "unknown");
    CHECK(rows.text(3) == "accepted");
    CHECK(rows.text(4) == "one new order");
    CHECK_FALSE(rows.step());
}
