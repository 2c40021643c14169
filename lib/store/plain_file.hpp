#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace smarttrade::store {

/// A small file beside a database, on the disk that SQLite uses: whatever befalls the one befalls the other, also where
/// that disk is a simulated one. Made if it is not there. Failures are store_errors (13 full disk, 10 I/O error, 14
/// cannot open).
class plain_file {
public:
    explicit plain_file(std::string path);
    plain_file(plain_file&&) noexcept;
    plain_file& operator=(plain_file&&) noexcept;
    ~plain_file();

    std::size_t size() const;
    std::string read(std::size_t most) const; ///< from the beginning; shorter if the file is
    void write(std::string_view bytes);       ///< over the beginning
    void sync();                              ///< the bytes and, when the file is new, its name

    static bool exists(const std::string& path);
    static void
    remove(const std::string& path); ///< its room is free once this returns; nothing if there is no such file

private:
    struct open_file;
    std::unique_ptr<open_file> held_;
};

} // namespace smarttrade::store
