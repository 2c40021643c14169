#include "store/database.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <vector>

#include <fmt/format.h>
#include <sqlite3.h>

namespace smarttrade::store {

namespace {

[[noreturn]] void fail(sqlite3* handle, int code, std::string_view doing) {
    const char* said = handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
    throw store_error{code & 0xff, fmt::format("{}: {}", doing, said)};
}

} // namespace

statement::statement(sqlite3_stmt* made) : handle_{made} {}

void statement::finalize::operator()(sqlite3_stmt* held) const { sqlite3_finalize(held); }

void statement::check(int code) const {
    if (code != SQLITE_OK) fail(sqlite3_db_handle(handle_.get()), code, sqlite3_sql(handle_.get()));
}

statement& statement::bind(int parameter, std::int64_t value) {
    check(sqlite3_bind_int64(handle_.get(), parameter, value));
    return *this;
}

statement& statement::bind(int parameter, std::string_view value) {
    // An empty view may hold a null pointer, which SQLite would store as NULL.
    const char* text = value.empty() ? "" : value.data();
    check(sqlite3_bind_text64(handle_.get(), parameter, text, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
    return *this;
}

statement& statement::bind(int parameter, std::nullptr_t) {
    check(sqlite3_bind_null(handle_.get(), parameter));
    return *this;
}

bool statement::step() {
    const int code = sqlite3_step(handle_.get());
    if (code == SQLITE_ROW) return true;
    const int ended = sqlite3_reset(handle_.get());
    if (code != SQLITE_DONE) fail(sqlite3_db_handle(handle_.get()), ended != SQLITE_OK ? ended : code, "step");
    return false;
}

void statement::reset() { sqlite3_reset(handle_.get()); }

std::int64_t statement::integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }

std::string statement::text(int column) const {
    const auto* bytes = sqlite3_column_blob(handle_.get(), column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
    return bytes ? std::string{static_cast<const char*>(bytes), size} : std::string{};
}

bool statement::is_null(int column) const { return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL; }

void database::close::operator()(sqlite3* held) const { sqlite3_close_v2(held); }

database::database(const std::string& path, durability level, sharing with) {
    sqlite3* opened = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
    handle_.reset(opened);
    if (code != SQLITE_OK) fail(opened, code, path);
    // A reader (status without a daemon, a person with sqlite3) may hold the file for a moment.
    sqlite3_busy_timeout(opened, with == sharing::anybody ? 5000 : 100);
    // Before the first look at the file: in WAL mode it is then locked by that look, until it is closed.
    if (with == sharing::nobody) execute("PRAGMA locking_mode=EXCLUSIVE");
    execute("PRAGMA journal_mode=WAL");
    execute(level == durability::full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
    execute("PRAGMA foreign_keys=ON");
}

database::database(sqlite3* opened) : handle_{opened} {}

database database::for_reading(const std::string& path) {
    sqlite3* opened = nullptr;
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
    database made{opened};
    if (code != SQLITE_OK) fail(opened, code, path);
    sqlite3_busy_timeout(opened, 5000);
    return made;
}

void database::copy_to(const std::string& path) {
    sqlite3* opened = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
    database copy{opened};
    if (code != SQLITE_OK) fail(opened, code, path);
    auto* work = sqlite3_backup_init(opened, "main", handle_.get(), "main");
    if (!work) fail(opened, sqlite3_errcode(opened), path);
    const int copied = sqlite3_backup_step(work, -1);
    const int ended = sqlite3_backup_finish(work);
    if (copied != SQLITE_DONE) fail(opened, ended != SQLITE_OK ? ended : copied, path);
    copy.execute("PRAGMA journal_mode=DELETE"); // the copy came with the mode of what it is a copy of
}

statement database::prepare(std::string_view sql) {
    sqlite3_stmt* made = nullptr;
    const int code = sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &made, nullptr);
    if (code != SQLITE_OK) fail(handle_.get(), code, sql);
    return statement{made};
}

void database::execute(std::string_view sql) {
    const std::string text{sql};
    const int code = sqlite3_exec(handle_.get(), text.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(handle_.get(), code, sql);
}

void read_ahead(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    ::posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL);
    std::vector<char> piece(1 << 20);
    while (::read(file, piece.data(), piece.size()) > 0) {}
    ::close(file);
}

void remove_database(const std::string& path) {
    auto* disk = sqlite3_vfs_find(nullptr);
    for (const auto* suffix : {"", "-wal", "-shm"}) disk->xDelete(disk, (path + suffix).c_str(), 0);
}

transaction::transaction(database& in) : in_{in} { in_.execute("BEGIN IMMEDIATE"); }

transaction::~transaction() {
    if (!open_) return;
    try {
        in_.execute("ROLLBACK");
    } catch (const store_error&) {
        // After a full disk SQLite may have rolled back by itself; there is nothing left to undo.
    }
}

void transaction::commit() {
    in_.execute("COMMIT");
    open_ = false;
}

} // namespace smarttrade::store
