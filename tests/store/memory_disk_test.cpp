#include "support/memory_disk.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <optional>

#include "store/database.hpp"
#include "support/memory_file.hpp"

using namespace smarttrade;
using store::database, store::durability, store::store_error, store::transaction;
using test::memory_disk;

namespace {

const std::string path = "/state/journal.db";

template <class Action> int code_of(Action action) {
    try {
        action();
    } catch (const store_error& error) {
        return error.code();
    }
    return 0;
}

/// Transaction `number` in two halves, so that half a transaction shows.
void add(database& db, int number) {
    transaction whole{db};
    for (int half = 0; half < 2; ++half) {
        auto insert = db.prepare("INSERT INTO t VALUES(?1, ?2, ?3)");
        insert.bind(1, number).bind(2, half).bind(3, std::string(static_cast<std::size_t>(number * 997 % 3000), 'x'));
        insert.step();
    }
    whole.commit();
}

void make_table(database& db) { db.execute("CREATE TABLE IF NOT EXISTS t(number INTEGER, half INTEGER, bytes TEXT)"); }

/// How a database is used until it dies.
struct story {
    durability level = durability::full;
    int transactions = 7;
    const char* after_open = "";  ///< SQL
    const char* after_third = ""; ///< SQL run after each third transaction
};

/// The number of the last acknowledged transaction. The file is closed at the end, which checkpoints it.
int live(const story& told) {
    int acknowledged = 0;
    try {
        database db{path, told.level};
        db.execute(told.after_open);
        make_table(db);
        while (acknowledged < told.transactions) {
            add(db, acknowledged + 1);
            ++acknowledged;
            if (acknowledged % 3 == 0) db.execute(told.after_third);
        }
    } catch (const store_error& error) {
        CHECK(error.code() == 10);
    }
    return acknowledged;
}

/// The number of the last transaction there, after a look at the soundness of the file and of all before.
int audit(database& db) {
    auto check = db.prepare("PRAGMA integrity_check");
    REQUIRE(check.step());
    REQUIRE(check.text(0) == "ok");
    make_table(db);
    auto all =
        db.prepare("SELECT number, count(*), sum(half), min(length(bytes)) FROM t GROUP BY number ORDER BY number");
    int last = 0;
    while (all.step()) {
        ++last;
        const bool next = all.integer(0) == last; // none is missing before it
        const bool whole = all.integer(1) == 2 && all.integer(2) == 1 && all.integer(3) == last * 997 % 3000;
        REQUIRE((next && whole));
    }
    return last;
}

int audit() {
    database db{path, durability::full};
    return audit(db);
}

using death = void (*)(memory_disk&, base::prng&);
void killed(memory_disk& disk, base::prng&) { disk.kill(); }
void unplugged(memory_disk& disk, base::prng& draw) { disk.lose_power(draw); }

struct ending {
    int acknowledged = 0, there = 0;
};

/// One world that dies at its operation number `at`; nothing if it ended before. Whatever was left, the next process
/// works on it.
std::optional<ending> die(const story& told, death how, int at, std::uint64_t seed) {
    memory_disk disk;
    base::prng draw{seed};
    bool died = false;
    disk.before = [&](memory_disk::operation, const std::string&) {
        if (--at > 0 || died) return;
        died = true;
        how(disk, draw);
    };
    ending end;
    end.acknowledged = live(told);
    if (!died) return std::nullopt;
    end.there = audit();
    {
        database next{path, durability::full};
        add(next, end.there + 1);
        disk.lose_power(draw);
    }
    CHECK(audit() == end.there + 1);
    return end;
}

/// Dies at each operation of the story, `stride` apart, and hands each ending to `check`. The number of deaths.
template <class Check> int die_everywhere(const story& told, death how, int seeds, int stride, Check check) {
    int deaths = 0;
    for (int seed = 1; seed <= seeds; ++seed)
        for (int at = 1;; at += stride) {
            CAPTURE(seed);
            CAPTURE(at);
            const auto end = die(told, how, at, static_cast<std::uint64_t>(seed));
            if (!end) break;
            ++deaths;
            REQUIRE(end->there <= end->acknowledged + 1); // the one that was under way may be there
            check(*end);
        }
    return deaths;
}

void keeps_all(const ending& end) { REQUIRE(end.there >= end.acknowledged); }

std::map<std::string, std::string> all_bytes(const memory_disk& disk) {
    std::map<std::string, std::string> bytes;
    for (const auto& name : disk.files()) bytes.emplace(name, disk.contents(name));
    return bytes;
}

} // namespace

TEST_CASE("memory disk: what FULL acknowledged survives power loss at each operation") {
    CHECK(die_everywhere({}, unplugged, 8, 1, keeps_all) > 300);
}

