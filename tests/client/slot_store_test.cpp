#include "client/rate_limiter.hpp"
#include "client/sqlite_slot_store.hpp"
#include "support/memory_disk.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include <unistd.h>

using namespace smarttrade::client;
using namespace std::chrono_literals;
using trust = left_behind::trust;

namespace {

constexpr mono_time now = mono_time{} + 1h;

/// A folder that goes with the test.
struct scratch {
    scratch() {
        std::filesystem::path pattern = std::filesystem::temp_directory_path() / "slot_store_XXXXXX";
        auto text = pattern.string();
        REQUIRE(mkdtemp(text.data()) != nullptr);
        path = text;
    }
    ~scratch() { std::filesystem::remove_all(path); }
    std::string file() const { return (path / "limiter.db").string(); }
    std::filesystem::path path;
};

} // namespace

TEST_CASE("slot_store: a state directory that never sent starts free") {
    const scratch folder;
    sqlite_slot_store store{folder.file(), "main", "boot-1"};
    const auto left = store.load(now);
    CHECK(left.how == trust::exact);
    CHECK(left.memory.slots.empty());
}

TEST_CASE("slot_store: a restart in the same boot knows every slot, also those in flight") {
    const scratch folder;
    {
        sqlite_slot_store store{folder.file(), "main", "boot-1"};
        CHECK(store.replace({}));
        for (const std::int64_t id : {1, 2, 3}) CHECK(store.take({{id}, "GET /x", {}}, now - 1min));
        CHECK(store.settle({1}, now + 5s));
        CHECK(store.forget({3}));
        CHECK(store.keep({restraint_kind::silence, "", now + 300s, 300s}));
        CHECK(store.keep({restraint_kind::silence, "", now + 200s, 300s})); // the longer one stays
    }
    sqlite_slot_store store{folder.file(), "main", "boot-1"};
    const auto left = store.load(now + 10s);
    CHECK(left.how == trust::exact);
    REQUIRE(left.memory.slots.size() == 2);
    CHECK(left.memory.slots[0].settled_at == now + 5s);
    CHECK(left.memory.slots[0].request == "GET /x");
    CHECK_FALSE(left.memory.slots[1].settled_at.has_value());
    REQUIRE(left.memory.restraints.size() == 1);
    CHECK(left.memory.restraints[0].until == now + 300s);

    rate_limiter limiter{{{"", 3, 60s, 300s, 0}}, 15s, std::make_shared<ip_ban>()};
    limiter.restore(left.memory, now + 10s);
    CHECK(limiter.reading(now + 10s).limits[0].used == 2);
    CHECK(limiter.reading(now + 10s).limits[0].silent_until == now + 300s);
    CHECK(limiter.reading(now + 66s).limits[0].used == 1);
    CHECK(limiter.reading(now + 84s).limits[0].used == 1); // in flight at the kill: restart, timeout and window
    CHECK(limiter.reading(now + 86s).limits[0].used == 0);
}

TEST_CASE("slot_store: after another boot nothing is known but that silence was asked for") {
    const scratch folder;
    {
        sqlite_slot_store store{folder.file(), "main", "boot-1"};
        CHECK(store.replace({{{{1}, "GET /x", now}}, {{restraint_kind::silence, "", now + 100s, 300s}}}));
    }
    for (const char* boot : {"boot-2", ""}) {
        sqlite_slot_store store{folder.file(), "main", boot};
        const auto left = store.load(mono_time{} + 3s);
        CHECK(left.how == trust::doubtful);
        CHECK(left.memory.slots.empty());
        REQUIRE(left.memory.restraints.size() == 1);
        CHECK(left.memory.restraints[0].until == mono_time{} + 303s);
    }
}

TEST_CASE("slot_store: keys that share the file do not see each other's slots") {
    const scratch folder;
    sqlite_slot_store mine{folder.file(), "main", "boot-1"};
    sqlite_slot_store other{folder.file(), "second", "boot-1"};
    CHECK(mine.replace({}));
    CHECK(other.replace({}));
    CHECK(mine.take({{1}, "GET /x", {}}, now));
    CHECK(other.take({{1}, "GET /y", {}}, now));
    CHECK(other.forget({1}));
    CHECK(mine.load(now).memory.slots.size() == 1);
}

