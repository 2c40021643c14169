#pragma once

#include <sqlite3.h>

#include <limits>
#include <map>
#include <string_view>

#include "support/memory_disk.hpp"
#include "support/memory_file.hpp"

namespace smarttrade::test {

struct open_file;

/// The wal-index that connections to one database share. It is never on the disk.
struct shared_memory {
    std::vector<std::unique_ptr<byte_list>> regions;
};

/// A file that a name leads to, and who has it open.
struct disk_file {
    std::string path; ///< empty: SQLite's temporary file, which goes with its handle
    memory_file bytes{};
    std::vector<open_file*> opened{}; ///< by the living process
    std::weak_ptr<shared_memory> memory{};
};

/// What SQLite holds of an open file.
struct open_file {
    std::shared_ptr<disk_file> of;
    std::uint64_t life; ///< the process that opened it
    bool syncs_folder;  ///< with its first sync
    int level = SQLITE_LOCK_NONE;
    std::shared_ptr<shared_memory> memory{};
    unsigned shared_slots = 0, exclusive_slots = 0; ///< of the shared memory, a bit each
};

using name_list = std::map<std::string, std::shared_ptr<disk_file>>;

/// The files, their names and the registered VFS.
class disk_image {
public:
    disk_image(memory_disk& owner, std::uint64_t seed);
    disk_image(const disk_image&) = delete;
    disk_image& operator=(const disk_image&) = delete;
    ~disk_image();

    void kill();
    void lose_power(base::prng& draw);
    bool dead(const open_file& which) const { return which.life != life_; }

    /// SQLITE_OK: it may happen. Asks `before`, so the process may be another one afterwards.
    int attempt(memory_disk::operation what, const std::string& path);
    int open(const char* path, int flags, std::unique_ptr<open_file>& out);
    void close(std::unique_ptr<open_file> which);
    void sync(open_file& which);
    int remove(const std::string& path, bool with_folder);

    std::size_t bytes() const;
    bool has_room(const open_file& of, std::size_t end) const; ///< for a write up to there

    name_list names; ///< as the living process sees them
    memory_disk::trouble trouble = memory_disk::trouble::none;
    std::size_t capacity = std::numeric_limits<std::size_t>::max();
    base::prng random;

private:
    void sync_folder(std::string_view folder);

    memory_disk& owner_;
    sqlite3_vfs vfs_{};
    name_list synced_names_;  ///< what power loss may fall back to
    std::uint64_t life_ = 0;  ///< counts the processes that ended
    std::size_t handles_ = 0; ///< open ones, the dead included
};

/// Names the calls by which SQLite uses `disk`. The disk outlives the registration.
void fill(sqlite3_vfs& out, disk_image& disk);

} // namespace smarttrade::test