TEST_CASE("memory disk: what was acknowledged survives kill -9 at each operation") {
    CHECK(die_everywhere({}, killed, 1, 1, keeps_all) > 30);
    CHECK(die_everywhere({.level = durability::normal}, killed, 1, 1, keeps_all) > 20);
}

TEST_CASE("memory disk: NORMAL loses the newest at power loss, and the rest is sound") {
    int lost = 0, kept = 0;
    die_everywhere({.level = durability::normal}, unplugged, 8, 1, [&](const ending& end) {
        if (end.there < end.acknowledged) ++lost;
        if (end.there > 0) ++kept;
    });
    CHECK(lost > 0); // the disk does forget what was not synced
    CHECK(kept > 0);
}

TEST_CASE("memory disk: a checkpoint is sound under power loss and kill at each operation") {
    for (const auto level : {durability::full, durability::normal}) {
        for (const auto* checkpoint : {"PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA wal_checkpoint(RESTART)"}) {
            const story told{.level = level, .transactions = 10, .after_third = checkpoint};
            CHECK(die_everywhere(told, killed, 1, 1, keeps_all) > 40);
            const auto check = level == durability::full ? keeps_all : [](const ending&) {};
            CHECK(die_everywhere(told, unplugged, 3, 1, check) > 150);
        }
    }
    // SQLite's own checkpoints, which start the -wal over without a truncate
    const story own{.transactions = 12, .after_open = "PRAGMA wal_autocheckpoint=4"};
    CHECK(die_everywhere(own, unplugged, 3, 1, keeps_all) > 150);
}

TEST_CASE("memory disk: a -wal of more than 1000 pages is checkpointed soundly under power loss") {
    const story told{.transactions = 3,
                     .after_open = "CREATE TABLE IF NOT EXISTS big(b)",
                     .after_third = "INSERT INTO big VALUES(zeroblob(4500000)); INSERT INTO big VALUES(1)"};
    CHECK(die_everywhere(told, unplugged, 1, 97, keeps_all) > 30);
}

TEST_CASE("memory disk: a connection that a kill left behind changes nothing") {
    memory_disk disk;
    base::prng draw{1};
    std::optional<database> dead{std::in_place, path, durability::full};
    make_table(*dead);
    add(*dead, 1);
    std::optional<transaction> torn{std::in_place, *dead};
    dead->execute("INSERT INTO t VALUES(2, 0, '')");
    disk.kill();
    {
        database next{path, durability::full}; // and its locks are gone
        CHECK(audit(next) == 1);
        add(next, 2);
        CHECK(code_of([&] { torn->commit(); }) == 10);
        CHECK(code_of([&] { dead->prepare("SELECT * FROM t").step(); }) == 10);
        const auto before = all_bytes(disk);
        torn.reset();
        dead.reset();
        CHECK(all_bytes(disk) == before);
        add(next, 3);
        CHECK(audit(next) == 3);
    }
    CHECK(disk.files() == std::vector{path}); // closed in order: the -wal is gone
    disk.lose_power(draw);
    CHECK(audit() == 3);
}

TEST_CASE("memory disk: the next process reads the -wal anew, although a connection without power is still open") {
    int lost = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        memory_disk disk;
        base::prng draw{seed};
        database dead{path, durability::normal};
        make_table(dead);
        for (int number = 1; number <= 5; ++number) add(dead, number);
        disk.lose_power(draw);
        if (audit() < 5) ++lost;
    }
    CHECK(lost > 0);
}

TEST_CASE("memory disk: after a full disk or a failed write the next transaction succeeds") {
    struct row {
        memory_disk::trouble what;
        int code;
    };
    for (const row& r : {row{memory_disk::trouble::full, 13}, row{memory_disk::trouble::io_error, 10}}) {
        CAPTURE(r.code);
        memory_disk disk;
        base::prng draw{1};
        {
            database db{path, durability::full};
            make_table(db);
            add(db, 1);
            disk.set_trouble(r.what);
            CHECK(code_of([&] { add(db, 2); }) == r.code);
            CHECK(audit(db) == 1);
            disk.set_trouble(memory_disk::trouble::none);
            add(db, 2);
            CHECK(audit(db) == 2);
        }
        disk.lose_power(draw);
        CHECK(audit() == 2);
    }
}

TEST_CASE("memory disk: a failed sync leaves the bytes unsynced") {
    memory_disk disk;
    database db{path, durability::full};
    make_table(db);
    CHECK(disk.unsynced_bytes() == 0);
    disk.before = [&](memory_disk::operation what, const std::string&) {
        const bool at_sync = what == memory_disk::operation::sync;
        disk.set_trouble(at_sync ? memory_disk::trouble::io_error : memory_disk::trouble::none);
    };
    CHECK(code_of([&] { add(db, 1); }) == 10);
    CHECK(disk.unsynced_bytes() > 0);
    disk.before = nullptr;
    disk.set_trouble(memory_disk::trouble::none);
    add(db, 1);
    CHECK(disk.unsynced_bytes() == 0); // a sync forgets what it folded in
    CHECK(audit(db) == 1);
}

