#include "store/plain_file.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sqlite3.h>

#include "store/database.hpp"

namespace smarttrade::store {

namespace {

sqlite3_vfs* disk() { return sqlite3_vfs_find(nullptr); }

void check(int code, const std::string& path) {
    if (code != SQLITE_OK) throw store_error{code & 0xff, fmt::format("{}: {}", path, sqlite3_errstr(code))};
}

} // namespace

struct plain_file::open_file {
    explicit open_file(std::string of)
        : path{std::move(of)}, memory(static_cast<std::size_t>(disk()->szOsFile) / sizeof(std::max_align_t) + 1) {
        // As SQLite opens a rollback journal: without locks, and the first sync of a new one syncs its name too.
        constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MAIN_JOURNAL;
        check(disk()->xOpen(disk(), path.c_str(), file(), flags, nullptr), path);
    }
    open_file(const open_file&) = delete;
    open_file& operator=(const open_file&) = delete;
    ~open_file() { file()->pMethods->xClose(file()); }

    sqlite3_file* file() { return static_cast<sqlite3_file*>(static_cast<void*>(memory.data())); }

    std::string path; ///< the disk keeps a pointer to it
    std::vector<std::max_align_t> memory;
};

plain_file::plain_file(std::string path) : held_{std::make_unique<open_file>(std::move(path))} {}
plain_file::plain_file(plain_file&&) noexcept = default;
plain_file& plain_file::operator=(plain_file&&) noexcept = default;
plain_file::~plain_file() = default;

std::size_t plain_file::size() const {
    sqlite3_int64 size = 0;
    check(held_->file()->pMethods->xFileSize(held_->file(), &size), held_->path);
    return static_cast<std::size_t>(size);
}

std::string plain_file::read(std::size_t most) const {
    std::string bytes(std::min(most, size()), '\0');
    if (bytes.empty()) return bytes;
    const int count = static_cast<int>(bytes.size());
    check(held_->file()->pMethods->xRead(held_->file(), bytes.data(), count, 0), held_->path);
    return bytes;
}

/// In pieces as large as a database's largest page: SQLite's disk for Unix looks at the lower 17 bits of a size only.
void plain_file::write(std::string_view bytes) {
    constexpr std::size_t most = 65'536;
    for (std::size_t at = 0; at < bytes.size(); at += most) {
        const auto piece = bytes.substr(at, most);
        const auto offset = static_cast<sqlite3_int64>(at);
        const int count = static_cast<int>(piece.size());
        check(held_->file()->pMethods->xWrite(held_->file(), piece.data(), count, offset), held_->path);
    }
}

void plain_file::sync() { check(held_->file()->pMethods->xSync(held_->file(), SQLITE_SYNC_NORMAL), held_->path); }

bool plain_file::exists(const std::string& path) {
    int there = 0;
    return disk()->xAccess(disk(), path.c_str(), SQLITE_ACCESS_EXISTS, &there) == SQLITE_OK && there != 0;
}

void plain_file::remove(const std::string& path) {
    const int code = disk()->xDelete(disk(), path.c_str(), 1);
    if (code != SQLITE_IOERR_DELETE_NOENT) check(code, path);
}

} // namespace smarttrade::store
