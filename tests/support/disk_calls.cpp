#include <algorithm>
#include <cstring>
#include <new>

#include "support/disk_image.hpp"

namespace smarttrade::test {

namespace {

constexpr sqlite3_int64 now_julian_ms = 212'570'827'200'000; // 2024-01-01 00:00:00 UTC

/// SQLite owns the memory of this.
struct slot : sqlite3_file {
    disk_image* disk;
    open_file* held;
};

disk_image& disk_of(sqlite3_file* given) { return *static_cast<slot*>(given)->disk; }
open_file& handle_of(sqlite3_file* given) { return *static_cast<slot*>(given)->held; }
disk_image& disk_of(sqlite3_vfs* given) { return *static_cast<disk_image*>(given->pAppData); }
bool is_dead(sqlite3_file* given) { return disk_of(given).dead(handle_of(given)); }

// ---- files ------------------------------------------------------------------------------------------------------
// SQLite calls these from C, so each is noexcept: an exception ends the program instead of crossing a C frame.

int attempt(sqlite3_file* given, memory_disk::operation what) {
    return is_dead(given) ? SQLITE_IOERR : disk_of(given).attempt(what, handle_of(given).of->path);
}

int close_file(sqlite3_file* given) noexcept {
    disk_of(given).close(std::unique_ptr<open_file>{&handle_of(given)});
    return SQLITE_OK;
}

int read_file(sqlite3_file* given, void* into, int count, sqlite3_int64 at) noexcept {
    if (is_dead(given)) return SQLITE_IOERR_READ;
    const auto& bytes = handle_of(given).of->bytes.seen();
    const auto size = static_cast<std::size_t>(count);
    const auto from = std::min(bytes.size(), static_cast<std::size_t>(at));
    const auto there = std::min(size, bytes.size() - from);
    auto* out = static_cast<unsigned char*>(into);
    std::copy_n(bytes.data() + from, there, out);
    std::fill_n(out + there, size - there, static_cast<unsigned char>(0)); // asked for by SQLite
    return there == size ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* given, const void* bytes, int count, sqlite3_int64 at) noexcept {
    if (const int code = attempt(given, memory_disk::operation::write); code != SQLITE_OK) return code;
    const auto end = static_cast<std::size_t>(at) + static_cast<std::size_t>(count);
    if (!disk_of(given).has_room(handle_of(given), end)) return SQLITE_FULL;
    handle_of(given).of->bytes.write(static_cast<std::size_t>(at), static_cast<const unsigned char*>(bytes),
                                     static_cast<std::size_t>(count));
    return SQLITE_OK;
}

int truncate_file(sqlite3_file* given, sqlite3_int64 size) noexcept {
    if (const int code = attempt(given, memory_disk::operation::truncate); code != SQLITE_OK) return code;
    handle_of(given).of->bytes.truncate(static_cast<std::size_t>(size));
    return SQLITE_OK;
}

int sync_file(sqlite3_file* given, int) noexcept {
    if (const int code = attempt(given, memory_disk::operation::sync); code != SQLITE_OK) return code;
    disk_of(given).sync(handle_of(given));
    return SQLITE_OK;
}

int file_size(sqlite3_file* given, sqlite3_int64* out) noexcept {
    if (is_dead(given)) return SQLITE_IOERR_FSTAT;
    *out = static_cast<sqlite3_int64>(handle_of(given).of->bytes.seen().size());
    return SQLITE_OK;
}

int file_control(sqlite3_file*, int, void*) noexcept { return SQLITE_NOTFOUND; }
int sector(sqlite3_file*) noexcept { return static_cast<int>(memory_file::sector_size); }
int characteristics(sqlite3_file*) noexcept { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

// ---- locks between the handles of a file ------------------------------------------------------------------------

bool other_holds(const open_file& mine, int level) {
    return std::ranges::any_of(mine.of->opened, [&](const auto* one) { return one != &mine && one->level >= level; });
}

int lock_file(sqlite3_file* given, int level) noexcept {
    if (is_dead(given)) return SQLITE_IOERR_LOCK;
    auto& mine = handle_of(given);
    if (mine.level >= level) return SQLITE_OK;
    if (level == SQLITE_LOCK_SHARED && other_holds(mine, SQLITE_LOCK_PENDING)) return SQLITE_BUSY;
    if (level == SQLITE_LOCK_RESERVED && other_holds(mine, SQLITE_LOCK_RESERVED)) return SQLITE_BUSY;
    if (level == SQLITE_LOCK_EXCLUSIVE) {
        if (other_holds(mine, SQLITE_LOCK_RESERVED)) return SQLITE_BUSY;
        mine.level = SQLITE_LOCK_PENDING; // keeps new readers out until those that are in have left
        if (other_holds(mine, SQLITE_LOCK_SHARED)) return SQLITE_BUSY;
    }
    mine.level = level;
    return SQLITE_OK;
}

int unlock_file(sqlite3_file* given, int level) noexcept {
    handle_of(given).level = std::min(handle_of(given).level, level);
    return SQLITE_OK;
}

int check_reserved(sqlite3_file* given, int* out) noexcept {
    if (is_dead(given)) return SQLITE_IOERR_CHECKRESERVEDLOCK;
    const auto& mine = handle_of(given);
    *out = mine.level >= SQLITE_LOCK_RESERVED || other_holds(mine, SQLITE_LOCK_RESERVED) ? 1 : 0;
    return SQLITE_OK;
}

// ---- shared memory ----------------------------------------------------------------------------------------------

int map_shared(sqlite3_file* given, int region, int size, int extend, void volatile** out) noexcept {
    *out = nullptr;
    if (is_dead(given)) return SQLITE_IOERR_SHMMAP;
    auto& mine = handle_of(given);
    if (!mine.memory) mine.memory = mine.of->memory.lock();
    if (!mine.memory) mine.of->memory = mine.memory = std::make_shared<shared_memory>();
    auto& regions = mine.memory->regions;
    const auto wanted = static_cast<std::size_t>(region);
    if (wanted >= regions.size() && extend == 0) return SQLITE_OK;
    while (wanted >= regions.size()) regions.push_back(std::make_unique<byte_list>(static_cast<std::size_t>(size)));
    *out = regions[wanted]->data();
    return SQLITE_OK;
}

int lock_shared(sqlite3_file* given, int first, int count, int flags) noexcept {
    auto& mine = handle_of(given);
    const unsigned slots = ((1U << static_cast<unsigned>(count)) - 1U) << static_cast<unsigned>(first);
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
        mine.shared_slots &= ~slots;
        mine.exclusive_slots &= ~slots;
        return SQLITE_OK;
    }
    if (is_dead(given)) return SQLITE_IOERR_SHMLOCK;
    const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    for (const auto* one : mine.of->opened) {
        const auto in_the_way = one->exclusive_slots | (exclusive ? one->shared_slots : 0U);
        if (one != &mine && (in_the_way & slots) != 0) return SQLITE_BUSY;
    }
    (exclusive ? mine.exclusive_slots : mine.shared_slots) |= slots;
    return SQLITE_OK;
}

void shared_barrier(sqlite3_file*) noexcept {} // one thread sees its own writes in order

int unmap_shared(sqlite3_file* given, int) noexcept {
    auto& mine = handle_of(given);
    mine.memory.reset(); // and with its last user it is gone
    mine.shared_slots = mine.exclusive_slots = 0;
    return SQLITE_OK;
}

sqlite3_io_methods make_file_methods() {
    sqlite3_io_methods made{};
    made.iVersion = 2; // with shared memory, without memory-mapped files
    made.xClose = close_file;
    made.xRead = read_file;
    made.xWrite = write_file;
    made.xTruncate = truncate_file;
    made.xSync = sync_file;
    made.xFileSize = file_size;
    made.xLock = lock_file;
    made.xUnlock = unlock_file;
    made.xCheckReservedLock = check_reserved;
    made.xFileControl = file_control;
    made.xSectorSize = sector;
    made.xDeviceCharacteristics = characteristics;
    made.xShmMap = map_shared;
    made.xShmLock = lock_shared;
    made.xShmBarrier = shared_barrier;
    made.xShmUnmap = unmap_shared;
    return made;
}

// ---- the disk as SQLite calls it --------------------------------------------------------------------------------

int open_path(sqlite3_vfs* vfs, const char* path, sqlite3_file* out, int flags, int* flags_out) noexcept {
    out->pMethods = nullptr; // nothing to close if this fails
    std::unique_ptr<open_file> opened;
    if (const int code = disk_of(vfs).open(path, flags, opened); code != SQLITE_OK) return code;
    static const sqlite3_io_methods methods = make_file_methods();
    new (out) slot{{&methods}, &disk_of(vfs), opened.release()};
    if (flags_out) *flags_out = flags;
    return SQLITE_OK;
}

int delete_path(sqlite3_vfs* vfs, const char* path, int with_folder) noexcept {
    return disk_of(vfs).remove(path, with_folder != 0);
}

int access_path(sqlite3_vfs* vfs, const char* path, int, int* out) noexcept {
    *out = disk_of(vfs).names.contains(path) ? 1 : 0; // and what exists may be read and written
    return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* path, int room, char* out) noexcept {
    const auto size = std::strlen(path) + 1;
    if (size > static_cast<std::size_t>(room)) return SQLITE_CANTOPEN;
    std::memcpy(out, path, size);
    return SQLITE_OK;
}

int draw_bytes(sqlite3_vfs* vfs, int count, char* out) noexcept {
    std::generate_n(out, count, [&] { return static_cast<char>(disk_of(vfs).random.below(256)); });
    return count;
}

int pass_time(sqlite3_vfs*, int microseconds) noexcept { return microseconds; }

int read_time(sqlite3_vfs*, sqlite3_int64* out) noexcept {
    *out = now_julian_ms;
    return SQLITE_OK;
}

} // namespace

void fill(sqlite3_vfs& out, disk_image& disk) {
    out.iVersion = 2;
    out.szOsFile = sizeof(slot);
    out.mxPathname = 1024;
    out.zName = "memory_disk";
    out.pAppData = &disk;
    out.xOpen = open_path;
    out.xDelete = delete_path;
    out.xAccess = access_path;
    out.xFullPathname = full_path;
    out.xRandomness = draw_bytes;
    out.xSleep = pass_time;
    out.xCurrentTimeInt64 = read_time;
}

} // namespace smarttrade::test
