#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace smarttrade::store {

/// What SQLite said: its message and result code (13 full disk, 10 I/O error, 5 busy, 11 and 26 not a sound database).
class store_error : public std::runtime_error {
public:
    store_error(int code, const std::string& message) : std::runtime_error{message}, code_{code} {}
    int code() const { return code_; }

private:
    int code_;
};

/// full: a committed transaction survives power loss. normal: it survives kill -9; power loss may drop the newest.
enum class durability { full, normal };

/// Who else may open the file meanwhile. `nobody`: whoever tries is told 5 (busy) after a tenth of a second; kill -9
/// frees the file.
enum class sharing { anybody, nobody };

/// A prepared statement. Columns and parameters are numbered as SQLite does: columns from 0, parameters from 1.
/// Every failure is a store_error.
class statement {
public:
    statement& bind(int parameter, std::int64_t value);
    statement& bind(int parameter, std::string_view value);
    statement& bind(int parameter, std::nullptr_t);

    bool step(); ///< true: a row is there. false: done; the statement is then ready to be bound and run again.
    void reset();

    std::int64_t integer(int column) const;
    std::string text(int column) const;
    bool is_null(int column) const;

private:
    friend class database;
    explicit statement(sqlite3_stmt* made);
    void check(int code) const;

    struct finalize {
        void operator()(sqlite3_stmt* held) const;
    };
    std::unique_ptr<sqlite3_stmt, finalize> handle_;
};

/// One SQLite database in WAL mode, used by one thread at a time. `:memory:` is a database of its own without a file.
class database {
public:
    database(const std::string& path, durability level, sharing with = sharing::anybody);
    /// One that is there already, also while another process writes it: nothing of it is changed, and what is not
    /// committed is not seen. Code 14 if there is no such file.
    static database for_reading(const std::string& path);

    statement prepare(std::string_view sql);
    void execute(std::string_view sql); ///< one or more statements without rows

    /// All that is committed now, as a database of its own in one synced file without a log, while others go on reading
    /// and writing this one. Code 13 or 10 leaves a piece of a file behind.
    void copy_to(const std::string& path);

private:
    explicit database(sqlite3* opened);
    struct close {
        void operator()(sqlite3* held) const;
    };
    std::unique_ptr<sqlite3, close> handle_;
};

/// Reads a file from front to back, so that it lies in memory: page by page in the order of its trees, as a check does
/// after a reboot, a disk takes seconds for what it hands over in a tenth (POSIX_FADV_WILLNEED did not help). A hint;
/// nothing comes of it where there is no such file.
void read_ahead(const std::string& path);

/// Takes away a database that nobody has open, with its log. What cannot be removed stays, silently: it cannot be
/// opened either, and that is told.
void remove_database(const std::string& path);

/// Rolled back unless committed.
class transaction {
public:
    explicit transaction(database& in);
    transaction(const transaction&) = delete;
    transaction& operator=(const transaction&) = delete;
    ~transaction();
    void commit();

private:
    database& in_;
    bool open_ = true;
};

} // namespace smarttrade::store
