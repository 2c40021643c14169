#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/prng.hpp"

namespace smarttrade::test {

using byte_list = std::vector<unsigned char>;

/// What readers see, what power loss keeps, and the way from one to the other.
class memory_file {
public:
    /// A write keeps or loses each of its pieces of a sector as a whole.
    static constexpr std::size_t sector_size = 512;

    const byte_list& seen() const { return seen_; }
    const byte_list& synced() const { return synced_; }
    std::size_t unsynced_bytes() const { return unsynced_bytes_.size(); }

    void write(std::size_t at, const unsigned char* bytes, std::size_t count) {
        put(seen_, at, bytes, count);
        unsynced_.push_back({change::written, at, count, unsynced_bytes_.size()});
        unsynced_bytes_.insert(unsynced_bytes_.end(), bytes, bytes + count);
    }

    void truncate(std::size_t size) {
        seen_.resize(size);
        unsynced_.push_back({change::truncated, 0, size, 0});
    }

    void sync() {
        for (const auto& made : unsynced_) apply(made, 0, made.size);
        forget_unsynced();
    }

    void lose_power(base::prng& draw) {
        enum { all, nothing, some };
        const auto survives = draw.below(3);
        for (const auto& made : unsynced_) {
            if (survives == all) apply(made, 0, made.size);
            if (survives == some) apply_some(made, draw);
        }
        seen_ = synced_;
        forget_unsynced();
    }

private:
    struct change {
        enum { written, truncated } kind;
        std::size_t at, size, bytes_at;
    };

    static void put(byte_list& into, std::size_t at, const unsigned char* bytes, std::size_t count) {
        if (into.size() < at + count) into.resize(at + count);
        std::copy_n(bytes, count, into.begin() + static_cast<std::ptrdiff_t>(at));
    }

    void apply(const change& made, std::size_t from, std::size_t to) {
        if (made.kind == change::truncated)
            synced_.resize(made.size);
        else
            put(synced_, made.at + from, unsynced_bytes_.data() + made.bytes_at + from, to - from);
    }

    void apply_some(const change& made, base::prng& draw) {
        enum { whole, lost, torn };
        const auto survives = draw.below(made.kind == change::truncated ? 2 : 3);
        if (survives == whole) apply(made, 0, made.size);
        if (survives != torn) return;
        for (std::size_t from = 0; from < made.size;) {
            const auto to = std::min(made.size, from + sector_size - (made.at + from) % sector_size);
            if (draw.below(2) == 0) apply(made, from, to);
            from = to;
        }
    }

    void forget_unsynced() {
        unsynced_.clear();
        unsynced_bytes_.clear();
    }

    byte_list seen_, synced_;
    std::vector<change> unsynced_;
    byte_list unsynced_bytes_; ///< of all unsynced writes, one after the other
};

} // namespace smarttrade::test