TEST_CASE("slot_store: an unreadable file is begun anew and counts as a full window") {
    const scratch folder;
    std::ofstream{folder.file()} << std::string(8192, 'x');
    sqlite_slot_store store{folder.file(), "main", "boot-1"};
    CHECK(store.load(now).how == trust::doubtful);
    CHECK(store.replace({}));
    CHECK(sqlite_slot_store{folder.file(), "main", "boot-1"}.load(now).how == trust::exact);
}

TEST_CASE("slot_store: in a file that was begun anew no key counts as one that never sent") {
    const scratch folder;
    {
        sqlite_slot_store other{folder.file(), "second", "boot-1"};
        CHECK(other.replace({{{{1}, "GET /x", now}}, {}}));
    }
    std::ofstream{folder.file()} << std::string(8192, 'x');
    sqlite_slot_store{folder.file(), "main", "boot-1"}; // killed before its first word
    for (const char* key : {"main", "second", "third"}) {
        sqlite_slot_store store{folder.file(), key, "boot-1"};
        CHECK(store.load(now).how == trust::doubtful);
    }
}

TEST_CASE("slot_store: what a failing disk hides is there again when it works") {
    smarttrade::test::memory_disk disk{1};
    {
        sqlite_slot_store store{"limiter.db", "main", "boot-1"};
        CHECK(store.replace({{{{1}, "GET /x", now}}, {}}));
    }
    disk.set_trouble(smarttrade::test::memory_disk::trouble::io_error);
    {
        sqlite_slot_store blind{"limiter.db", "main", "boot-1"};
        CHECK_FALSE(blind.replace({}));
    }
    disk.set_trouble(smarttrade::test::memory_disk::trouble::none);
    sqlite_slot_store store{"limiter.db", "main", "boot-1"};
    CHECK(store.load(now).memory.slots.size() == 1);
}

TEST_CASE("slot_store: a restraint is forgotten once it is over, so that a later boot does not count it again") {
    sqlite_slot_store store{":memory:", "main", "boot-1"};
    CHECK(store.replace({}));
    CHECK(store.keep({restraint_kind::silence, "", now + 300s, 300s}));
    CHECK(store.keep({restraint_kind::half_share, "", now + 900s, 900s}));
    CHECK(store.take({{1}, "GET /x", {}}, now + 301s));
    const auto left = store.load(now + 400s).memory.restraints;
    REQUIRE(left.size() == 1);
    CHECK(left[0].kind == restraint_kind::half_share);
    CHECK(left[0].until == now + 900s);
}

TEST_CASE("slot_store: a disk that cannot be used is told, not thrown") {
    sqlite_slot_store store{"/proc/no/such/folder/limiter.db", "main", "boot-1"};
    CHECK(store.load(now).how == trust::doubtful);
    CHECK_FALSE(store.take({{1}, "GET /x", {}}, now));
    CHECK_FALSE(store.settle({1}, now));
    CHECK_FALSE(store.replace({}));
}

TEST_CASE("slot_store: slots that weigh on no limit any more are dropped") {
    sqlite_slot_store store{":memory:", "main", "boot-1"};
    CHECK(store.replace({{{{1}, "GET /x", now}, {{2}, "GET /x", {}}}, {}}));
    CHECK(store.take({{3}, "GET /x", {}}, now + 1ns));
    CHECK(store.load(now).memory.slots.size() == 2);
}

TEST_CASE("slot_store: this machine tells its boot") { CHECK(read_boot_id().size() == 36); }

TEST_CASE("slot_store: after power loss a key that has sent is never taken for one that has not") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        CAPTURE(seed);
        smarttrade::test::memory_disk disk{seed};
        smarttrade::base::prng draw{seed};
        {
            sqlite_slot_store store{"limiter.db", "main", "boot-1"};
            CHECK(store.load(now).how == trust::exact);
            CHECK(store.replace({}));
            CHECK(store.take({{1}, "GET /x", {}}, now));
            CHECK(store.keep({restraint_kind::silence, "", now + 300s, 300s}));
            disk.lose_power(draw);
        }
        sqlite_slot_store store{"limiter.db", "main", "boot-2"};
        const auto left = store.load(now);
        CHECK(left.how == trust::doubtful);
        CHECK(left.memory.restraints.size() == 1); // a penalty outlasts a window
    }
}
