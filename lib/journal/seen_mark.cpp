#include "journal/seen_mark.hpp"

#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "store/database.hpp"

namespace smarttrade::journal {

namespace {

constexpr std::size_t mark_size = 64;
constexpr std::size_t id_size = 16;

} // namespace

std::string encode_mark(const seen_mark& what) {
    auto text = fmt::format("{} {}\n", what.journal_id, what.seq);
    text.resize(mark_size, ' ');
    return text;
}

std::optional<seen_mark> decode_mark(const std::string& text) {
    const auto end = text.find('\n');
    if (text.size() != mark_size || end == std::string::npos || text.find(' ') != id_size) return std::nullopt;
    seen_mark read{text.substr(0, id_size), 0};
    const char* last = text.data() + end;
    const auto [stopped, error] = std::from_chars(text.data() + id_size + 1, last, read.seq);
    if (error != std::errc{} || stopped != last) return std::nullopt;
    return read;
}

mark_file::mark_file(std::string path) : path_{std::move(path)} {}

std::optional<seen_mark> mark_file::read() const {
    try {
        if (!store::plain_file::exists(path_)) return std::nullopt;
        return decode_mark(store::plain_file{path_}.read(mark_size));
    } catch (const store::store_error&) {
        return std::nullopt;
    }
}

void mark_file::write(const seen_mark& what) {
    try {
        if (!file_) file_.emplace(path_);
        file_->write(encode_mark(what));
    } catch (const store::store_error&) {
        // It stays behind, and says less.
    }
}

void mark_file::sync() {
    try {
        if (file_) file_->sync();
    } catch (const store::store_error&) {
        // As above.
    }
}

} // namespace smarttrade::journal
