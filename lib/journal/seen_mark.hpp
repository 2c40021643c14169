#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "store/plain_file.hpp"

namespace smarttrade::journal {

/// How far a journal had got, kept outside of it: `journal.seen` beside the database. A journal that is put back from a
/// backup is behind its mark, or another journal than the mark's, and knows nothing of the trades made since.
///
/// The mark is written after each commit and synced at the start and the end of a run: it survives kill -9, and power
/// loss may leave an older one, never one ahead of the journal. It is one sector, so never half of it. What it cannot
/// show: that the whole directory was put back, mark and all (a snapshot of the machine), or a backup as old as the
/// last moment before power was lost.
struct seen_mark {
    std::string journal_id;
    std::int64_t seq = 0;
    friend bool operator==(const seen_mark&, const seen_mark&) = default;
};

std::string encode_mark(const seen_mark& what);                ///< `0123456789abcdef 42` and a line feed, padded
std::optional<seen_mark> decode_mark(const std::string& text); ///< nothing if it is not understood

/// Never throws: a disk that fails tells so by the journal itself.
class mark_file {
public:
    explicit mark_file(std::string path);
    std::optional<seen_mark> read() const; ///< nothing: there is none, or it cannot be read
    void write(const seen_mark& what);
    void sync();

private:
    std::string path_;
    std::optional<store::plain_file> file_;
};

} // namespace smarttrade::journal