TEST_CASE("memory disk: two connections see each other's commits and exclude each other's writes") {
    const memory_disk disk;
    std::optional<database> first{std::in_place, path, durability::full};
    auto& one = *first;
    database other{path, durability::full};
    make_table(one);
    add(one, 1);
    CHECK(audit(other) == 1);
    add(other, 2);
    CHECK(audit(one) == 2);
    {
        transaction writing{one};
        CHECK(code_of([&] { transaction{other}; }) == 5); // busy, after the whole wait, which takes no time
        CHECK(audit(other) == 2);
    }
    add(other, 3);
    CHECK(audit(one) == 3);
    first.reset();
    CHECK(disk.exists(path + "-wal")); // in use by the other
    add(other, 4);
    CHECK(audit(other) == 4);
}

TEST_CASE("memory disk: without a -wal a reader keeps the writer out, and a dead one does not") {
    memory_disk disk;
    {
        database db{path, durability::full};
        make_table(db);
        add(db, 1);
        add(db, 2);
        db.execute("PRAGMA journal_mode=DELETE");
        auto reading = db.prepare("SELECT * FROM t");
        REQUIRE(reading.step());
        CHECK(code_of([&] { database{path, durability::full}; }) == 5); // cannot change the mode
        disk.kill();
        CHECK(audit() == 2);
    }
}

TEST_CASE("memory disk: the same calls leave the same bytes") {
    const auto run = [](std::uint64_t seed) {
        memory_disk disk{seed};
        base::prng draw{7};
        {
            database db{path, durability::normal};
            make_table(db);
            for (int number = 1; number < 50; ++number) add(db, number);
            disk.lose_power(draw);
        }
        database db{path, durability::full};
        make_table(db);
        for (int number = 1; number < 5; ++number) add(db, number);
        return all_bytes(disk);
    };
    const auto first = run(1);
    CHECK(first == run(1));
    CHECK(first != run(2)); // SQLite salts its -wal
    CHECK(first.contains(path + "-wal"));
}

TEST_CASE("memory disk: a new name not synced may be gone after power loss, a removal not synced undone") {
    int made = 0, back = 0;
    constexpr int worlds = 40;
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
        memory_disk disk;
        base::prng draw{seed};
        disk.before = [&](memory_disk::operation, const std::string&) { disk.lose_power(draw); };
        CHECK(live({}) == 0);
        if (disk.exists(path)) ++made;
        disk.before = nullptr;
        CHECK(live({}) == 7);
        CHECK_FALSE(disk.exists(path + "-wal")); // removed at the close
        disk.lose_power(draw);
        if (disk.exists(path + "-wal")) ++back;
        CHECK(audit() == 7);
    }
    CHECK(made > 0);
    CHECK(made < worlds);
    CHECK(back > 0);
    CHECK(back < worlds);
}

TEST_CASE("memory disk: power loss tears a write at sectors and damages nothing else") {
    constexpr auto sector = test::memory_file::sector_size;
    constexpr std::size_t from = 100, size = 5 * sector;
    int torn = 0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        CAPTURE(seed);
        base::prng draw{seed};
        test::memory_file file;
        file.write(0, test::byte_list(10 * sector, 'o').data(), 10 * sector);
        file.sync();
        file.write(from, test::byte_list(size, 'n').data(), size);
        file.truncate(9 * sector);
        CHECK(file.seen().size() == 9 * sector);
        file.lose_power(draw);
        const auto& left = file.seen();
        CHECK((left.size() == 9 * sector || left.size() == 10 * sector));
        int whole = 0, partly = 0, damaged = 0;
        for (std::size_t at = 0; at < left.size(); ++at) {
            const bool written = at >= from && at < from + size;
            if (!written && left[at] != 'o') ++damaged;
            if (!written || (at != from && at % sector != 0)) continue;
            // The piece of this sector that was written: it is all new or all old.
            const auto end = std::min(from + size, at + sector - at % sector);
            const auto fresh = static_cast<std::size_t>(std::count(left.data() + at, left.data() + end, 'n'));
            if (fresh == end - at) ++whole;
            if (fresh != end - at && fresh != 0) ++partly;
        }
        CHECK(damaged == 0);
        CHECK(partly == 0);
        if (whole > 0 && whole < 6) ++torn;
    }
    CHECK(torn > 0);
    CHECK(torn < 100);
}
