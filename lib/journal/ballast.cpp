#include "journal/ballast.hpp"

#include <utility>

#include "base/prng.hpp"
#include "store/database.hpp"
#include "store/plain_file.hpp"

namespace smarttrade::journal {

namespace {

/// A file system that compresses would give back less than the file's size if its bytes had a pattern.
std::string without_pattern(std::size_t bytes) {
    base::prng draw{bytes};
    std::string made;
    made.reserve(bytes + sizeof(std::uint64_t));
    while (made.size() < bytes) {
        auto word = draw.next();
        for (std::size_t i = 0; i < sizeof word; ++i, word >>= 8) made += static_cast<char>(word & 0xff);
    }
    made.resize(bytes);
    return made;
}

} // namespace

ballast::ballast(std::string path, std::size_t bytes) : path_{std::move(path)}, bytes_{bytes} {
    if (bytes_ == 0 || store::plain_file::exists(path_))
        there_ = bytes_ == 0 || store::plain_file{path_}.size() >= bytes_;
}

void ballast::take() {
    if (there_) return;
    try {
        store::plain_file file{path_};
        file.write(without_pattern(bytes_));
        file.sync(); // before that a file system may have promised room that it does not have
    } catch (const store::store_error&) {
        give_up(); // half of it would take the room from those it is for
        throw;
    }
    there_ = true;
}

void ballast::give_up() {
    if (bytes_ == 0) return;
    there_ = false;
    try {
        store::plain_file::remove(path_);
    } catch (const store::store_error&) {
        // The write that is tried next fails as well, and tells.
    }
}

} // namespace smarttrade::journal
