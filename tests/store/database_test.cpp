#include "store/database.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <limits>

#include <stdlib.h>

using namespace smarttrade::store;

namespace {

struct scratch {
    scratch() {
        auto pattern = (std::filesystem::temp_directory_path() / "store_XXXXXX").string();
        REQUIRE(mkdtemp(pattern.data()) != nullptr);
        path = pattern;
    }
    scratch(const scratch&) = delete;
    scratch& operator=(const scratch&) = delete;
    ~scratch() { std::filesystem::remove_all(path); }
    std::string file(const std::string& name) const { return (path / name).string(); }
    std::filesystem::path path;
};

std::int64_t count(database& in) {
    auto all = in.prepare("SELECT count(*) FROM t");
    REQUIRE(all.step());
    return all.integer(0);
}

template <class Action> int code_of(Action action) {
    try {
        action();
    } catch (const store_error& error) {
        return error.code();
    }
    return 0;
}

} // namespace

TEST_CASE("store: what was written is read back byte for byte, also after closing the file") {
    const scratch folder;
    const auto path = folder.file("a.db");
    const std::string bytes{"a\0b\xff\xc3\xa4'; DROP TABLE t; --", 24};
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    {
        database db{path, durability::full};
        db.execute("CREATE TABLE t(i INTEGER, s TEXT, n TEXT)");
        auto insert = db.prepare("INSERT INTO t VALUES(?1, ?2, ?3)");
        insert.bind(1, most).bind(2, bytes).bind(3, nullptr);
        CHECK_FALSE(insert.step());
        insert.bind(1, -most).bind(2, std::string_view{}).bind(3, "x"); // a statement that is done runs again
        CHECK_FALSE(insert.step());
    }
    database db{path, durability::full};
    auto all = db.prepare("SELECT i, s, n FROM t ORDER BY i DESC");
    REQUIRE(all.step());
    CHECK(all.integer(0) == most);
    CHECK(all.text(1) == bytes);
    CHECK(all.is_null(2));
    REQUIRE(all.step());
    CHECK(all.integer(0) == -most);
    CHECK_FALSE(all.is_null(1)); // an empty text is not a missing one
    CHECK(all.text(1).empty());
    CHECK(all.text(2) == "x");
    CHECK_FALSE(all.step());
}

TEST_CASE("store: a transaction that is not committed leaves nothing behind") {
    database db{":memory:", durability::normal};
    db.execute("CREATE TABLE t(i)");
    {
        transaction dropped{db};
        db.execute("INSERT INTO t VALUES(1)");
    }
    CHECK(count(db) == 0);
    {
        transaction kept{db};
        db.execute("INSERT INTO t VALUES(1)");
        kept.commit();
    }
    CHECK(count(db) == 1);
}

TEST_CASE("store: an exception between two writes undoes the first") {
    database db{":memory:", durability::normal};
    db.execute("CREATE TABLE t(i INTEGER PRIMARY KEY)");
    const int code = code_of([&] {
        transaction whole{db};
        db.execute("INSERT INTO t VALUES(1)");
        db.execute("INSERT INTO t VALUES(1)");
        whole.commit();
    });
    CHECK(code == 19); // constraint
    CHECK(count(db) == 0);
}

TEST_CASE("store: a failure tells SQLite's code and the words to act on") {
    const scratch folder;
    std::ofstream{folder.file("garbage.db")} << std::string(8192, 'x');
    CHECK(code_of([&] { database{folder.file("garbage.db"), durability::full}; }) == 26);        // not a database
    CHECK(code_of([&] { database{folder.file("no/such/folder.db"), durability::full}; }) == 14); // cannot open
    database db{":memory:", durability::normal};
    CHECK(code_of([&] { db.prepare("SELECT * FROM nowhere"); }) == 1);
    CHECK_THROWS_WITH_AS(db.execute("SELECT * FROM nowhere"), doctest::Contains("no such table: nowhere"), store_error);
}

TEST_CASE("store: a full disk is told as such, and the old rows stay") {
    const scratch folder;
    database db{folder.file("a.db"), durability::full};
    db.execute("CREATE TABLE t(s TEXT); INSERT INTO t VALUES('old')");
    db.execute("PRAGMA max_page_count=10"); // SQLite's own way to run out of space
    auto insert = db.prepare("INSERT INTO t VALUES(?1)");
    insert.bind(1, std::string(1'000'000, 'x'));
    CHECK(code_of([&] { insert.step(); }) == 13);
    CHECK(count(db) == 1);
    insert.bind(1, "small"); // and the statement is usable again
    CHECK_FALSE(insert.step());
    CHECK(count(db) == 2);
}

TEST_CASE("store: two databases in memory are two") {
    database one{":memory:", durability::normal};
    database other{":memory:", durability::normal};
    one.execute("CREATE TABLE t(i)");
    CHECK(code_of([&] { other.execute("INSERT INTO t VALUES(1)"); }) == 1);
}
