#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/prng.hpp"

namespace smarttrade::test {

class disk_image;

/// A disk in memory, as SQLite's default VFS while it lives: databases opened by path live on it. It knows what was
/// synced, and dies, loses power and misbehaves on order. The same calls with the same seed leave the same bytes: time
/// stands still on it, nobody sleeps, and SQLite's own random numbers start anew with each disk.
///
/// For one thread, and one disk at a time. Every connection closes before the disk goes, also those a kill left behind
/// (asserted). Folders need not exist: a path is only a name; what stands before its last `/` is the folder that is
/// synced as a whole.
class memory_disk {
public:
    /// What changes a disk. Files without a name (SQLite's temporary ones) are no part of it.
    enum class operation { write, sync, truncate, remove };
    /// full: every write fails with SQLITE_FULL. io_error: every operation fails with an SQLITE_IOERR and changes
    /// nothing, so what a failed sync was to keep stays unsynced.
    enum class trouble { none, full, io_error };

    explicit memory_disk(std::uint64_t seed = 1);
    memory_disk(const memory_disk&) = delete;
    memory_disk& operator=(const memory_disk&) = delete;
    ~memory_disk();

    /// The process that uses the disk ends here and now, be it in the middle of a transaction: every handle opened
    /// before fails from now on with SQLITE_IOERR and changes nothing, its locks and shared memory are gone. What was
    /// written stays. New opens work at once.
    void kill();

    /// As `kill`, and of what was written to a file after its last successful sync all, nothing or a random part
    /// survives, torn at sectors of 512 bytes; bytes that a write did not touch are never damaged. A truncate counts
    /// as such a write. A file never synced may be gone, a removal not synced undone. The first sync of a new
    /// journal or -wal also syncs its folder, as SQLite's own VFS for Unix does.
    void lose_power(base::prng& draw);

    void set_trouble(trouble what);
    /// A write that would make the files larger than this together fails with SQLITE_FULL; what is written over what is
    /// there goes through.
    void set_capacity(std::size_t bytes);

    /// Called before each operation. It may call `kill`, `lose_power` or `set_trouble` and replace itself: after the
    /// first two the operation does not happen. It opens or closes nothing here and throws nothing: it runs below
    /// SQLite's C frames, where an exception ends the program.
    std::function<void(operation, const std::string& path)> before;

    bool exists(const std::string& path) const;
    std::vector<std::string> files() const;              ///< paths in order
    std::string contents(const std::string& path) const; ///< as a reader sees them now; empty without such a file
    /// Whether power loss would leave these bytes in the file.
    bool is_synced(const std::string& path, std::string_view bytes) const;
    std::size_t bytes() const;                           ///< sum of the sizes of all files, as a reader sees them
    std::size_t unsynced_bytes() const;                  ///< written since the last sync of each file

private:
    std::unique_ptr<disk_image> image_;
};

} // namespace smarttrade::test
